import { MODEL_CAPABILITIES, type ModelCapability } from '@gateway/domain';
import { z } from 'zod';
import { ALERTS } from './alert-schema';
import { EXPORTS } from './export-schema';
import { KEY_MANAGEMENT } from './key-management-schema';
import { LITELLM_SETTINGS, ROUTER_SETTINGS } from './routing-schema';
import { key } from './schema-key';
import {
  apiVersion,
  bodyFields,
  clientAccessRules,
  flag,
  headers,
  httpUrl,
  megabytes,
  positiveCount,
  price,
  quality,
  retries,
  seconds,
  secondsOrNone,
  subjectTokenText,
  text,
  textList,
  unitPrice,
  weight,
  wholeNumber,
} from './yaml-values';

const PRICES = {
  input_cost_per_token: key(price, 'USD per prompt token; wins over the price list.'),
  output_cost_per_token: key(price, 'USD per completion token.'),
  cache_read_input_token_cost: key(price, "USD per prompt token read from the provider's cache."),
  cache_creation_input_token_cost: key(price, "USD per prompt token written to the provider's cache."),
  output_cost_per_reasoning_token: key(
    price,
    'USD per token of the answer that was spent on reasoning. Default: as any other token of the answer.',
  ),
  input_cost_per_request: key(unitPrice, 'USD per call, whatever it used; whole nano-USD.'),
  input_cost_per_query: key(unitPrice, 'USD per search of a rerank call.'),
  input_cost_per_image: key(unitPrice, 'USD per picture made; `output_cost_per_image` wins.'),
  output_cost_per_image: key(unitPrice, 'USD per picture made.'),
  input_cost_per_pixel: key(unitPrice, 'USD per pixel of the pictures made; `output_cost_per_pixel` wins.'),
  output_cost_per_pixel: key(unitPrice, 'USD per pixel of the pictures made; not used beside a price per picture.'),
  input_cost_per_second: key(unitPrice, 'USD per second of sound that is transcribed or translated.'),
  input_cost_per_audio_per_second: key(unitPrice, 'Another name for `input_cost_per_second`.'),
  output_cost_per_second: key(unitPrice, 'USD per second of speech made, where its length is known (WAV, PCM).'),
  input_cost_per_character: key(unitPrice, 'USD per character of text that is spoken.'),
  input_cost_per_audio_token: key(price, 'USD per prompt token of sound. Default: as any other.'),
  output_cost_per_audio_token: key(price, 'USD per completion token of sound. Default: as any other.'),
  input_cost_per_image_token: key(price, 'USD per prompt token of pictures. Default: as any other.'),
  output_cost_per_image_token: key(price, 'USD per completion token of pictures. Default: as any other.'),
};

