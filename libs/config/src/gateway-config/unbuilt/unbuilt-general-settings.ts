import { key } from '../schema-key';
import { UNBUILT_ACCESS_SETTINGS } from './unbuilt-access-settings';
import { UNBUILT_OPERATION_SETTINGS } from './unbuilt-operation-settings';
import { PASS_THROUGH_ENDPOINTS } from './unbuilt-pass-through';
import {
  countValue,
  flagValue,
  listOf,
  mappingValue,
  scalarValue,
  textsValue,
  textValue,
  wordValue,
} from './unbuilt-values';

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
