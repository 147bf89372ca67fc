import type { KeySettings, VirtualKey } from '@gateway/contracts';
import type { Principal, Role } from '@gateway/domain';
import { type MemberPermission, USUAL_PERMISSIONS } from '@gateway/domain';
import { isAdmin, seesAll } from '../accounts/may-manage';
import type { TeamsOfCaller } from '../accounts/teams/teams-of-caller';

/** Who asks, and what their teams let them do. */
export interface KeyCaller extends TeamsOfCaller {
  readonly principal: Principal;
}

/** What a caller may see of a list: all, or itself, the keys of its user and those of the teams whose keys it may see so. */
export function visibleKeys(caller: KeyCaller, permission: MemberPermission) {
  const { principal, administered, permitted } = caller;
  if (seesAll(principal)) return { visibleToUserId: '', visibleKeyHash: '', visibleTeamIds: [] };
  const shown = [...permitted].filter(([, permissions]) => permissions.has(permission)).map(([team]) => team);
  const { userId = '', keyHash } = principal;
  return { visibleToUserId: userId, visibleKeyHash: keyHash, visibleTeamIds: [...administered, ...shown] };
}

export function maySee({ principal, administered, permitted }: KeyCaller, key: VirtualKey): boolean {
  if (seesAll(principal) || key.keyHash === principal.keyHash) return true;
  if (isOfSameUser(principal, key) || administered.includes(key.teamId)) return true;
  return SHOWING.some((permission) => permitted.get(key.teamId)?.has(permission));
}

/**
 * Whether somebody may do this to a key. Administrators may; those of its team, unless the key is of somebody with more rights; and members
 * what their team says, with their own keys and those of no user. Where it says nothing they may revoke their own keys and renew them.
 */
export function mayChange(caller: KeyCaller, key: VirtualKey, permission: MemberPermission): boolean {
  const { principal, administered, permitted } = caller;
  if (isAdmin(principal)) return true;
  if (principal.role !== 'internal_user') return false;
  if (administered.includes(key.teamId)) return isOfSameUser(principal, key) || !SEE_ALL.includes(roleOf(key));
  const said = permitted.get(key.teamId);
  if (said === undefined) return USUAL_PERMISSIONS.includes(permission) && isOfSameUser(principal, key);
  return said.has(permission) && (key.userId === '' || key.userId === principal.userId);
}

/** Roles beyond any team's, which nobody may get by way of a team. */
export const SEE_ALL: readonly Role[] = ['proxy_admin', 'proxy_admin_viewer'];

const SHOWING: readonly MemberPermission[] = ['/key/info', '/key/list'];

export function isOfSameUser({ userId, teamId }: Principal, key: VirtualKey): boolean {
  return userId !== undefined && key.userId === userId && (teamId ?? '') === key.teamId;
}

/** Two keys with the limits of one could use twice as much, and one that expires could outlive itself. */
export function isLimited({ settings, expiresAtUnixMs }: VirtualKey): boolean {
  return expiresAtUnixMs > 0 || (settings?.rulesJson ?? '{}') !== '{}' || (settings?.budgetId ?? '') !== '';
}

export function textsOf(list: KeySettings['models']): readonly string[] {
  return list?.values ?? [];
}

function roleOf({ accessJson }: VirtualKey): Role {
  return (JSON.parse(accessJson || '{}') as { readonly role?: Role }).role ?? 'internal_user';
}
