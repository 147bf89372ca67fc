import { key } from '../schema-key';
import { AGENT_LIST } from './unbuilt-agent-list';
import { CALLBACK_SETTINGS } from './unbuilt-callbacks';
import { GUARDRAILS, POLICIES, POLICY_ATTACHMENTS } from './unbuilt-guardrails';
import { MCP_SERVERS, MCP_TOOLS } from './unbuilt-mcp-servers';
import { PASS_THROUGH_ENDPOINTS } from './unbuilt-pass-through';
import { ASSISTANTS, DEFAULT_VERTEX, JOB_PROVIDERS, PROMPTS, SEARCH_TOOLS, VECTOR_STORES } from './unbuilt-registries';
import { mapOf, mappingValue } from './unbuilt-values';

/** Of the file itself. */
export const UNBUILT_TOP_LEVEL = {
  mcp_servers: key(MCP_SERVERS, 'Servers of tools, by name.'),
  mcp_tools: key(MCP_TOOLS, 'Tools of the gateway itself.'),
  agent_list: key(AGENT_LIST, 'Agents that are spoken to by A2A.'),
  guardrails: key(GUARDRAILS, 'What checks requests and answers.'),
  policies: key(POLICIES, 'Sets of guardrails.'),
  policy_attachments: key(POLICY_ATTACHMENTS, 'Whom they are for.'),
  prompts: key(PROMPTS, 'Prompts that requests name.'),
  vector_store_registry: key(VECTOR_STORES, 'Vector stores that requests name.'),
  search_tools: key(SEARCH_TOOLS, 'Searches on the web.'),
  pass_through_endpoints: key(PASS_THROUGH_ENDPOINTS, 'See `general_settings.pass_through_endpoints`.'),
  callback_settings: key(CALLBACK_SETTINGS, 'How single callbacks are told.'),
  assistant_settings: key(ASSISTANTS, 'Who serves assistants.'),
  finetune_settings: key(JOB_PROVIDERS, 'Who trains models.'),
  files_settings: key(JOB_PROVIDERS, 'Who keeps files.'),
  default_vertex_config: key(DEFAULT_VERTEX, 'Vertex AI of pass-through routes.'),
  templates: key(mapOf(mappingValue, 'names to mappings'), 'Parts that entries refer to.'),
};
