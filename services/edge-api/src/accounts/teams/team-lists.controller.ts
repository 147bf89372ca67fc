import type { ListEntriesReply, ListEntriesRequest } from '@gateway/contracts';
import type { Principal } from '@gateway/domain';
import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../../access/access';
import { principalOf } from '../../access/access-guard';
import { parseWith } from '../../keys/key-requests';
import { AccountDesk } from '../account-desk';
import { EVERY_ENTRY } from '../every-entry';
import { notAllowed, seesAll } from '../may-manage';
import { describePage, sliceOf } from '../read-pages';
import { describeTeam } from './describe-team';
import { teamPageQuery, teamsQuery } from './team-bodies';
import { TeamDesk } from './team-desk';

const SORTED_BY = { team_id: 'id', team_alias: 'alias', created_at: 'created_at' } as const;

/** LiteLLM's lists of teams: all of them for administrators, one's own for everybody else. */
@Controller()
export class TeamListsController {
  constructor(
    @Inject(AccountDesk) private readonly accounts: AccountDesk,
    @Inject(TeamDesk) private readonly teams: TeamDesk,
  ) {}

  @Get('team/list')
  @Access('key')
  async list(@Req() request: FastifyRequest, @Query() query: unknown) {
    const { user_id: asked } = parseWith(teamsQuery, query);
    const whose = whoseTeams(principalOf(request), asked);
    return this.describe(await this.find(whose, {}));
  }

  @Get('v2/team/list')
  @Access('key')
  async page(@Req() request: FastifyRequest, @Query() query: unknown) {
    const asked = parseWith(teamPageQuery, query);
    const whose = whoseTeams(principalOf(request), asked.user_id);
    const reply = await this.find(whose, {
      ids: asked.team_id === undefined ? [] : [asked.team_id],
      alias: asked.team_alias ?? '',
      search: asked.search ?? '',
      sortBy: SORTED_BY[asked.sort_by ?? 'created_at'],
      descending: asked.sort_order !== 'asc',
      ...sliceOf(asked),
    });
    return { teams: await this.describe(reply), ...describePage(asked, reply.total) };
  }

  private async find(whose: Whose | null, asked: Partial<ListEntriesRequest>): Promise<ListEntriesReply> {
    const isOthers = whose?.teamId !== undefined && asked.ids?.some((id) => id !== whose.teamId);
    if (whose === null || isOthers) return { entries: [], total: 0 };
    return this.accounts.ledger.directory.listEntries({
      ...EVERY_ENTRY,
      ...asked,
      kind: 'team',
      ...(whose.teamId !== undefined && { ids: [whose.teamId] }),
      memberUserId: whose.userId ?? '',
    });
  }

  private async describe({ entries }: ListEntriesReply) {
    const members = await this.teams.membersOf(entries.map(({ id }) => id));
    return entries.map((team) =>
      describeTeam(
        team,
        members.filter(({ teamId }) => teamId === team.id),
      ),
    );
  }
}

/** Whose teams are listed: a user's, or that of a key of a team. Neither is everybody's. */
interface Whose {
  readonly userId?: string;
  readonly teamId?: string;
}

/** Null for a key without user and team: it has no teams. */
function whoseTeams(principal: Principal, asked: string | undefined): Whose | null {
  const { userId, teamId } = principal;
  if (seesAll(principal)) return { userId: asked };
  if (asked !== undefined && asked !== userId) throw notAllowed('Only your own teams can be listed.');
  if (teamId !== undefined) return { teamId };
  return userId === undefined ? null : { userId };
}
