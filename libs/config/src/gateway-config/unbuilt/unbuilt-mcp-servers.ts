import { z } from 'zod';
import { key } from '../schema-key';
import {
  closed,
  flagValue,
  listOf,
  mapOf,
  mappingValue,
  open,
  scalarValue,
  textMapValue,
  textsValue,
  textValue,
  usdValue,
  wordValue,
} from './unbuilt-values';

const AUTH_TYPES = [
  'none',
  'api_key',
  'bearer_token',
  'basic',
  'authorization',
  'oauth2',
  'aws_sigv4',
  'token',
  'oauth2_token_exchange',
  'oauth2_id_jag',
  'true_passthrough',
  'oauth_delegate',
] as const;

const AWS = Object.fromEntries(
  [
    'region_name',
    'service_name',
    'access_key_id',
    'secret_access_key',
    'session_token',
    'role_name',
    'session_name',
  ].map((name) => [`aws_${name}`, key(scalarValue, 'Of `aws_sigv4`.')]),
);

const CREDENTIALS = open({
  auth_value: key(scalarValue, 'The key.'),
  client_id: key(scalarValue, 'The OAuth client.'),
  client_secret: key(scalarValue, 'Its secret.'),
  scopes: key(textsValue, 'What is asked for.'),
});

const COSTS = closed({
  default_cost_per_query: key(usdValue, 'USD a call.'),
  tool_name_to_cost_per_query: key(mapOf(usdValue, 'tools to USD'), 'USD a call of single tools.'),
});

const MCP_SERVER = {
  server_id: key(scalarValue, 'For the management API.'),
  server_name: key(textValue, 'Another name.'),
  alias: key(textValue, 'What its tools begin with.'),
  description: key(scalarValue, 'For people.'),
  instructions: key(scalarValue, 'For models.'),
  url: key(textValue, 'Where it is; needed but for `stdio`.'),
  transport: key(wordValue('sse', 'http', 'stdio'), 'How it is spoken to. Default: `sse`.'),
  spec_version: key(scalarValue, 'The version of the protocol.'),
  spec_path: key(textValue, 'An OpenAPI document whose calls become tools.'),
  auth_type: key(wordValue(...AUTH_TYPES), 'How the gateway shows who it is. Default: `none`.'),
  auth_value: key(scalarValue, 'The key it shows.'),
  authentication_token: key(scalarValue, 'Another name for `auth_value`.'),
  credentials: key(CREDENTIALS, 'The same by name.'),
  authorization_url: key(textValue, 'OAuth: where people agree.'),
  token_url: key(textValue, 'OAuth: where tokens are.'),
  registration_url: key(textValue, 'OAuth: where clients are made.'),
  client_id: key(scalarValue, 'OAuth: the client.'),
  client_secret: key(scalarValue, 'OAuth: its secret.'),
  scopes: key(textsValue, 'OAuth: what is asked for.'),
  oauth2_flow: key(wordValue('client_credentials', 'authorization_code'), 'OAuth: how.'),
  static_headers: key(textMapValue, 'Sent with every call.'),
  extra_headers: key(textsValue, 'Headers of the client that are sent on.'),
  allowed_tools: key(textsValue, 'Tools that are offered. Default: all.'),
  disallowed_tools: key(textsValue, 'Tools that are not.'),
  allowed_params: key(mapOf(textsValue, 'tools to lists'), 'Arguments that may be given.'),
  tool_name_to_display_name: key(textMapValue, 'What tools are called.'),
  tool_name_to_description: key(textMapValue, 'What is said of them.'),
  access_groups: key(textsValue, 'Groups of servers that keys are allowed.'),
  mcp_access_groups: key(textsValue, 'Another name for `access_groups`.'),
  allow_all_keys: key(flagValue, 'Every key may use it. Default: `false`.'),
  available_on_public_internet: key(flagValue, 'Also from outside. Default: `true`.'),
  command: key(textValue, '`stdio`: the program.'),
  args: key(listOf(scalarValue, 'texts'), '`stdio`: its arguments.'),
  env: key(textMapValue, '`stdio`: its environment.'),
  mcp_info: key(open({ mcp_server_cost_info: key(COSTS, 'What calls cost.') }), 'What is shown of it.'),
  is_byok: key(flagValue, 'Users bring their own keys. Default: `false`.'),
  byok_description: key(textsValue, 'What they are told.'),
  byok_api_key_help_url: key(textValue, 'Where they get one.'),
  source_url: key(textValue, 'Where it comes from.'),
  approval_status: key(textValue, 'Written by LiteLLM.'),
  submitted_by: key(scalarValue, 'Written by LiteLLM.'),
  submitted_at: key(scalarValue, 'Written by LiteLLM.'),
  timeout: key(scalarValue, 'Seconds for a call.'),
  ...AWS,
};

/** The top-level key. */
export const MCP_SERVERS = mapOf(z.strictObject(MCP_SERVER, { error: 'a mapping' }), 'names to servers');

export const MCP_TOOLS = listOf(
  open({
    name: textValue.meta({ description: 'The tool; required.' }),
    description: key(scalarValue, 'For models.'),
    input_schema: key(mappingValue, 'Its arguments, as JSON schema.'),
    handler: key(textValue, 'Python module and function.'),
  }),
  'mappings with name',
);
