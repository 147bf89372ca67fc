import { key } from '../schema-key';
import {
  closed,
  countValue,
  durationValue,
  flagValue,
  mappingValue,
  open,
  scalarValue,
  textsValue,
  usdValue,
} from './unbuilt-values';

const LIMITS = {
  max_budget: key(usdValue, 'In USD.'),
  budget_duration: key(durationValue, 'When it begins anew.'),
  tpm_limit: key(countValue, 'Tokens a minute.'),
  rpm_limit: key(countValue, 'Requests a minute.'),
};

const KEY = open({
  ...LIMITS,
  duration: key(durationValue, 'How long a key lives.'),
  models: key(textsValue, 'Models of the key.'),
  max_parallel_requests: key(countValue, 'Requests at once.'),
  metadata: key(mappingValue, 'Notes.'),
  team_id: key(scalarValue, 'The team.'),
});

const UPPER_BOUND = closed({
  ...LIMITS,
  duration: key(durationValue, 'How long a key lives.'),
  key_generation_check: key(flagValue, 'Whether keys beyond it are refused.'),
  max_parallel_requests: key(countValue, 'Requests at once.'),
});

const WHO_MAY = {
  required_params: key(textsValue, 'What must be said of a new key, e.g. `tags`.'),
};

const KEY_GENERATION = closed({
  team_key_generation: key(
    closed({ ...WHO_MAY, allowed_team_member_roles: key(textsValue, 'Roles in the team, e.g. `admin`.') }),
    'Keys of teams.',
  ),
  personal_key_generation: key(
    closed({ ...WHO_MAY, allowed_user_roles: key(textsValue, 'Roles, e.g. `proxy_admin`.') }),
    'Keys of single users.',
  ),
});

/** Of `litellm_settings`: what new keys get. */
export const UNBUILT_KEY_SETTINGS = {
  default_key_generate_params: key(KEY, 'What new keys get where nothing is said.'),
  upperbound_key_generate_params: key(UPPER_BOUND, 'What new keys get at most.'),
  key_generation_settings: key(KEY_GENERATION, 'Who may make which keys.'),
  enable_key_alias_format_validation: key(flagValue, 'Aliases of keys are 2 to 255 characters. Default: `false`.'),
  disable_end_user_cost_tracking: key(flagValue, 'Do not sum the costs of customers. Default: `false`.'),
};
