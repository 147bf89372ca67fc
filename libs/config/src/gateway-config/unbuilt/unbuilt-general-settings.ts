import { key } from '../schema-key';
import { UNBUILT_ACCESS_SETTINGS } from './unbuilt-access-settings';
import { UNBUILT_OPERATION_SETTINGS } from './unbuilt-operation-settings';
import { PASS_THROUGH_ENDPOINTS } from './unbuilt-pass-through';
import {
  closed,
  countValue,
  flagValue,
  listOf,
  mappingValue,
  scalarValue,
  textsValue,
  textValue,
  wordValue,
} from './unbuilt-values';

const KEY_MANAGERS = [
  'aws_secret_manager',
  'aws_kms',
  'azure_key_vault',
  'google_kms',
  'google_secret_manager',
  'hashicorp_vault',
  'cyberark',
  'local',
  'custom',
] as const;

const KEY_MANAGEMENT = closed({
  store_virtual_keys: key(flagValue, 'Keep virtual keys there, too. Default: `false`.'),
  prefix_for_stored_virtual_keys: key(textValue, 'Before their names.'),
  access_mode: key(wordValue('read_only', 'write_only', 'read_and_write'), 'Default: `read_only`.'),
  hosted_keys: key(textsValue, 'The names that are there; others are looked up in the environment.'),
  primary_secret_name: key(textValue, 'One secret that holds all values, as JSON.'),
  description: key(textValue, 'Of secrets that are written.'),
  tags: key(mappingValue, 'Of secrets that are written.'),
  custom_secret_manager: key(textValue, 'Python file and attribute.'),
  aws_region_name: key(textValue, 'AWS: the region.'),
  aws_role_name: key(textValue, 'AWS: the role to take on.'),
  aws_session_name: key(textValue, 'AWS: what its session is called.'),
  aws_external_id: key(scalarValue, 'AWS: the external id the role demands.'),
  aws_profile_name: key(textValue, 'AWS: a profile of the shared files.'),
  aws_web_identity_token: key(textValue, 'AWS: another identity provider’s token.'),
  aws_sts_endpoint: key(textValue, 'AWS: where roles are handed out.'),
});

/** Of `general_settings`. */
export const UNBUILT_GENERAL_SETTINGS = {
  ...UNBUILT_ACCESS_SETTINGS,
  ...UNBUILT_OPERATION_SETTINGS,
  pass_through_endpoints: key(PASS_THROUGH_ENDPOINTS, 'Paths that are passed on as they are.'),
  forward_client_headers_to_llm_api: key(flagValue, 'Send clients’ `x-` headers to providers. Default: `false`.'),
  forward_openai_org_id: key(flagValue, 'Send the client’s `OpenAI-Organization` on. Default: `false`.'),
  forward_llm_provider_auth_headers: key(flagValue, 'Send the client’s own provider keys on. Default: `false`.'),
  use_client_credentials_pass_through_routes: key(flagValue, 'Pass through with the client’s key. Default: `false`.'),
  completion_model: key(textValue, 'The model of every chat, whatever is asked for.'),
  image_generation_model: key(textValue, 'The same for pictures.'),
  embedding_model: key(textValue, 'The same for embeddings.'),
  moderation_model: key(textValue, 'The same for moderations.'),
  infer_model_from_keys: key(flagValue, 'Offer models of providers whose keys are set. Default: `false`.'),
  key_management_system: key(wordValue(...KEY_MANAGERS), 'Where `os.environ/NAME` is looked up, too.'),
  key_management_settings: key(KEY_MANAGEMENT, 'How.'),
  always_include_stream_usage: key(
    flagValue,
    'Ask for the usage of every stream. Default: `false`; here it always is.',
  ),
  disable_responses_id_security: key(flagValue, 'Answers may be gone on from by others. Default: `false`.'),
  max_parallel_requests: key(countValue, 'Requests at once of each key.'),
  global_max_parallel_requests: key(countValue, 'Requests at once of all.'),
  token_rate_limit_type: key(wordValue('total', 'input', 'output'), 'What `tpm` counts. Default: `total`.'),
  disable_retry_on_max_parallel_request_limit_error: key(flagValue, 'Default: `false`.'),
  max_response_size_mb: key(countValue, 'Largest answer in megabytes.'),
  litellm_license: key(scalarValue, 'LiteLLM’s licence; nothing needs one here.'),
  search_tools: key(listOf(mappingValue, 'mappings'), 'See the top-level key.'),
  user_mcp_management_mode: key(wordValue('restricted', 'view_all'), 'Which MCP servers users see.'),
  mcp_internal_ip_ranges: key(textsValue, 'Networks that see servers which are not public.'),
  mcp_trusted_proxy_ranges: key(textsValue, 'Proxies whose `X-Forwarded-For` is believed.'),
  mcp_client_side_auth_header_name: key(textValue, 'The header of clients’ keys for MCP servers.'),
  mcp_required_fields: key(textsValue, 'What must be said of new MCP servers.'),
  require_end_user_mcp_access_defined: key(flagValue, 'Customers use MCP only where it is allowed. Default: `false`.'),
  enable_mcp_registry: key(flagValue, 'Show the list of MCP servers. Default: `false`.'),
  coordination_redis: key(mappingValue, 'The Redis that gateways agree by (here: `LLM_GATEWAY_REDIS_URL`).'),
};
