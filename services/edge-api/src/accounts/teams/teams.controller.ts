import { Body, Controller, Get, HttpCode, Inject, Param, Patch, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../../access/access';
import { principalOf } from '../../access/access-guard';
import { EDGE_STATE, type EdgeStateHolder } from '../../edge-state';
import { parseWith } from '../../keys/key-requests';
import { withTeamDefaults } from '../account-defaults';
import { AccountDesk } from '../account-desk';
import { actorOf } from '../actor-of';
import { notFound } from '../may-manage';
import { describeMembership, describeTeam } from './describe-team';
import { memberFromBody } from './members.controller';
import {
  deleteTeamsBody,
  newTeamBody,
  oneTeamBody,
  patchTeamBody,
  teamModelsBody,
  teamQuery,
  updateTeamBody,
} from './team-bodies';
import { teamChange } from './team-change';
import { TeamDesk } from './team-desk';

/** LiteLLM's team calls: paths, fields and status codes as its users know them. Teams are made and limited by administrators. */
@Controller('team')
export class TeamsController {
  constructor(
    @Inject(AccountDesk) private readonly accounts: AccountDesk,
    @Inject(TeamDesk) private readonly teams: TeamDesk,
    @Inject(EDGE_STATE) private readonly state: EdgeStateHolder,
  ) {}

  @Post('new')
  @HttpCode(200)
  @Access('admin')
  async create(@Req() request: FastifyRequest, @Body() body: unknown) {
    const defaults = this.state.current()?.snapshot.accountDefaults?.team;
    const wanted = withTeamDefaults(parseWith(newTeamBody, body), defaults);
    const actor = actorOf(request);
    const team = await this.accounts.create(
      actor,
      { kind: 'team', id: wanted.team_id ?? '' },
      teamChange(undefined, wanted),
    );
    const named = wanted.members_with_roles ?? [];
    const members = await Promise.all(named.map((member) => memberFromBody(this.teams, team.id, member)));
    if (members.length > 0) await this.accounts.ledger.members.addMembers({ actor, members });
    return describeTeam(team, await this.teams.membersOf([team.id]));
  }

  @Post('update')
  @HttpCode(200)
  @Access('admin')
  async update(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { team_id: teamId, ...fields } = parseWith(updateTeamBody, body);
    const data = await this.change(request, teamId, (team) => teamChange(team, fields));
    return { team_id: teamId, data };
  }

  @Patch(':team_id')
  @Access('admin')
  async patch(@Req() request: FastifyRequest, @Param('team_id') teamId: string, @Body() body: unknown) {
    const fields = parseWith(patchTeamBody, body);
    const data = await this.change(request, teamId, (team) => teamChange(team, fields));
    return { team_id: teamId, data };
  }

  @Post('delete')
  @HttpCode(200)
  @Access('admin')
  async delete(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { team_ids: ids } = parseWith(deleteTeamsBody, body);
    const { deleted } = await this.accounts.ledger.directory.deleteEntries({
      actor: actorOf(request),
      kind: 'team',
      ids,
    });
    if (deleted.length === 0) throw notFound('team', 'team_ids');
    return { deleted_teams: deleted.map(({ id }) => id) };
  }

  @Get('info')
  @Access('key')
  async info(@Req() request: FastifyRequest, @Query() query: unknown) {
    const principal = principalOf(request);
    const { team_id: teamId = principal.teamId ?? '' } = parseWith(teamQuery, query);
    const { team, members } = await this.teams.see(principal, teamId);
    return {
      team_id: team.id,
      team_info: describeTeam(team, members),
      team_memberships: members.map(describeMembership),
    };
  }

  @Post('block')
  @HttpCode(200)
  @Access('admin')
  async block(@Req() request: FastifyRequest, @Body() body: unknown) {
    return this.change(request, parseWith(oneTeamBody, body).team_id, () => ({ blocked: true }));
  }

  @Post('unblock')
  @HttpCode(200)
  @Access('admin')
  async unblock(@Req() request: FastifyRequest, @Body() body: unknown) {
    return this.change(request, parseWith(oneTeamBody, body).team_id, () => ({ blocked: false }));
  }

  @Post('model/add')
  @HttpCode(200)
  @Access('admin')
  async addModels(@Req() request: FastifyRequest, @Body() body: unknown) {
    const wanted = parseWith(teamModelsBody, body);
    return this.change(request, wanted.team_id, ({ models }) => ({
      models: [...new Set([...models, ...wanted.models])],
    }));
  }

  /** The last one stays on the list as `no-default-models`: an empty list would allow all. */
  @Post('model/delete')
  @HttpCode(200)
  @Access('admin')
  async removeModels(@Req() request: FastifyRequest, @Body() body: unknown) {
    const wanted = parseWith(teamModelsBody, body);
    const gone = new Set(wanted.models);
    return this.change(request, wanted.team_id, ({ models }) => {
      const left = models.filter((model) => !gone.has(model));
      return { models: left.length === 0 && models.length > 0 ? ['no-default-models'] : left };
    });
  }

  private async change(request: FastifyRequest, id: string, change: Parameters<AccountDesk['change']>[2]) {
    const team = await this.accounts.change(actorOf(request), { kind: 'team', id }, change);
    return describeTeam(team, await this.teams.membersOf([id]));
  }
}
