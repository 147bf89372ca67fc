import type { Entry, TeamMember } from '@gateway/contracts';
import type { Principal } from '@gateway/domain';
import { Inject, Injectable } from '@nestjs/common';
import { AccountDesk } from '../account-desk';
import { EVERY_ENTRY } from '../every-entry';
import { isAdmin, notAllowed, notFound, seesAll } from '../may-manage';

export interface SeenTeam {
  readonly team: Entry;
  readonly members: readonly TeamMember[];
  /** Whether the caller may change its members. */
  readonly isManaged: boolean;
}

/** Teams, as far as their callers may see and manage them. */
@Injectable()
export class TeamDesk {
  constructor(@Inject(AccountDesk) private readonly accounts: AccountDesk) {}

  /** A team that is the caller's own, or any for who sees all. @throws GatewayException 404 for others' as for none. */
  async see(principal: Principal, teamId: string): Promise<SeenTeam> {
    const [team, members, own] = await Promise.all([
      this.accounts.find('team', teamId),
      this.membersOf([teamId]),
      this.ownPlace(principal, teamId),
    ]);
    const isIn = own !== undefined || principal.teamId === teamId;
    if (team === null || !(isIn || seesAll(principal))) throw notFound('team', 'team_id');
    const mayChange = principal.role !== 'internal_user_viewer';
    return { team, members, isManaged: isAdmin(principal) || (mayChange && own?.role === 'admin') };
  }

  /** As `see`. @throws GatewayException 403 for a member who is not its admin */
  async manage(principal: Principal, teamId: string): Promise<SeenTeam> {
    const seen = await this.see(principal, teamId);
    if (!seen.isManaged) throw notAllowed('Only an administrator, of this team or of all, may change its members.');
    return seen;
  }

  /** A key of a team acts in that team alone, see `teamsOfCaller`. */
  private async ownPlace({ userId, teamId: own = '' }: Principal, teamId: string): Promise<TeamMember | undefined> {
    return own === '' || own === teamId ? this.membershipOf(userId, teamId) : undefined;
  }

  async membershipOf(userId: string | undefined, teamId: string): Promise<TeamMember | undefined> {
    if (userId === undefined) return undefined;
    return (await this.accounts.ledger.members.listMembers({ teamIds: [teamId], userIds: [userId] })).members[0];
  }

  async membersOf(teamIds: readonly string[]): Promise<TeamMember[]> {
    if (teamIds.length === 0) return [];
    return (await this.accounts.ledger.members.listMembers({ teamIds: [...teamIds], userIds: [] })).members;
  }

  async teamsOf(userId: string): Promise<TeamMember[]> {
    return (await this.accounts.ledger.members.listMembers({ teamIds: [], userIds: [userId] })).members;
  }

  /** The id of the user whom a body names by id or by e-mail address; undefined when nobody has that address. */
  async userIdOf(named: { readonly user_id?: string | null; readonly user_email?: string | null }) {
    if (named.user_id) return named.user_id;
    if (!named.user_email) return undefined;
    const { entries } = await this.accounts.ledger.directory.listEntries({
      ...EVERY_ENTRY,
      kind: 'user',
      userEmail: named.user_email,
      limit: 1,
    });
    return entries[0]?.id;
  }
}
