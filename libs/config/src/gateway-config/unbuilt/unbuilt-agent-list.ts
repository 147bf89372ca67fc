import { key } from '../schema-key';
import {
  anyNumber,
  closed,
  countValue,
  flagValue,
  listOf,
  mappingValue,
  open,
  scalarValue,
  textMapValue,
  textsValue,
  textValue,
  usdValue,
} from './unbuilt-values';

/** Open, as the protocol's agent cards are. */
const AGENT_CARD = open({
  protocolVersion: key(scalarValue, 'Of A2A.'),
  name: key(textValue, 'The agent’s name.'),
  description: key(scalarValue, 'What it does.'),
  url: key(textValue, 'Where it is.'),
  version: key(scalarValue, 'Its own version.'),
  capabilities: key(mappingValue, 'E.g. `streaming`.'),
  defaultInputModes: key(textsValue, 'What it reads.'),
  defaultOutputModes: key(textsValue, 'What it writes.'),
  skills: key(listOf(mappingValue, 'mappings'), 'What it can.'),
});

const AGENT_PARAMS = open({
  cost_per_query: key(usdValue, 'USD a call.'),
  input_cost_per_token: key(usdValue, 'USD per token it reads.'),
  output_cost_per_token: key(usdValue, 'USD per token it writes.'),
  require_trace_id_on_calls_to_agent: key(flagValue, 'Default: `false`.'),
  require_trace_id_on_calls_by_agent: key(flagValue, 'Default: `false`.'),
  max_iterations: key(countValue, 'Calls of a session at most.'),
  max_budget_per_session: key(usdValue, 'USD of a session at most.'),
  custom_llm_provider: key(textValue, 'The platform it runs on.'),
});

const AGENT = closed({
  agent_name: textValue.meta({ description: 'What it is called by; required.' }),
  agent_id: key(scalarValue, 'For the management API.'),
  agent_card_params: key(AGENT_CARD, 'What it says of itself.'),
  litellm_params: key(AGENT_PARAMS, 'What it costs, and how far it may go.'),
  object_permission: key(
    closed({
      agents: key(textsValue, 'Agents it may call.'),
      mcp_servers: key(textsValue, 'MCP servers.'),
      mcp_access_groups: key(textsValue, 'Groups of them.'),
      mcp_tool_permissions: key(mappingValue, 'Tools by server.'),
      models: key(textsValue, 'Models.'),
    }),
    'What it may use.',
  ),
  static_headers: key(textMapValue, 'Sent with every call.'),
  extra_headers: key(textsValue, 'Headers of the client that are sent on.'),
  tpm_limit: key(anyNumber, 'Tokens a minute.'),
  rpm_limit: key(anyNumber, 'Calls a minute.'),
  session_tpm_limit: key(anyNumber, 'Tokens a minute of a session.'),
  session_rpm_limit: key(anyNumber, 'Calls a minute of a session.'),
});

/** The top-level key. */
export const AGENT_LIST = listOf(AGENT, 'mappings with agent_name');
