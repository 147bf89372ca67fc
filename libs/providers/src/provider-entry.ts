import type { ChatCallWire, Deployment, Operation } from '@gateway/domain';
import type {
  AwsCaller,
  AwsCredentials,
  ChatAdapter,
  GoogleCaller,
  OperationAdapter,
  ProviderCall,
  ProviderTarget,
  TokenGrant,
} from '@gateway/provider-kit';

/** One provider the gateway knows, whether it is a row of the table or a folder of its own. */
export interface ProviderEntry {
  /** The part of `provider/model` before the slash. */
  readonly prefix: string;
  readonly displayName: string;
  /**
   * Null when every user has their own (`api_base` is required then). May name environment variables in braces; see
   * `completeBaseUrl`.
   */
  readonly defaultBaseUrl: string | null;
  /** Environment variables that may hold the key, first set one wins; empty when no key is needed. */
  readonly apiKeyVariables: readonly string[];
  /** For servers that many run without a key: a deployment is served without one, too. */
  readonly isKeyOptional?: boolean;
  readonly baseUrlVariables: readonly string[];
  /** The same for the API's version, where the provider has one. */
  readonly apiVersionVariables?: readonly string[];
  /** Where the address depends on more than a base URL. */
  readonly locate?: (question: LocationQuestion) => ProviderLocation | { readonly unusable: string };
  /** Where a key is not the only way in. Then a deployment without any credentials is not served. */
  readonly signIn?: SignIn;
  /** Null for a provider that has no chat. */
  readonly chat: ChatAdapter | null;
  /** For a provider that speaks more chat wires than one: those clients' bytes are passed through to it, too. */
  readonly moreChat?: readonly ChatAdapter[];
  /** Its text completions, where it has them. */
  readonly completions?: CompletionsOffer;
  /** For providers that say which models they have: what wildcard deployments stand for at the moment. */
  readonly liveModels?: LiveModelsAdapter;
  readonly operations?: Partial<Readonly<Record<Operation, OperationAdapter>>>;
}

/** Which models are asked to go on with a text, instead of to answer in a conversation. */
export interface CompletionsOffer {
  readonly adapter: ChatAdapter;
  /** By the model's name at the provider, where its operator says nothing; absent where it is never done untold. */
  readonly has?: (providerModel: string) => boolean;
  /** Those models have no chat, so that clients of every wire get there. */
  readonly isOnlyWay?: boolean;
}

/** How a provider is asked for its models; pure. */
export interface LiveModelsAdapter {
  buildCall(target: ProviderTarget): ProviderCall;
  /** The names in an answer; empty for what is none. */
  read(body: unknown): readonly string[];
}

/** What is called: some providers speak other wires at other addresses, or to other models. */
export interface ChatAddress {
  readonly target: ProviderTarget;
  readonly providerModel: string;
  /** What its operator says the model does, over what its name says. */
  readonly mode?: Deployment['mode'];
}

/** How this address is best called for a client of this wire: in the same wire where it has it. Null without chat. */
export function chatAdapterFor(entry: ProviderEntry, wire: ChatCallWire, address: ChatAddress): ChatAdapter | null {
  const { chat, moreChat, completions } = entry;
  if (completions !== undefined && isCompleted(completions, wire, address)) return completions.adapter;
  if (chat === null || moreChat === undefined) return chat;
  const speaks = ({ speaksAt }: ChatAdapter): boolean => speaksAt?.(address.target, address.providerModel) ?? true;
  if (chat.wire === wire && speaks(chat)) return chat;
  const same = moreChat.find((adapter) => adapter.wire === wire && speaks(adapter));
  return same ?? (speaks(chat) ? chat : (moreChat.find(speaks) ?? null));
}

function isCompleted(
  offer: CompletionsOffer,
  wire: ChatCallWire,
  { target, providerModel, mode }: ChatAddress,
): boolean {
  if (mode === 'chat' || mode === 'completion') return mode === 'completion';
  if (offer.isOnlyWay !== true && wire !== 'openai-completions') return false;
  return offer.has?.(providerModel) === true && offer.adapter.speaksAt?.(target, providerModel) !== false;
}

/** How a provider is signed in to; pure. */
export interface SignIn {
  /** Credential, by its `litellm_params` name → the environment variable that may hold it. */
  readonly variables: Readonly<Record<string, string>>;
  /** Whether these, of a deployment, say who calls; without it, any do. If not, the environment may still say it. */
  namesCaller?(names: readonly string[]): boolean;
  choose(given: SignInCredentials): ChosenSignIn;
  /** Where a key is not sent, but traded for tokens. */
  tradeKey?(apiKey: string, given: SignInCredentials): ChosenSignIn;
}

export interface LocationQuestion extends SignInCredentials {
  readonly providerModel: string;
}

export interface ProviderLocation {
  readonly region?: string;
  /** Whose, for providers with projects in their addresses. */
  readonly project?: string;
  /** See `ProviderTarget`. */
  readonly space?: string;
  /** What the deployment says itself, over everything else. */
  readonly ownBaseUrl?: string;
  /** Where nothing else is said; null when it must be. */
  readonly defaultBaseUrl: string | null;
}

export interface SignInCredentials {
  /** Of the deployment. */
  readonly own: Readonly<Record<string, string>>;
  /** From the environment, for every deployment that has none of its own. */
  readonly shared: Readonly<Record<string, string>>;
}

export type ChosenSignIn =
  | { readonly type: 'none' }
  /** Some of what belongs together is not there. */
  | { readonly type: 'incomplete'; readonly missing: readonly string[] }
  /** `reason` is for logs: it holds no secret. */
  | { readonly type: 'unusable'; readonly reason: string }
  | { readonly type: 'token'; readonly token: string }
  | { readonly type: 'grant'; readonly grant: TokenGrant }
  | { readonly type: 'aws-keys'; readonly keys: AwsCredentials }
  | { readonly type: 'aws-caller'; readonly caller: AwsCaller }
  | { readonly type: 'google-caller'; readonly caller: GoogleCaller };

export interface ProviderRegistry {
  find(prefix: string): ProviderEntry | undefined;
  readonly prefixes: readonly string[];
}
