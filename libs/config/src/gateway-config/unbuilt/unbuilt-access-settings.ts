import { key } from '../schema-key';
import {
  closed,
  either,
  flagValue,
  listOf,
  mappingValue,
  open,
  scalarValue,
  secondsValue,
  textsValue,
  textValue,
  wordValue,
} from './unbuilt-values';

const JWT_FIELDS = Object.fromEntries(
  [
    'user_id',
    'user_email',
    'user_roles',
    'team_id',
    'team_ids',
    'team_alias',
    'org_id',
    'org_alias',
    'end_user_id',
    'roles',
  ].map((what) => [`${what}_jwt_field`, key(textValue, `The claim with it; dots lead into mappings.`)]),
);

/** Open: its claims and mappings grow with every version. */
const JWT_AUTH = open({
  ...JWT_FIELDS,
  admin_jwt_scope: key(textValue, 'The scope of administrators. Default: `litellm_proxy_admin`.'),
  admin_allowed_routes: key(textsValue, 'Routes of administrators.'),
  team_allowed_routes: key(textsValue, 'Routes of teams.'),
  user_allowed_email_domain: key(textValue, 'Users must have an address there.'),
  user_allowed_roles: key(textsValue, 'Users must have one of these roles.'),
  user_id_upsert: key(flagValue, 'Make users that are not there. Default: `false`.'),
  team_id_upsert: key(flagValue, 'Make teams that are not there. Default: `false`.'),
  team_id_default: key(scalarValue, 'The team of tokens without one.'),
  enforce_rbac: key(flagValue, 'Refuse tokens without a role. Default: `false`.'),
  enforce_scope_based_access: key(flagValue, 'Models by scope. Default: `false`.'),
  enforce_team_based_model_access: key(flagValue, 'Models by team. Default: `false`.'),
  role_mappings: key(listOf(mappingValue, 'mappings'), 'Roles in the token → roles here.'),
  scope_mappings: key(listOf(mappingValue, 'mappings'), 'Scopes → models and routes.'),
  custom_validate: key(textValue, 'Python file and attribute.'),
  public_key_ttl: key(secondsValue, 'Seconds that public keys are kept. Default: 600.'),
  virtual_key_claim_field: key(textValue, 'The claim that names a virtual key.'),
});

const USER_HEADER = closed({
  header_name: textValue.meta({ description: 'The header; required.' }),
  litellm_user_role: key(textValue, 'Whom it names: `customer` or `internal_user`.'),
});

/** Of `general_settings`: who may do what. */
export const UNBUILT_ACCESS_SETTINGS = {
  custom_auth: key(textValue, 'Python file and attribute that judges keys.'),
  custom_auth_run_common_checks: key(flagValue, 'Check budgets and limits after it. Default: `false`.'),
  custom_key_generate: key(textValue, 'Python file and attribute that judges new keys.'),
  custom_sso: key(textValue, 'Python file and attribute.'),
  custom_ui_sso_sign_in_handler: key(textValue, 'Python file and attribute.'),
  enable_jwt_auth: key(flagValue, 'Tokens of an identity provider instead of keys. Default: `false`.'),
  litellm_jwtauth: key(JWT_AUTH, 'What is read in them.'),
  enable_oauth2_auth: key(flagValue, 'Ask an OAuth 2 server about tokens. Default: `false`.'),
  enable_oauth2_proxy_auth: key(flagValue, 'Believe the headers of a proxy in front. Default: `false`.'),
  oauth2_config_mappings: key(mappingValue, 'Which headers those are.'),
  enforce_rbac: key(flagValue, 'Everybody needs a role. Default: `false`.'),
  role_permissions: key(
    listOf(
      open({
        role: key(textValue, 'The role.'),
        models: key(textsValue, 'Models.'),
        routes: key(textsValue, 'Routes.'),
      }),
      'mappings',
    ),
    'What roles may do.',
  ),
  litellm_key_header_name: key(textValue, 'A further header that keys are taken from.'),
  use_x_forwarded_for: key(flagValue, 'The client is whom the proxy in front names. Default: `false`.'),
  allowed_ips: key(textsValue, 'Clients may call from these addresses only.'),
  user_header_name: key(textValue, 'The header that names the user.'),
  user_header_mappings: key(
    either('a list of mappings', listOf(USER_HEADER, 'mappings'), USER_HEADER),
    'Headers that name people.',
  ),
  public_routes: key(textsValue, 'Routes without a key.'),
  admin_only_routes: key(textsValue, 'Routes for administrators only.'),
  allowed_routes: key(textsValue, 'No other route is served.'),
  enforced_params: key(textsValue, 'What every request must say, e.g. `user`.'),
  enforce_user_param: key(flagValue, 'Every request must say `user`. Default: `false`.'),
  reject_clientside_metadata_tags: key(flagValue, 'Clients may not tag their requests. Default: `false`.'),
  ui_access_mode: key(
    either(
      'admin_only, all or a mapping',
      wordValue('admin_only', 'all'),
      closed({
        type: key(textValue, 'How it is restricted.'),
        restricted_sso_group: key(textValue, 'The group that may.'),
        sso_group_jwt_field: key(textValue, 'The claim that names groups.'),
      }),
    ),
    'Who may see the pages. Default: `all`.',
  ),
  auto_redirect_ui_login_to_sso: key(flagValue, 'Go straight to single sign-on. Default: `false`.'),
  disable_master_key_return: key(flagValue, 'Do not give the master key to the pages. Default: `false`.'),
  default_team_disabled: key(flagValue, 'Keys need a team. Default: `false`.'),
  control_plane_url: key(textValue, 'The gateway that manages this one.'),
  service_account_settings: key(
    closed({ enforced_params: key(textsValue, 'What their requests must say.') }),
    'Keys of programs.',
  ),
};
