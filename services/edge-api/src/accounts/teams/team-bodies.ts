import { MEMBER_PERMISSIONS } from '@gateway/domain';
import { z } from 'zod';
import { UNSUPPORTED_KEY_FIELDS, unsupportedFields } from '../../keys/unsupported-key-fields';
import { idField, idsField, metadataField, modelsField, tagsField } from '../account-fields';
import { PAGE_FIELDS } from '../read-pages';
import { durationField, SPEND_RULE_FIELDS } from '../spend-rule-fields';

const memberBody = z
  .strictObject({
    user_id: idField.nullish(),
    user_email: z.email().max(200).nullish(),
    role: z.enum(['admin', 'user']).default('user'),
  })
  .refine(({ user_id, user_email }) => Boolean(user_id ?? user_email), { message: 'name a user_id or a user_email' });

/** Of a place in a team, by the names that they have in calls about the team. */
const MEMBER_RULE_FIELDS = {
  max_budget_in_team: SPEND_RULE_FIELDS.max_budget,
  budget_duration: durationField.nullish(),
  tpm_limit: SPEND_RULE_FIELDS.tpm_limit,
  rpm_limit: SPEND_RULE_FIELDS.rpm_limit,
  allowed_models: modelsField.nullish(),
} as const;

const permissionsField = z.array(z.enum(MEMBER_PERMISSIONS)).max(100);

/** LiteLLM's fields of a team whose feature is not there. */
const UNSUPPORTED_TEAM_FIELDS = unsupportedFields({
  admins: 'lists of administrators beside members_with_roles',
  members: 'lists of members beside members_with_roles',
  secret_manager_settings: 'secret managers of teams',
  team_member_key_duration: 'duration for keys of members',
  enforced_batch_output_expires_after: 'expiry of files by team',
  enforced_file_expires_after: 'expiry of files by team',
});

const TEAM_FIELDS = {
  ...UNSUPPORTED_KEY_FIELDS,
  ...UNSUPPORTED_TEAM_FIELDS,
  rpm_limit_type: z.literal('best_effort_throughput').nullish(),
  tpm_limit_type: z.literal('best_effort_throughput').nullish(),
  team_alias: z.string().min(1).max(200).nullish(),
  metadata: metadataField.nullish(),
  models: modelsField.nullish(),
  blocked: z.boolean().nullish(),
  tags: tagsField.nullish(),
  model_aliases: z.record(idField, idField).nullish(),
  budget_id: idField.nullish(),
  access_group_ids: z.array(idField).max(100).nullish(),
  default_team_member_models: modelsField.nullish(),
  team_member_permissions: permissionsField.nullish(),
  team_member_budget: SPEND_RULE_FIELDS.max_budget,
  team_member_budget_duration: durationField.nullish(),
  team_member_rpm_limit: SPEND_RULE_FIELDS.rpm_limit,
  team_member_tpm_limit: SPEND_RULE_FIELDS.tpm_limit,
  ...SPEND_RULE_FIELDS,
} as const;

/** LiteLLM's fields, as far as they are honoured; a field that would be ignored is refused instead. */
export const newTeamBody = z.strictObject({
  team_id: idField.nullish(),
  members_with_roles: z.array(memberBody).max(500).nullish(),
  ...TEAM_FIELDS,
});
export const updateTeamBody = z.strictObject({ team_id: idField, ...TEAM_FIELDS });
export const patchTeamBody = z.strictObject(TEAM_FIELDS);
export const oneTeamBody = z.strictObject({ team_id: idField });
export const deleteTeamsBody = z.strictObject({ team_ids: idsField });
export const teamModelsBody = z.strictObject({ team_id: idField, models: modelsField.min(1) });

const { max_budget_in_team, budget_duration, allowed_models } = MEMBER_RULE_FIELDS;
const MEMBERS = z.array(memberBody).min(1).max(500);
export const addMembersBody = z.strictObject({
  team_id: idField,
  member: z.union([memberBody, MEMBERS]),
  max_budget_in_team,
  budget_duration,
  allowed_models,
});
/** As LiteLLM has it; `member` is taken, too. */
export const addManyMembersBody = z.preprocess(
  (body) => (isBodyOfMembers(body) ? { ...body, member: body.members, members: undefined } : body),
  addMembersBody.extend({
    members: z.undefined().optional(),
    all_users: z.literal(false, 'must be left out: name the members').nullish(),
  }),
);

function isBodyOfMembers(body: unknown): body is { readonly members: unknown } {
  return typeof body === 'object' && body !== null && 'members' in body && !('member' in body);
}

export const permissionsQuery = z.strictObject({ team_id: idField });
export const permissionsBody = z.strictObject({ team_id: idField, team_member_permissions: permissionsField });
export const addPermissionsBody = z
  .strictObject({
    permissions: permissionsField.min(1),
    team_ids: z.array(idField).max(500).nullish(),
    apply_to_all_teams: z.boolean().default(false),
  })
  .refine(({ team_ids, apply_to_all_teams }) => (team_ids?.length ?? 0) > 0 !== apply_to_all_teams, {
    message: 'name team_ids, or say apply_to_all_teams',
    path: ['team_ids'],
  });

export const updateMemberBody = z.strictObject({
  team_id: idField,
  user_id: idField.nullish(),
  user_email: z.email().max(200).nullish(),
  role: z.enum(['admin', 'user']).nullish(),
  ...MEMBER_RULE_FIELDS,
});
export const deleteMemberBody = z.strictObject({
  team_id: idField,
  user_id: idField.nullish(),
  user_email: z.email().max(200).nullish(),
});

export const teamQuery = z.strictObject({ team_id: idField.optional() });
export const teamsQuery = z.strictObject({ user_id: idField.optional() });
export const teamPageQuery = z.strictObject({
  user_id: idField.optional(),
  team_id: idField.optional(),
  team_alias: z.string().max(200).optional(),
  search: z.string().max(200).optional(),
  sort_by: z.enum(['team_id', 'team_alias', 'created_at']).optional(),
  sort_order: z.enum(['asc', 'desc']).optional(),
  ...PAGE_FIELDS,
});

export type AddedMembers = z.output<typeof addMembersBody>;
export type TeamFields = z.output<typeof patchTeamBody>;
export type MemberRuleFields = Partial<Pick<z.output<typeof updateMemberBody>, keyof typeof MEMBER_RULE_FIELDS>>;
export type MemberName = z.output<typeof memberBody>;
