import { z } from 'zod';

/** LiteLLM's fields whose feature is not there. They would restrict or grant something, so they are taken only when they say nothing. */
const NOT_YET = {
  agent_id: 'agents',
  organization_id: 'organizations',
  project_id: 'projects',
  allowed_cache_controls: 'caching',
  config: 'settings per key',
  budget_fallbacks: 'fallbacks by budget',
  throttle_on_budget_exceeded: 'throttling by budget',
  mcp_rpm_limit: 'MCP servers',
  tag_rpm_limit: 'limits per tag',
  guardrails: 'guardrails',
  policies: 'policies',
  prompts: 'prompts',
  disable_global_guardrails: 'guardrails',
  object_permission: 'permissions for objects',
  enforced_params: 'enforced parameters',
  allowed_passthrough_routes: 'pass-through routes',
  allowed_vector_store_indexes: 'vector stores',
  router_settings: 'routing per key',
  send_invite_email: 'e-mail',
} as const;

/** Names of fields, with what is not there → fields that are taken only when they say nothing. */
export function unsupportedFields<Field extends string>(features: Readonly<Record<Field, string>>) {
  const fields = Object.entries<string>(features).map(([field, feature]) => [
    field,
    z.unknown().refine(saysNothing, `is refused, because this gateway has no ${feature} yet`).optional(),
  ]);
  return Object.fromEntries(fields) as Record<Field, z.ZodOptional<z.ZodUnknown>>;
}

export const UNSUPPORTED_KEY_FIELDS = unsupportedFields(NOT_YET);

/** Many clients send every field they know, most of them empty. */
function saysNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
