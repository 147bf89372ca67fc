import { MEMBER_PERMISSIONS, USUAL_PERMISSIONS } from '@gateway/domain';
import { Body, Controller, Get, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../../access/access';
import { principalOf } from '../../access/access-guard';
import { parseWith } from '../../keys/key-requests';
import { AccountDesk, attributesOf, changedAttributes } from '../account-desk';
import { actorOf } from '../actor-of';
import { describeTeam } from './describe-team';
import { permissionsOf } from './permissions-of';
import { addPermissionsBody, permissionsBody, permissionsQuery } from './team-bodies';
import { TeamDesk } from './team-desk';

/** What a team lets its members do with its keys: seen and said by its administrators. */
@Controller('team')
export class TeamPermissionsController {
  constructor(
    @Inject(AccountDesk) private readonly accounts: AccountDesk,
    @Inject(TeamDesk) private readonly teams: TeamDesk,
  ) {}

  @Get('permissions_list')
  @Access('key')
  async list(@Req() request: FastifyRequest, @Query() query: unknown) {
    const { team_id: id } = parseWith(permissionsQuery, query);
    const { team } = await this.teams.manage(principalOf(request), id);
    return {
      team_id: id,
      team_member_permissions: permissionsOf(team) ?? null,
      all_available_permissions: MEMBER_PERMISSIONS,
    };
  }

  @Post('permissions_update')
  @HttpCode(200)
  @Access('key')
  async update(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { team_id: id, team_member_permissions } = parseWith(permissionsBody, body);
    await this.teams.manage(principalOf(request), id);
    const team = await this.accounts.change(actorOf(request), { kind: 'team', id }, (before) => ({
      attributes: changedAttributes(attributesOf(before), { team_member_permissions }),
    }));
    return describeTeam(team, await this.teams.membersOf([id]));
  }

  /** Adds to what teams say; one that says nothing keeps what that stands for. */
  @Post('permissions_bulk_update')
  @HttpCode(200)
  @Access('admin')
  async add(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { permissions, team_ids } = parseWith(addPermissionsBody, body);
    const ids = team_ids ?? (await this.accounts.everyId('team'));
    const actor = actorOf(request);
    for (const id of ids) {
      await this.accounts.change(actor, { kind: 'team', id }, (before) => {
        const all = new Set([...(permissionsOf(before) ?? USUAL_PERMISSIONS), ...permissions]);
        return { attributes: changedAttributes(attributesOf(before), { team_member_permissions: [...all] }) };
      });
    }
    return {
      message: `${ids.length} teams let their members call these routes.`,
      teams_updated: ids.length,
      permissions_appended: permissions,
    };
  }
}
