import type { ClientAccessRule } from './client-access';
import type { ConfiguredPrice, ListedPrice } from './configured-price';
import type { ModelCapabilities } from './model-capability';

/** What is charged for a provider's calls beside its own price: first the discount, then the margin, then so much a call. */
export interface PriceTerms {
  /** Parts of a million taken off. */
  readonly discountPpm: number;
  /** Parts of a million put on. */
  readonly marginPpm: number;
  readonly perCallNanoUsd: number;
}

/** One way to serve a model group: a provider, its model, and how to reach it. An entry of `model_list`. */
export interface Deployment {
  /** Stable: `model_info.id` when given, else a hash of the entry. Safe in a NATS subject and an HTTP header. */
  readonly id: string;
  /** `model_name`: what clients ask for. May end in `*`. */
  readonly modelGroup: string;
  /** The part of `litellm_params.model` before the first slash: a row or folder of the provider registry. */
  readonly provider: string;
  /** The part after it: the model's name at the provider. `*` takes what the client's name had in that place. */
  readonly providerModel: string;
  /** Which worker pool runs it; `gw.v1.invoke.<pool>`. Defaults to the provider. */
  readonly pool: string;
  readonly apiBase?: string;
  /** `os.environ/NAME`, or a value sealed by config-sync; only provider-workers can open it. */
  readonly apiKey?: string;
  /** `api_version`, for providers that name one in the URL. */
  readonly apiVersion?: string;
  /** Further credentials by their `litellm_params` name, e.g. `client_secret`. Secret ones are written like `apiKey`. */
  readonly credentials?: Readonly<Record<string, string>>;
  /** What clients may say instead of it for a call of theirs: `configurable_clientside_auth_params`. */
  readonly clientAccess?: readonly ClientAccessRule[];
  readonly weight?: number;
  readonly rpm?: number;
  readonly tpm?: number;
  readonly order?: number;
  readonly timeoutMs?: number;
  readonly streamTimeoutMs?: number;
  readonly numRetries?: number;
  readonly dropParams?: boolean;
  readonly extraHeaders?: Readonly<Record<string, string>>;
  /** Body fields sent unless the client set them (`temperature`, `max_tokens`, … in `litellm_params`). */
  readonly defaultParams?: Readonly<Record<string, unknown>>;
  /** Body fields always sent (`extra_body`). */
  readonly extraBody?: Readonly<Record<string, unknown>>;
  readonly price?: ConfiguredPrice;
  /** Prices by the operator's file and API that may be its model's; set when published, see `priceOfDeployment`. */
  readonly listedPrices?: readonly ListedPrice[];
  /** It is kept in the database and changed through the API; absent: it stands in the configuration's files. */
  readonly isStored?: true;
  /** The operator's discount and margin on its provider; absent: neither. */
  readonly priceTerms?: PriceTerms;
  /** `model_info.base_model`: the catalogue name to price and size by, when `providerModel` is a private name. */
  readonly baseModel?: string;
  readonly maxInputTokens?: number;
  readonly maxOutputTokens?: number;
  /** `model_info.mode`, in LiteLLM's words; `chat` and `completion` say how the model is asked. */
  readonly mode?: string;
  /** What `model_info` says the model can do; the catalogue knows more. */
  readonly capabilities?: ModelCapabilities;
  readonly tags?: readonly string[];
  /** Calls under way at once, over all workers. */
  readonly maxParallelRequests?: number;
  /** How long the circuit breaker keeps it out at first, instead of `router_settings.cooldown_time`. */
  readonly cooldownMs?: number;
  /** Where it runs, e.g. `eu`. */
  readonly region?: string;
  /** `model_info.quality`: how good the operator holds it to be, for the policy `high_quality`. Higher is better. */
  readonly quality?: number;
  /** `model_info.task_types`: what it is meant for. */
  readonly taskTypes?: readonly string[];
}
