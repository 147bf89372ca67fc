import { key } from '../schema-key';
import { UNBUILT_CACHE_SETTINGS } from './unbuilt-cache-settings';
import { UNBUILT_CALLBACK_LISTS } from './unbuilt-callbacks';
import { OLD_GUARDRAILS } from './unbuilt-guardrails';
import { UNBUILT_KEY_SETTINGS } from './unbuilt-key-settings';
import { UNBUILT_METRICS_SETTINGS } from './unbuilt-metrics-settings';
import {
  anyNumber,
  closed,
  countValue,
  durationValue,
  flagValue,
  listOf,
  mapOf,
  mappingValue,
  scalarValue,
  shareValue,
  textMapValue,
  textsValue,
  textValue,
  usdValue,
} from './unbuilt-values';

const TOOL_FILTER = {
  enabled: key(flagValue, 'Default: `false`.'),
  embedding_model: key(textValue, 'What tools and prompts are compared by.'),
  top_k: key(countValue, 'Tools that are offered at most. Default: 10.'),
  similarity_threshold: key(shareValue, 'How near a tool must be. Default: 0.3.'),
};

const PROVIDER_MAP_ENTRY = {
  provider: key(textValue, 'The prefix it is called by.'),
  custom_handler: key(textValue, 'Python file and attribute.'),
};

/** Of `litellm_settings`. */
export const UNBUILT_LITELLM_SETTINGS = {
  ...UNBUILT_CALLBACK_LISTS,
  ...UNBUILT_CACHE_SETTINGS,
  ...UNBUILT_KEY_SETTINGS,
  ...UNBUILT_METRICS_SETTINGS,
  turn_off_message_logging: key(flagValue, 'Keep prompts and answers out of the callbacks. Default: `false`.'),
  redact_messages_in_exceptions: key(flagValue, 'Keep prompts out of error messages. Default: `false`.'),
  redact_user_api_key_info: key(flagValue, 'Keep whose key it was out of the callbacks. Default: `false`.'),
  log_raw_request_response: key(flagValue, 'Log what was sent to the provider and came back. Default: `false`.'),
  json_logs: key(flagValue, 'Logs as JSON (here: `LLM_GATEWAY_LOG_FORMAT`). Default: `false`.'),
  set_verbose: key(flagValue, 'More logs (here: `LLM_GATEWAY_LOG_LEVEL`). Default: `false`.'),
  modify_params: key(flagValue, 'Change messages so that they keep a provider’s rules. Default: `false`.'),
  num_retries_per_request: key(countValue, 'Further calls of one request over all groups.'),
  force_ipv4: key(flagValue, 'Call providers by IPv4 only. Default: `false`.'),
  max_budget: key(usdValue, 'USD the whole gateway may spend in `budget_duration`.'),
  budget_duration: key(durationValue, 'When the budget begins anew.'),
  max_end_user_budget: key(usdValue, 'USD each customer may spend who has no rules of its own.'),
  max_user_budget: key(usdValue, 'USD each user may spend who has no budget of its own.'),
  max_internal_user_budget: key(usdValue, 'The same for users of the management pages.'),
  internal_user_budget_duration: key(durationValue, 'When theirs begins anew.'),
  custom_provider_map: key(listOf(closed(PROVIDER_MAP_ENTRY), 'mappings'), 'Providers written in Python.'),
  mcp_aliases: key(textMapValue, 'Other names of MCP servers.'),
  mcp_semantic_tool_filter: key(closed(TOOL_FILTER), 'Offer only the tools of MCP servers that fit the prompt.'),
  tag_budget_config: key(
    mapOf(
      closed({ max_budget: key(usdValue, 'In USD.'), budget_duration: key(durationValue, 'When it begins anew.') }),
      'tags to budgets',
    ),
    'Budgets of tags.',
  ),
  priority_reservation: key(mapOf(anyNumber, 'priorities to shares'), 'Share of the limits kept for a priority.'),
  priority_reservation_settings: key(mappingValue, 'How the shares are kept.'),
  use_chat_completions_url_for_anthropic_messages: key(
    flagValue,
    'Serve `/v1/messages` by chat completions at providers of OpenAI’s wire. Default: `false`.',
  ),
  route_all_chat_openai_to_responses: key(flagValue, 'Serve OpenAI’s chats by its Responses API. Default: `false`.'),
  guardrails: key(OLD_GUARDRAILS, 'The old form of the top-level key.'),
  skip_system_message_in_guardrail: key(flagValue, 'Guardrails do not read system messages. Default: `false`.'),
  enable_json_schema_validation: key(flagValue, 'Check answers against the schema asked for. Default: `false`.'),
  disable_hf_tokenizer_download: key(flagValue, 'Fetch no tokenizers. Default: `false`; here none are fetched.'),
  disable_add_transform_inline_image_block: key(flagValue, 'Fireworks: leave image addresses as they are.'),
  enable_preview_features: key(flagValue, 'Default: `false`.'),
  ssl_verify: key(scalarValue, 'Whether providers’ certificates are checked, or a file of authorities.'),
  ssl_certificate: key(textValue, 'A client certificate for providers: its path.'),
  store_audit_logs: key(flagValue, 'Keep who changed what. Default: `false`.'),
  forward_traceparent_to_llm_provider: key(flagValue, 'Send the trace’s id to providers. Default: `false`.'),
  public_model_groups: key(textsValue, 'Model groups on the public page.'),
  public_agent_groups: key(textsValue, 'Agents on the public page.'),
  network_mock: key(flagValue, 'For measurements: answer without calling. Default: `false`.'),
  timezone: key(textValue, 'Whose midnight budgets begin at. Default: `UTC`.'),
  telemetry: key(flagValue, 'Tell the makers of LiteLLM. Here nobody is told anything.'),
};
