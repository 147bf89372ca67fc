import { randomUUID } from 'node:crypto';
import type { TeamMember } from '@gateway/contracts';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../../access/access';
import { principalOf } from '../../access/access-guard';
import { parseWith } from '../../keys/key-requests';
import { AccountDesk } from '../account-desk';
import { actorOf } from '../actor-of';
import { isAdmin, notAllowed, notFound } from '../may-manage';
import { describeMembership, describeTeam } from './describe-team';
import {
  type AddedMembers,
  addManyMembersBody,
  addMembersBody,
  deleteMemberBody,
  type MemberName,
  updateMemberBody,
} from './team-bodies';
import { memberChange } from './team-change';
import { TeamDesk } from './team-desk';

/** Who is in a team: changed by administrators and by the team's own. */
@Controller('team')
@Access('key')
export class MembersController {
  constructor(
    @Inject(AccountDesk) private readonly accounts: AccountDesk,
    @Inject(TeamDesk) private readonly teams: TeamDesk,
  ) {}

  @Post('member_add')
  @HttpCode(200)
  async add(@Req() request: FastifyRequest, @Body() body: unknown) {
    return this.addThese(request, parseWith(addMembersBody, body));
  }

  @Post('bulk_member_add')
  @HttpCode(200)
  async addMany(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { members: _renamed, all_users: _none, ...wanted } = parseWith(addManyMembersBody, body);
    return this.addThese(request, wanted);
  }

  private async addThese(request: FastifyRequest, { team_id: teamId, member, ...rules }: AddedMembers) {
    const { team } = await this.teams.manage(principalOf(request), teamId);
    const named = Array.isArray(member) ? member : [member];
    const wanted = await Promise.all(named.map((one) => memberFromBody(this.teams, teamId, one)));
    const { members: added } = await this.accounts.ledger.members.addMembers({
      actor: actorOf(request),
      members: wanted.map((one) => memberChange(one, rules)),
    });
    return {
      ...describeTeam(team, await this.teams.membersOf([teamId])),
      updated_users: added.map(({ userId, userEmail }) => ({ user_id: userId, user_email: userEmail || null })),
      updated_team_memberships: added.map(describeMembership),
    };
  }

  @Post('member_update')
  @HttpCode(200)
  async update(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { team_id: teamId, user_id, user_email, ...fields } = parseWith(updateMemberBody, body);
    const principal = principalOf(request);
    await this.teams.manage(principal, teamId);
    const before = await this.teams.membershipOf(await this.teams.userIdOf({ user_id, user_email }), teamId);
    if (before === undefined) throw notFound('member', 'user_id');
    if (before.userId === principal.userId && !isAdmin(principal)) throw notAllowed(NOT_ONES_OWN);
    const member = await this.accounts.ledger.members.updateMember({
      actor: actorOf(request),
      member: memberChange(before, fields),
    });
    return describeMembership(member);
  }

  @Post('member_delete')
  @HttpCode(200)
  async delete(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { team_id: teamId, ...named } = parseWith(deleteMemberBody, body);
    const { team } = await this.teams.manage(principalOf(request), teamId);
    const userId = await this.teams.userIdOf(named);
    const { members } = await this.accounts.ledger.members.removeMembers({
      actor: actorOf(request),
      teamId,
      userIds: userId === undefined ? [] : [userId],
    });
    if (members.length === 0) throw notFound('member', 'user_id');
    return describeTeam(team, await this.teams.membersOf([teamId]));
  }

  @Get(':team_id/members/me')
  async mine(@Req() request: FastifyRequest, @Param('team_id') teamId: string) {
    const principal = principalOf(request);
    const { team } = await this.teams.see(principal, teamId);
    const own = await this.teams.membershipOf(principal.userId, teamId);
    if (own === undefined) throw notFound('member', 'team_id');
    return { ...describeMembership(own), team_alias: team.alias || null };
  }
}

/** Whom a body names, as a member without rules of their own: a user with that address, or a new one. */
export async function memberFromBody(teams: TeamDesk, teamId: string, named: MemberName): Promise<TeamMember> {
  return {
    teamId,
    userId: (await teams.userIdOf(named)) ?? randomUUID(),
    userEmail: named.user_email ?? '',
    role: named.role,
    models: [],
    rulesJson: '{}',
    version: 0,
    createdAtUnixMs: 0,
    spendNanoUsd: 0,
    totalSpendNanoUsd: 0,
    teamRulesJson: '',
  };
}

const NOT_ONES_OWN = 'Your own place in the team is changed by somebody else who administers it.';
