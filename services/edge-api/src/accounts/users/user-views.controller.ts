import type { Entry, TeamMember } from '@gateway/contracts';
import type { Principal } from '@gateway/domain';
import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../../access/access';
import { principalOf } from '../../access/access-guard';
import { parseWith } from '../../keys/key-requests';
import { AccountDesk } from '../account-desk';
import { EVERY_ENTRY } from '../every-entry';
import { notAllowed, notFound, seesAll } from '../may-manage';
import { describePage, sliceOf } from '../read-pages';
import { TeamDesk } from '../teams/team-desk';
import { AVAILABLE_ROLES, describeUser } from './describe-user';
import { userQuery, usersQuery } from './user-bodies';

const SORTED_BY = { user_id: 'id', user_alias: 'alias', created_at: 'created_at' } as const;

/** What users see of themselves, and administrators of all. */
@Controller()
@Access('key')
export class UserViewsController {
  constructor(
    @Inject(AccountDesk) private readonly accounts: AccountDesk,
    @Inject(TeamDesk) private readonly teams: TeamDesk,
  ) {}

  /** Without `user_id`, the caller's own. */
  @Get('user/info')
  async info(@Req() request: FastifyRequest, @Query() query: unknown) {
    const { user, places } = await this.see(principalOf(request), parseWith(userQuery, query).user_id);
    const { entries } = await this.teamsOf(places);
    return {
      user_id: user.id,
      user_info: describeUser(
        user,
        places.map(({ teamId }) => teamId),
      ),
      teams: entries.map(({ id, alias }) => ({ team_id: id, team_alias: alias || null })),
    };
  }

  @Get('v2/user/info')
  async shortInfo(@Req() request: FastifyRequest, @Query() query: unknown) {
    const { user, places } = await this.see(principalOf(request), parseWith(userQuery, query).user_id);
    return describeUser(
      user,
      places.map(({ teamId }) => teamId),
    );
  }

  @Get('user/list')
  async list(@Req() request: FastifyRequest, @Query() query: unknown) {
    if (!seesAll(principalOf(request))) throw notAllowed('Only administrators may list users.');
    const asked = parseWith(usersQuery, query);
    const inTeam = asked.team === undefined ? null : await this.teams.membersOf([asked.team]);
    const named = asked.user_ids?.split(',').filter((id) => id !== '') ?? null;
    const ids = both(named, inTeam?.map(({ userId }) => userId) ?? null);
    if (ids?.length === 0) return { users: [], ...describePage(asked, 0) };
    const { entries, total } = await this.accounts.ledger.directory.listEntries({
      ...EVERY_ENTRY,
      kind: 'user',
      ids: ids ?? [],
      userEmail: asked.user_email ?? '',
      userRole: asked.role ?? '',
      sortBy: SORTED_BY[asked.sort_by ?? 'created_at'],
      descending: asked.sort_order !== 'asc',
      ...sliceOf(asked),
    });
    const places = await this.placesOf(entries);
    const users = entries.map((user) => describeUser(user, teamIdsOf(places, user.id)));
    return { users, ...describePage(asked, total) };
  }

  @Get('user/available_roles')
  roles() {
    return AVAILABLE_ROLES;
  }

  private async see(principal: Principal, asked = principal.userId) {
    const isOwn = asked !== undefined && asked === principal.userId;
    const user = asked !== undefined && (isOwn || seesAll(principal)) ? await this.accounts.find('user', asked) : null;
    if (user === null) throw notFound('user', 'user_id');
    const places = await this.teams.teamsOf(user.id);
    // A key of a team says nothing of its user's other teams: see `teamsOfCaller`.
    const isShown = ({ teamId }: TeamMember) => [undefined, teamId].includes(principal.teamId) || seesAll(principal);
    return { user, places: places.filter(isShown) };
  }

  private async teamsOf(places: readonly TeamMember[]) {
    if (places.length === 0) return { entries: [] };
    const ids = places.map(({ teamId }) => teamId);
    return this.accounts.ledger.directory.listEntries({ ...EVERY_ENTRY, kind: 'team', ids });
  }

  private async placesOf(users: readonly Entry[]): Promise<readonly TeamMember[]> {
    if (users.length === 0) return [];
    const userIds = users.map(({ id }) => id);
    return (await this.accounts.ledger.members.listMembers({ teamIds: [], userIds })).members;
  }
}

function teamIdsOf(places: readonly TeamMember[], user: string): string[] {
  return places.filter(({ userId }) => userId === user).map(({ teamId }) => teamId);
}

/** Those on both lists; null is everybody. */
function both(one: string[] | null, other: string[] | null): string[] | null {
  if (one === null || other === null) return one ?? other;
  return one.filter((id) => other.includes(id));
}
