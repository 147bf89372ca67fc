import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Access } from '../../access/access';
import { parseWith } from '../../keys/key-requests';
import { AccountDesk } from '../account-desk';
import { idField, modelsField } from '../account-fields';
import { actorOf } from '../actor-of';
import { EVERY_ENTRY } from '../every-entry';
import { notFound } from '../may-manage';
import { describeAccessGroup } from './describe-access-group';
import { groupChange } from './group-change';

const idList = z.array(idField).max(1_000).nullish();
/** LiteLLM's fields; those for MCP servers and agents wait for these to be there. */
const GROUP_FIELDS = {
  description: z.string().max(2_000).nullish(),
  access_model_names: modelsField.nullish(),
  assigned_team_ids: idList,
  assigned_key_ids: idList,
} as const;
const newGroupBody = z.strictObject({ access_group_name: idField, ...GROUP_FIELDS });
const updateGroupBody = z.strictObject({ access_group_name: idField.nullish(), ...GROUP_FIELDS });

export type GroupFields = z.output<typeof updateGroupBody>;

/** LiteLLM's access groups, for administrators: names for several models, which lists of models may have like any model's. */
@Controller(['v1/access_group', 'v1/unified_access_group'])
@Access('admin')
export class AccessGroupsController {
  constructor(@Inject(AccountDesk) private readonly accounts: AccountDesk) {}

  @Post()
  @HttpCode(200)
  async create(@Req() request: FastifyRequest, @Body() body: unknown) {
    const wanted = parseWith(newGroupBody, body);
    const name = { kind: 'access_group', id: '' } as const;
    return describeAccessGroup(await this.accounts.create(actorOf(request), name, groupChange(undefined, wanted)));
  }

  @Get()
  async list() {
    const all = { ...EVERY_ENTRY, kind: 'access_group', limit: 1_000 };
    return (await this.accounts.ledger.directory.listEntries(all)).entries.map(describeAccessGroup);
  }

  @Get(':access_group_id')
  async find(@Param('access_group_id') id: string) {
    const group = await this.accounts.find('access_group', id);
    if (group === null) throw notFound('access group', 'access_group_id');
    return describeAccessGroup(group);
  }

  @Put(':access_group_id')
  async update(@Req() request: FastifyRequest, @Param('access_group_id') id: string, @Body() body: unknown) {
    const fields = parseWith(updateGroupBody, body);
    const name = { kind: 'access_group', id } as const;
    return describeAccessGroup(
      await this.accounts.change(actorOf(request), name, (before) => groupChange(before, fields)),
    );
  }

  @Delete(':access_group_id')
  async delete(@Req() request: FastifyRequest, @Param('access_group_id') id: string) {
    const gone = { actor: actorOf(request), kind: 'access_group', ids: [id] };
    const [group] = (await this.accounts.ledger.directory.deleteEntries(gone)).deleted;
    if (group === undefined) throw notFound('access group', 'access_group_id');
    return describeAccessGroup(group);
  }
}
