import { ROLES } from '@gateway/domain';
import { z } from 'zod';
import { UNSUPPORTED_KEY_FIELDS, unsupportedFields } from '../../keys/unsupported-key-fields';
import { idField, idsField, metadataField, modelsField } from '../account-fields';
import { PAGE_FIELDS } from '../read-pages';
import { durationField, SPEND_RULE_FIELDS } from '../spend-rule-fields';

/** LiteLLM's fields of a user whose feature is not there. */
const UNSUPPORTED_USER_FIELDS = unsupportedFields({
  organizations: 'organizations',
  password: 'signing in with passwords',
  team_id: 'user of one team alone: say teams',
  permissions: 'permissions of users',
  aliases: 'names for models that users have',
});

const USER_FIELDS = {
  ...UNSUPPORTED_KEY_FIELDS,
  ...UNSUPPORTED_USER_FIELDS,
  spend: z.literal(0, 'can only be 0: what was spent is what the ledger says').nullish(),
  user_email: z.email().max(200).nullish(),
  user_alias: z.string().min(1).max(200).nullish(),
  user_role: z.enum(ROLES).nullish(),
  metadata: metadataField.nullish(),
  models: modelsField.nullish(),
  blocked: z.boolean().nullish(),
  budget_id: idField.nullish(),
  sso_user_id: idField.nullish(),
  ...SPEND_RULE_FIELDS,
} as const;

const teamPlace = z.strictObject({
  team_id: idField,
  user_role: z.enum(['admin', 'user']).default('user'),
  max_budget_in_team: SPEND_RULE_FIELDS.max_budget,
});

/** LiteLLM's fields, as far as they are honoured; a field that would be ignored is refused instead. */
export const newUserBody = z.strictObject({
  user_id: idField.nullish(),
  ...USER_FIELDS,
  teams: z
    .array(z.union([idField, teamPlace]))
    .max(100)
    .nullish(),
  /** Of the key that is made along with the user. */
  auto_create_key: z.boolean().default(true),
  key_alias: z.string().min(1).max(200).nullish(),
  duration: durationField.nullish(),
});
export const updateUserBody = z
  .strictObject({ user_id: idField.nullish(), ...USER_FIELDS })
  .refine(({ user_id, user_email }) => Boolean(user_id ?? user_email), { message: 'name a user_id or a user_email' });

/** Several users each with what is to change, or one change for all of them. What is wrong with one of them is in its result. */
export const updateUsersBody = z
  .strictObject({
    users: z.array(z.record(z.string(), z.unknown())).max(500).nullish(),
    all_users: z.boolean().nullish(),
    user_updates: z.strictObject(USER_FIELDS).omit({ user_email: true }).nullish(),
  })
  .refine(({ users, all_users, user_updates }) => Boolean(all_users && user_updates) !== (users?.length ?? 0) > 0, {
    message: 'name users, or say all_users with user_updates',
    path: ['users'],
  });
export const deleteUsersBody = z.strictObject({ user_ids: idsField });

export const userQuery = z.strictObject({ user_id: idField.optional() });
export const usersQuery = z.strictObject({
  role: z.enum(ROLES).optional(),
  user_ids: z.string().max(20_000).optional(),
  user_email: z.string().max(200).optional(),
  team: idField.optional(),
  sort_by: z.enum(['user_id', 'user_alias', 'created_at']).optional(),
  sort_order: z.enum(['asc', 'desc']).optional(),
  ...PAGE_FIELDS,
});

export type UserUpdate = z.output<typeof updateUserBody>;
export type UserFields = Pick<z.output<typeof newUserBody>, keyof typeof USER_FIELDS>;
