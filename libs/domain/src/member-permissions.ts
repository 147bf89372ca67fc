/**
 * What a team may let its members do, by LiteLLM's names (`KeyManagementRoutes`, litellm-schemas.txt), as far as there is such a thing here:
 * the routes of keys, for the keys of the team, and the views of what the team spent.
 */
export const MEMBER_PERMISSIONS = [
  '/key/generate',
  '/key/service-account/generate',
  '/key/update',
  '/key/bulk_update',
  '/team/key/bulk_update',
  '/key/delete',
  '/key/regenerate',
  '/key/{key_id}/regenerate',
  '/key/{key_id}/reset_spend',
  '/key/block',
  '/key/unblock',
  '/key/info',
  '/key/health',
  '/key/list',
  '/key/aliases',
  '/team/daily/activity',
  '/spend/logs',
  '/spend/logs/v2',
] as const;

export type MemberPermission = (typeof MEMBER_PERMISSIONS)[number];

/** What members may change of their own keys in a team that says nothing. Lists that are added to begin with it. */
export const USUAL_PERMISSIONS: readonly MemberPermission[] = [
  '/key/generate',
  '/key/delete',
  '/key/regenerate',
  '/key/{key_id}/regenerate',
  '/key/health',
];
