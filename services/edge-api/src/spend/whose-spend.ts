import type { MemberPermission, Principal } from '@gateway/domain';
import { seesAll } from '../accounts/may-manage';
import { teamsOfCaller } from '../accounts/teams/teams-of-caller';
import type { LedgerClient } from '../ledger-client';

export interface AskedTeams {
  readonly teamIds: readonly string[];
  /** What lets a team's members see what all of it spent; its administrators do anyhow. */
  readonly permission: MemberPermission;
}

/** Whose requests somebody is shown: everybody's (null), or those of the caller's own key where not all the teams asked for let it see theirs. */
export async function onlyKeyOf(
  ledger: Pick<LedgerClient, 'directory' | 'members'>,
  principal: Principal,
  { teamIds, permission }: AskedTeams,
): Promise<string | null> {
  if (seesAll(principal)) return null;
  if (teamIds.length === 0) return principal.keyHash;
  const { administered, permitted } = await teamsOfCaller(ledger, principal);
  const isShown = (team: string) => administered.includes(team) || permitted.get(team)?.has(permission) === true;
  return teamIds.every(isShown) ? null : principal.keyHash;
}
