import { DURATION_FORM, MEMBER_PERMISSIONS, ROLES } from '@gateway/domain';
import { z } from 'zod';
import { key } from './schema-key';
import { count, oneOf, text, textList, usd } from './yaml-values';

const duration = z
  .string({ error: 'a duration such as 30d' })
  .regex(DURATION_FORM, 'a duration such as 30d, 24h or 1mo');

const budget = z.union([z.literal(0), usd], { error: 'an amount in USD, 0 or more, at most 1000000' });

const teamPlace = z.strictObject(
  {
    team_id: text.meta({ description: 'The team; required.' }),
    user_role: key(oneOf(['admin', 'user']), 'The role in it. Default: `user`.'),
    max_budget_in_team: key(budget, 'US dollars.'),
  },
  { error: 'the id of a team, or a mapping of team_id, user_role and max_budget_in_team' },
);

/** `litellm_settings.default_internal_user_params` */
export const DEFAULT_USER = {
  user_role: key(oneOf(ROLES), 'Default: `internal_user`.'),
  max_budget: key(budget, 'US dollars.'),
  budget_duration: key(duration, 'After which it begins anew.'),
  tpm_limit: key(count, 'Tokens a minute.'),
  rpm_limit: key(count, 'Requests a minute.'),
  models: key(textList, 'What keys without a team may use.'),
  teams: key(
    z.array(z.union([text, teamPlace]), { error: 'a list of teams' }),
    'Ids of teams that they are put into, or mappings of `team_id`, `user_role` (`user`, `admin`) and `max_budget_in_team`. The teams must be there.',
  ),
};

/** `litellm_settings.default_team_params` */
export const DEFAULT_TEAM = {
  max_budget: key(budget, 'US dollars.'),
  budget_duration: key(duration, 'After which it begins anew.'),
  tpm_limit: key(count, 'Tokens a minute.'),
  rpm_limit: key(count, 'Requests a minute.'),
  models: key(textList, 'What the keys of the team may use.'),
  team_member_permissions: key(
    z.array(oneOf(MEMBER_PERMISSIONS), { error: 'a list of routes' }),
    'What its members may do with keys, see [accounts](http-api.md#accounts).',
  ),
};

export const ACCOUNT_DEFAULTS = {
  default_internal_user_params: key(
    z.strictObject(DEFAULT_USER, { error: 'a mapping' }),
    'What `POST /user/new` makes users with where its body does not say. See below.',
  ),
  default_team_params: key(
    z.strictObject(DEFAULT_TEAM, { error: 'a mapping' }),
    'What `POST /team/new` makes teams with where its body does not say. See below.',
  ),
};
