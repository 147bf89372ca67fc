import type { AccountDefaults, TeamDefaults, UserDefaults } from '@gateway/domain';
import type { ValidFile } from './gateway-config-schema';

type ValidSettings = NonNullable<ValidFile['litellm_settings']>;

/** What accounts are made with where nobody says; nothing where the file does not speak of it. */
export function readAccountDefaults(settings: ValidFile['litellm_settings']): {
  readonly accountDefaults?: AccountDefaults;
} {
  const { default_internal_user_params: user, default_team_params: team } = settings ?? {};
  if (!user && !team) return {};
  return { accountDefaults: { ...(user && { user: readUser(user) }), ...(team && { team: readTeam(team) }) } };
}

function readUser(given: NonNullable<ValidSettings['default_internal_user_params']>): UserDefaults {
  const teams = given.teams?.map((place) => {
    if (typeof place === 'string') return { teamId: place, role: 'user' as const };
    const { team_id: teamId, user_role: role, max_budget_in_team: maxBudgetNanoUsd } = place;
    return { teamId, role: role ?? ('user' as const), ...(maxBudgetNanoUsd != null && { maxBudgetNanoUsd }) };
  });
  return {
    ...(given.user_role && { role: given.user_role }),
    ...shared(given),
    ...(teams && { teams }),
  };
}

function readTeam(given: NonNullable<ValidSettings['default_team_params']>): TeamDefaults {
  return {
    ...shared(given),
    ...(given.team_member_permissions && { memberPermissions: given.team_member_permissions }),
  };
}

function shared(given: {
  readonly max_budget?: number | null;
  readonly budget_duration?: string | null;
  readonly models?: readonly string[] | null;
  readonly rpm_limit?: number | null;
  readonly tpm_limit?: number | null;
}) {
  return {
    ...(given.max_budget != null && { maxBudgetNanoUsd: given.max_budget }),
    ...(given.budget_duration && { budgetDuration: given.budget_duration }),
    ...(given.rpm_limit != null && { rpm: given.rpm_limit }),
    ...(given.tpm_limit != null && { tpm: given.tpm_limit }),
    ...(given.models && { models: given.models }),
  };
}
