import type { MemberPermission, Principal } from '@gateway/domain';
import type { LedgerClient } from '../../ledger-client';
import { EVERY_ENTRY } from '../every-entry';
import { isAdmin } from '../may-manage';
import { permissionsOf } from './permissions-of';

export interface TeamsOfCaller {
  /** Whose administrator the caller is. */
  readonly administered: readonly string[];
  /** Of teams of which the caller is a member or has a key, and that say what their members may do: just that. */
  readonly permitted: ReadonlyMap<string, ReadonlySet<MemberPermission>>;
}

/**
 * What the caller's teams let it do; nothing for those who may change everything anyhow. A key that belongs to a team acts in that team
 * alone: whoever administers one team, and may so have any key of it, gets nothing of its users' other teams by that.
 */
export async function teamsOfCaller(
  { directory, members }: Pick<LedgerClient, 'directory' | 'members'>,
  principal: Principal,
): Promise<TeamsOfCaller> {
  const { userId, teamId } = principal;
  if (userId === undefined || isAdmin(principal)) return NO_TEAMS;
  const own = teamId === undefined ? [] : [teamId];
  const { members: places } = await members.listMembers({ teamIds: own, userIds: [userId] });
  const administered = places.filter(({ role }) => role === 'admin').map((place) => place.teamId);
  const others = new Set([...own, ...places.map((place) => place.teamId)]);
  for (const team of administered) others.delete(team);
  if (others.size === 0) return { ...NO_TEAMS, administered };
  const { entries } = await directory.listEntries({ ...EVERY_ENTRY, kind: 'team', ids: [...others] });
  const permitted = entries.flatMap((team) => {
    const said = permissionsOf(team);
    return said === undefined ? [] : [[team.id, new Set(said)] as const];
  });
  return { administered, permitted: new Map(permitted) };
}

const NO_TEAMS: TeamsOfCaller = { administered: [], permitted: new Map() };