export const LITELLM_PARAMS = {
  model: text.meta({ description: '`provider/model`; required. A `*` takes what the client wrote in its place.' }),
  custom_llm_provider: key(text, 'The provider, when `model` does not begin with it.'),
  api_key: key(
    text,
    'A reference such as `os.environ/NAME` (see [secrets](secrets.md); the workers look it up) or the key itself (sealed before it leaves config-sync).',
  ),
  api_base: key(httpUrl, "The provider's base URL. An unset `os.environ/NAME` skips the deployment, with a warning."),
  base_url: key(httpUrl, 'Another name for `api_base`.'),
  api_version: key(
    apiVersion,
    'Azure OpenAI: a date takes the deployments URL, `v1`, `latest` or `preview` the v1 URL. Default: `AZURE_API_VERSION`, else `2025-02-01-preview`.',
  ),
  azure_ad_token: key(text, 'Azure OpenAI: an Entra ID token instead of a key; written like `api_key`.'),
  tenant_id: key(text, 'Azure OpenAI: the Entra ID tenant to sign in to, with `client_id` and `client_secret`.'),
  client_id: key(text, 'Azure OpenAI: the application that signs in.'),
  client_secret: key(text, 'Azure OpenAI: its secret; written like `api_key`.'),
  client_certificate_path: key(
    text,
    'Azure OpenAI: a PEM file on the workers’ machine with the application’s certificate and its private key, instead of the secret.',
  ),
  client_certificate_password: key(text, 'Azure OpenAI: what its key is encrypted with; written like `api_key`.'),
  azure_federated_token_file: key(
    text,
    'Azure OpenAI: a file on the workers’ machine with another identity provider’s token for the application (workload identity).',
  ),
  azure_credential: key(
    text,
    'Azure OpenAI: which of these signs in, in Azure’s words, e.g. `ManagedIdentityCredential`. Default: `AZURE_CREDENTIAL`, else the first that is there.',
  ),
  azure_scope: key(
    text,
    'Azure OpenAI: what the token is for. Default: `AZURE_SCOPE`, else `https://cognitiveservices.azure.com/.default`.',
  ),
  litellm_credential_name: key(
    text,
    'A credential of `credential_list`, or one stored by `POST /credentials`: its values are used where this entry has none.',
  ),
  aws_access_key_id: key(text, 'Bedrock: the key that signs, with `aws_secret_access_key`; written like `api_key`.'),
  aws_secret_access_key: key(text, 'Bedrock: its secret; written like `api_key`.'),
  aws_session_token: key(text, 'Bedrock: of keys that were lent for a while; written like `api_key`.'),
  aws_region_name: key(
    text,
    'Bedrock: the region. Default: what `model` says, else `AWS_REGION_NAME`, `AWS_REGION`, `AWS_DEFAULT_REGION`, else `us-west-2`.',
  ),
  aws_profile_name: key(text, 'Bedrock: a profile of AWS’s shared files on the workers’ machine.'),
  aws_role_name: key(text, 'Bedrock: the ARN of a role that is taken on by whoever the other credentials are of.'),
  aws_session_name: key(text, 'Bedrock: what the role’s session is called. Default: `llm-gateway`.'),
  aws_external_id: key(text, 'Bedrock: the external id the role demands; written like `api_key`.'),
  aws_web_identity_token: key(
    text,
    'Bedrock: another identity provider’s token that the role is given for, or `oidc/file/PATH`; written like `api_key`.',
  ),
  aws_sts_endpoint: key(text, 'Bedrock: where roles are handed out. Default: AWS’s own for the region.'),
  aws_bedrock_runtime_endpoint: key(text, 'Bedrock: the endpoint instead of the region’s own; wins over `api_base`.'),
  vertex_credentials: key(
    text,
    'Vertex AI: the JSON of a service account or another of Google’s credentials, or the path of its file on the workers’ machine; written like `api_key`.',
  ),
  vertex_project: key(
    text,
    'Vertex AI: the project. Default: what the credentials say, else `VERTEXAI_PROJECT`, `GOOGLE_CLOUD_PROJECT`.',
  ),
  vertex_location: key(text, 'Vertex AI: the location, or `global`. Default: `VERTEXAI_LOCATION`, else `us-central1`.'),
  project_id: key(text, 'watsonx: the project. Default: `WATSONX_PROJECT_ID`, `WX_PROJECT_ID`.'),
  space_id: key(
    text,
    'watsonx: a deployment space instead of a project. Default: `WATSONX_DEPLOYMENT_SPACE_ID`, `WATSONX_SPACE_ID`, `WX_SPACE_ID`.',
  ),
  watsonx_region_name: key(
    text,
    'watsonx: the IBM Cloud region, where there is no `api_base`. Default: `WATSONX_REGION`, `WX_REGION`.',
  ),
  token: key(text, 'watsonx: a bearer token instead of a key; written like `api_key`. Default: `WATSONX_TOKEN`.'),
  zen_api_key: key(
    text,
    'watsonx on Cloud Pak for Data: the Base64 of `user:key`; written like `api_key`. Default: `WATSONX_ZENAPIKEY`.',
  ),
  timeout: key(seconds, 'Seconds to the first content of one attempt.'),
  stream_timeout: key(seconds, 'The same for streaming requests; wins over `timeout`.'),
  num_retries: key(retries, 'Further calls to this deployment after the first one.'),
  max_retries: key(retries, 'Another name for `num_retries`.'),
  rpm: key(
    positiveCount,
    'Requests per minute; weighs the deployment when no `weight` is given, and is its limit where [limits are kept](routing.md#limits-bulkheads-retry-budget).',
  ),
  tpm: key(
    positiveCount,
    'Tokens per minute; weighs the deployment when neither `weight` nor `rpm` is given, and is its limit likewise.',
  ),
  max_parallel_requests: key(
    positiveCount,
    'Calls under way at once, over all workers. Default: `router_settings.default_max_parallel_requests`.',
  ),
  weight: key(weight, 'Share of the group’s requests, relative to its siblings.'),
  order: key(
    wholeNumber,
    'Lower ones first: the next is gone on to when all of one failed, with retries of its own. Those without come last.',
  ),
  cooldown_time: key(secondsOrNone, 'See `router_settings.cooldown_time`; 0 never takes this deployment out.'),
  tags: key(
    textList,
    'Tags of the deployment, for `router_settings.enable_tag_filtering`; `default` takes requests without tags.',
  ),
  region_name: key(
    text,
    'Where it runs, e.g. `eu` or `eu-west-1`: what a request may demand as `region`. Default: `aws_region_name`, `vertex_location`.',
  ),
  drop_params: key(flag, 'Leave out request fields the provider does not know, instead of refusing the request.'),
  configurable_clientside_auth_params: key(
    clientAccessRules,
    'What a request may say instead of this entry: `api_key`, `api_base`, `api_version`, or `{api_base: "regular expression"}` that all of the URL must match.',
  ),
  extra_headers: key(headers, 'Headers sent with every request. Secret ones may be `os.environ/NAME`.'),
  extra_body: key(bodyFields, 'Body fields always sent.'),
  pool: key(subjectTokenText, 'Gateway extension: the worker pool that runs it. Default: the provider.'),
  ...PRICES,
};

