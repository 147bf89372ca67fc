import type { Actor } from '@gateway/contracts';
import { Body, Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../../access/access';
import { EDGE_STATE, type EdgeStateHolder } from '../../edge-state';
import { parseWith } from '../../keys/key-requests';
import { reasonOf } from '../../keys/reason-of';
import { placesFor, withUserDefaults } from '../account-defaults';
import { AccountDesk } from '../account-desk';
import { actorOf } from '../actor-of';
import { notFound } from '../may-manage';
import { memberFromBody } from '../teams/members.controller';
import { memberChange } from '../teams/team-change';
import { TeamDesk } from '../teams/team-desk';
import { describeUser } from './describe-user';
import { makeFirstKey } from './make-first-key';
import { deleteUsersBody, newUserBody, type UserUpdate, updateUserBody, updateUsersBody } from './user-bodies';
import { userChange } from './user-change';

/** LiteLLM's user calls: who there is, in which role, and with which limits. For administrators. */
@Controller('user')
@Access('admin')
export class UsersController {
  constructor(
    @Inject(AccountDesk) private readonly accounts: AccountDesk,
    @Inject(TeamDesk) private readonly teams: TeamDesk,
    @Inject(EDGE_STATE) private readonly state: EdgeStateHolder,
  ) {}

  /** Makes a key along with the user unless told not to. */
  @Post('new')
  @HttpCode(200)
  async create(@Req() request: FastifyRequest, @Body() body: unknown) {
    const wanted = parseWith(newUserBody, body);
    const actor = actorOf(request);
    const defaults = this.state.current()?.snapshot.accountDefaults?.user;
    const fields = withUserDefaults(wanted, defaults);
    const user = await this.accounts.create(
      actor,
      { kind: 'user', id: wanted.user_id ?? '' },
      userChange(undefined, fields),
    );
    const places = placesFor(wanted.teams, defaults?.teams);
    const members = await Promise.all(
      places.map(async ({ team_id: teamId, user_role: role, max_budget_in_team }) => {
        const place = await memberFromBody(this.teams, teamId, { user_id: user.id, role });
        return memberChange(place, { max_budget_in_team });
      }),
    );
    const teamIds = places.map((place) => place.team_id);
    if (members.length > 0) await this.accounts.ledger.members.addMembers({ actor, members });
    const key = wanted.auto_create_key
      ? await makeFirstKey(this.accounts.ledger, { actor, userId: user.id, wanted })
      : {};
    return { ...describeUser(user, teamIds), ...key };
  }

  @Post('update')
  @HttpCode(200)
  async update(@Req() request: FastifyRequest, @Body() body: unknown) {
    return this.change(actorOf(request), parseWith(updateUserBody, body));
  }

  /** One after the other: one that fails keeps no other from its change. */
  @Post('bulk_update')
  @HttpCode(200)
  async updateMany(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { users, user_updates: same } = parseWith(updateUsersBody, body);
    const wanted = users ?? (await this.accounts.everyId('user')).map((user_id) => ({ ...same, user_id }));
    const actor = actorOf(request);
    const results = [];
    for (const one of wanted) {
      const { user_id = null, user_email = null } = one as {
        readonly user_id?: unknown;
        readonly user_email?: unknown;
      };
      try {
        const { data } = await this.change(actor, parseWith(updateUserBody, one));
        results.push({
          user_id: data.user_id,
          user_email: data.user_email,
          success: true,
          error: null,
          updated_user: data,
        });
      } catch (error) {
        results.push({ user_id, user_email, success: false, error: reasonOf(error), updated_user: null });
      }
    }
    const successful = results.filter(({ success }) => success).length;
    const [total_requested, failed_updates] = [results.length, results.length - successful];
    return { results, total_requested, successful_updates: successful, failed_updates };
  }

  private async change(actor: Actor, { user_id, ...fields }: UserUpdate) {
    const id = await this.teams.userIdOf({ user_id, user_email: fields.user_email });
    if (id === undefined) throw notFound('user', 'user_email');
    const user = await this.accounts.change(actor, { kind: 'user', id }, (before) => userChange(before, fields));
    const places = await this.teams.teamsOf(id);
    return {
      user_id: id,
      data: describeUser(
        user,
        places.map(({ teamId }) => teamId),
      ),
    };
  }

  /** Their keys are revoked and their places in teams are gone. */
  @Post('delete')
  @HttpCode(200)
  async delete(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { user_ids: ids } = parseWith(deleteUsersBody, body);
    const { deleted } = await this.accounts.ledger.directory.deleteEntries({
      actor: actorOf(request),
      kind: 'user',
      ids,
    });
    if (deleted.length === 0) throw notFound('user', 'user_ids');
    return { deleted_users: deleted.map(({ id }) => id) };
  }
}
