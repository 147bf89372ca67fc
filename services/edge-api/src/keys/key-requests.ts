import { type GatewayError, GatewayException, nearestName } from '@gateway/domain';
import { z } from 'zod';
import { durationField } from '../accounts/spend-rule-fields';
import { KEY_FIELDS } from './key-fields';

const chosenKey = z
  .string()
  .regex(/^sk-[\x21-\x7e]{13,}$/, "must start with 'sk-' and have at least 16 characters")
  .max(512);

export const generateKeyBody = z.strictObject({ ...KEY_FIELDS, key: chosenKey.nullish() });

/** `-1` for a key that is never to expire. */
export const updateKeyBody = z.strictObject({
  ...KEY_FIELDS,
  key: z.string().min(1).max(512),
  duration: z.union([durationField, z.literal('-1')]).nullish(),
  temp_budget_increase: z.number().min(0).max(9_000_000).nullish(),
  temp_budget_expiry: z.iso.datetime({ offset: true }).nullish(),
});

export const deleteKeysBody = z
  .strictObject({
    keys: z.array(z.string().min(1).max(512)).max(1_000).optional(),
    key_aliases: z.array(z.string().min(1).max(200)).max(1_000).optional(),
  })
  .refine((body) => (body.keys?.length ?? 0) + (body.key_aliases?.length ?? 0) > 0, {
    message: "name at least one key in 'keys' or 'key_aliases'",
  });

/** LiteLLM's body of `/key/regenerate`: what is said of the key beside its new secret is changed with it. */
export const regenerateKeyBody = z.strictObject({
  ...KEY_FIELDS,
  key: z.string().min(1).max(512).nullish(),
  new_key: chosenKey.nullish(),
  grace_period: durationField.nullish(),
  new_master_key: z.null('cannot be changed here: set LLM_GATEWAY_MASTER_KEY').optional(),
});

export const bulkUpdateBody = z.strictObject({
  keys: z
    .array(z.looseObject({ key: z.string().min(1).max(512) }))
    .min(1)
    .max(500),
});

/** LiteLLM's `KeyUpdateFields`: what several keys may be told at once. */
export const teamKeysBody = z
  .strictObject({
    team_id: z.string().min(1).max(200),
    key_ids: z.array(z.string().min(1).max(512)).min(1).max(500).nullish(),
    all_keys_in_team: z.boolean().default(false),
    update_fields: updateKeyBody.pick({
      max_budget: true,
      budget_id: true,
      budget_duration: true,
      budget_limits: true,
      model_max_budget: true,
      tpm_limit: true,
      rpm_limit: true,
      model_tpm_limit: true,
      model_rpm_limit: true,
      max_parallel_requests: true,
      rpm_limit_type: true,
      tpm_limit_type: true,
      temp_budget_increase: true,
      temp_budget_expiry: true,
      duration: true,
      tags: true,
      metadata: true,
    }),
  })
  .refine(({ key_ids, all_keys_in_team }) => (key_ids?.length ?? 0) > 0 !== all_keys_in_team, {
    message: 'name key_ids, or say all_keys_in_team',
    path: ['key_ids'],
  });

export const oneKeyBody = z.strictObject({ key: z.string().min(1).max(512) });

export const keyInfosBody = z.strictObject({ keys: z.array(z.string().min(1).max(512)).max(1_000).optional() });

/** Spend can only be forgotten, because budgets count anew from there. */
export const resetSpendBody = z.strictObject({ reset_to: z.literal(0, 'can only be 0') });

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const text = z.string().max(255);
const pageNumber = z.coerce.number().int().min(1).max(1_000_000);

export const listKeysQuery = z.strictObject({
  page: pageNumber.default(1),
  size: z.coerce.number().int().min(1).max(1_000).default(10),
  user_id: text.optional(),
  team_id: text.optional(),
  key_hash: text.optional(),
  key_alias: text.optional(),
  access_group_id: text.optional(),
  return_full_object: flag.default(false),
  include_team_keys: flag.optional(),
  include_created_by_keys: flag.optional(),
  substring_matching: flag.default(false),
  sort_by: text.optional(),
  sort_order: z.enum(['asc', 'desc']).default('desc'),
  status: z.literal('deleted').optional(),
});

export const keyAliasesQuery = z.strictObject({
  page: pageNumber.default(1),
  size: z.coerce.number().int().min(1).max(1_000).default(50),
  search: text.optional(),
  team_id: text.optional(),
});

/** Checks a body or query; the first fault is answered with its field. @throws GatewayException */
export function parseWith<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new GatewayException(describe(issue, schema));
}

function describe(issue: z.core.$ZodIssue | undefined, schema: z.ZodType): GatewayError {
  if (issue?.code === 'unrecognized_keys') {
    const field = issue.keys[0] ?? '';
    const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
    const nearest = nearestName(field, known);
    const hint = nearest ? ` Did you mean '${nearest}'?` : ` It takes: ${known.join(', ')}.`;
    return { code: 'invalid_request', message: `'${field}' is not a field of this call.${hint}`, param: field };
  }
  const param = issue?.path.join('.') ?? '';
  return {
    code: 'invalid_request',
    message: `${param === '' ? 'The body' : `'${param}'`} is not valid: ${issue?.message ?? 'unknown'}.`,
    ...(param !== '' && { param }),
  };
}
