import type { Entry, TeamMember } from '@gateway/contracts';
import type { SpendRules } from '@gateway/domain';
import { attributesOf, changedAttributes, type EntryChange, rulesOf } from '../account-desk';
import { changedRules } from '../spend-rule-fields';
import type { MemberRuleFields, TeamFields } from './team-bodies';

/** What the fields of a body change in a team; undefined for one that is not there yet. */
export function teamChange(before: Entry | undefined, body: TeamFields): EntryChange {
  const attributes = before === undefined ? {} : attributesOf(before);
  return {
    ...(body.team_alias !== undefined && { alias: body.team_alias ?? '' }),
    ...(body.models !== undefined && { models: body.models ?? [] }),
    ...(body.blocked !== undefined && { blocked: body.blocked ?? false }),
    ...(body.budget_id !== undefined && { budgetId: body.budget_id ?? '' }),
    rules: changedRules(before === undefined ? {} : rulesOf(before), body),
    attributes: changedAttributes(attributes, {
      metadata: body.metadata,
      tags: body.tags,
      model_aliases: body.model_aliases,
      access_group_ids: body.access_group_ids,
      default_team_member_models: body.default_team_member_models,
      team_member_permissions: body.team_member_permissions,
      member_rules: changedRules((attributes.member_rules ?? {}) as SpendRules, {
        max_budget: body.team_member_budget,
        budget_duration: body.team_member_budget_duration,
        rpm_limit: body.team_member_rpm_limit,
        tpm_limit: body.team_member_tpm_limit,
      }),
    }),
  };
}

/** What the fields of a body change in a place in a team. */
export function memberChange(
  before: TeamMember,
  body: MemberRuleFields & { readonly role?: string | null },
): TeamMember {
  const rules = changedRules(JSON.parse(before.rulesJson || '{}') as SpendRules, {
    max_budget: body.max_budget_in_team,
    budget_duration: body.budget_duration,
    tpm_limit: body.tpm_limit,
    rpm_limit: body.rpm_limit,
  });
  return {
    ...before,
    role: body.role ?? before.role,
    models: body.allowed_models === undefined ? before.models : (body.allowed_models ?? []),
    rulesJson: JSON.stringify(rules),
  };
}
