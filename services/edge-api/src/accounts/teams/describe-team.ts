import type { Entry, TeamMember } from '@gateway/contracts';
import type { SpendRules } from '@gateway/domain';
import { attributesOf, rulesInForce } from '../account-desk';
import { shownSpend } from '../shown-spend';
import { shownRules, usdOf } from '../spend-rule-fields';
import { permissionsOf } from './permissions-of';

/** A team in LiteLLM's words. Organizations and the older lists of admins and members are always empty here. */
export function describeTeam(team: Entry, members: readonly TeamMember[]) {
  const attributes = attributesOf(team);
  const rules = rulesInForce(team);
  const memberRules = (attributes.member_rules ?? {}) as SpendRules;
  return {
    team_id: team.id,
    team_alias: team.alias || null,
    organization_id: null,
    members_with_roles: members.map(describeMember),
    metadata: attributes.metadata ?? {},
    models: team.models,
    blocked: team.blocked,
    tags: attributes.tags ?? [],
    model_aliases: attributes.model_aliases ?? {},
    access_group_ids: attributes.access_group_ids ?? [],
    default_team_member_models: attributes.default_team_member_models ?? [],
    team_member_permissions: permissionsOf(team) ?? null,
    team_member_budget: usdOf(memberRules.maxBudgetNanoUsd),
    team_member_budget_duration: memberRules.budgetDuration ?? null,
    team_member_rpm_limit: memberRules.rpm ?? null,
    team_member_tpm_limit: memberRules.tpm ?? null,
    budget_id: team.budgetId || null,
    ...shownSpend(team, rules),
    ...shownRules(rules),
    created_at: new Date(team.createdAtUnixMs).toISOString(),
    updated_at: new Date(team.updatedAtUnixMs).toISOString(),
  };
}

function describeMember({ userId, userEmail, role }: TeamMember) {
  return { user_id: userId, user_email: userEmail || null, role };
}

/** A user's place in a team: with the rules that it has of its own, and under `litellm_budget_table` with those that hold. */
export function describeMembership(member: TeamMember) {
  const own = JSON.parse(member.rulesJson || '{}') as SpendRules;
  const inForce = { ...(JSON.parse(member.teamRulesJson || '{}') as SpendRules), ...own };
  const { max_budget: max_budget_in_team, ...limits } = shownLimits(own);
  return {
    ...describeMember(member),
    team_id: member.teamId,
    max_budget_in_team,
    ...limits,
    allowed_models: member.models,
    ...shownSpend(member, inForce),
    litellm_budget_table: { ...shownLimits(inForce), allowed_models: member.models },
  };
}

function shownLimits(rules: SpendRules) {
  const { max_budget, budget_duration, rpm_limit, tpm_limit } = shownRules(rules);
  return { max_budget, budget_duration, rpm_limit, tpm_limit };
}