/** `supports_vision` and its like. */
const CAPABILITIES = Object.fromEntries(
  MODEL_CAPABILITIES.map((name) => [
    `supports_${name}` as const,
    key(flag, 'Whether the model has it; wins over what the catalogue knows.'),
  ]),
) as Record<`supports_${ModelCapability}`, ReturnType<typeof key<typeof flag>>>;

export const MODEL_INFO = {
  id: key(text, 'The deployment’s id in headers, logs and metrics. Default: a hash of the entry.'),
  base_model: key(text, 'The public model to price and size by, when `model` is a private name.'),
  mode: key(
    text,
    'What the model does. `completion` and `chat` say how it is asked, over what its name says; the rest is for people: calls are routed by what the provider offers.',
  ),
  max_input_tokens: key(positiveCount, 'Longest prompt.'),
  max_output_tokens: key(positiveCount, 'Longest answer.'),
  max_tokens: key(positiveCount, 'Another name for `max_output_tokens`.'),
  tags: key(textList, 'Tags of the deployment, added to those of `litellm_params`.'),
  quality: key(quality, 'Gateway extension: how good it is, for the policy `high_quality`; higher is better.'),
  task_types: key(
    textList,
    'Gateway extension: what it is meant for; preferred for requests with such a `routing_task_type`.',
  ),
  ...CAPABILITIES,
  ...PRICES,
};

export const GENERAL_SETTINGS = {
  master_key: key(
    z.union([z.string(), z.number()], { error: 'text' }),
    'Ignored: the master key comes from `LLM_GATEWAY_MASTER_KEY`. A literal here is warned of.',
  ),
  allow_client_side_credentials: key(
    flag,
    'Whether every request may say `api_key`, `api_base` and `api_version` itself, at every deployment. Default: `false`.',
  ),
  ...KEY_MANAGEMENT,
  max_request_size_mb: key(megabytes, 'Largest request body in megabytes (2^20 bytes). Default: 32.'),
};

export const MODEL_LIST_ENTRY = {
  model_name: text.meta({
    description: 'What clients ask for; required. Equal names share the load. May hold one `*`.',
  }),
  litellm_params: z.looseObject(LITELLM_PARAMS, { error: 'a mapping' }).meta({ description: 'See below; required.' }),
  model_info: key(z.looseObject(MODEL_INFO, { error: 'a mapping' }), 'See below.'),
};

export const CREDENTIAL_LIST_ENTRY = {
  credential_name: text.meta({ description: 'What `litellm_credential_name` refers to; required.' }),
  credential_values: z
    .record(z.string(), z.string({ error: 'text' }), { error: 'a mapping of names to texts' })
    .meta({ description: 'By their `litellm_params` names: `api_key`, `api_base`, …; required. Written like there.' }),
  credential_info: key(z.record(z.string(), z.unknown(), { error: 'a mapping' }), 'Notes of the operator.'),
};

const scalar = z.union([z.string(), z.number(), z.boolean()], { error: 'text' });

export const TOP_LEVEL = {
  model_list: z
    .array(z.strictObject(MODEL_LIST_ENTRY, { error: 'a mapping with model_name and litellm_params' }), {
      error: 'a list of models',
    })
    .min(1, { error: 'a list of at least one model' })
    .meta({ description: 'The deployments; required.' }),
  include: key(
    textList,
    'Further files, relative to this one. Their lists are appended to those here; of a setting in both, the included one counts.',
  ),
  credential_list: key(
    z.array(z.strictObject(CREDENTIAL_LIST_ENTRY, { error: 'a mapping' }), { error: 'a list of credentials' }),
    'Credentials that several deployments share. See below.',
  ),
  litellm_settings: key(z.strictObject(LITELLM_SETTINGS, { error: 'a mapping' }), 'See below.'),
  router_settings: key(z.strictObject(ROUTER_SETTINGS, { error: 'a mapping' }), 'See below.'),
  general_settings: key(z.strictObject(GENERAL_SETTINGS, { error: 'a mapping' }), 'See below.'),
  alerts: key(
    z.strictObject(ALERTS, { error: 'a mapping' }),
    'Gateway extension: what people are told of, and where. See below and [alerts and exports](alerts-and-exports.md).',
  ),
  exports: key(
    z.strictObject(EXPORTS, { error: 'a mapping' }),
    'Gateway extension: where finished requests are sent. Off by default. See below and [alerts and exports](alerts-and-exports.md).',
  ),
  environment_variables: key(
    z.record(z.string(), scalar, { error: 'a mapping of names to texts' }),
    'Values for `os.environ/NAME` in this file; they win over the environment.',
  ),
};

export const GATEWAY_CONFIG_SCHEMA = z.strictObject(TOP_LEVEL, { error: 'a mapping that begins with model_list' });

/** The file after validation, with LiteLLM's names; times in milliseconds, prices in pico-USD per token. */
export type ValidFile = z.output<typeof GATEWAY_CONFIG_SCHEMA>;
export type ValidEntry = ValidFile['model_list'][number];
