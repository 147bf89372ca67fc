import type { Entry } from '@gateway/contracts';
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

const newGroupBody = z.strictObject({ access_group: idField, model_names: modelsField.min(1) });
const updateGroupBody = z.strictObject({ model_names: modelsField.min(1) });

/** LiteLLM's older calls for the same access groups, by name. */
@Controller('access_group')
@Access('admin')
export class ModelAccessGroupsController {
  constructor(@Inject(AccountDesk) private readonly accounts: AccountDesk) {}

  @Post('new')
  @HttpCode(200)
  async create(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { access_group: alias, model_names: models } = parseWith(newGroupBody, body);
    await this.accounts.create(actorOf(request), { kind: 'access_group', id: '' }, { alias, models });
    return { access_group: alias, model_names: models, models_updated: models.length };
  }

  @Get('list')
  async list() {
    return { access_groups: (await this.groups('')).map(describe) };
  }

  @Get(':access_group/info')
  async info(@Param('access_group') name: string) {
    return describe(await this.named(name));
  }

  @Put(':access_group/update')
  async update(@Req() request: FastifyRequest, @Param('access_group') name: string, @Body() body: unknown) {
    const { model_names: models } = parseWith(updateGroupBody, body);
    const { id } = await this.named(name);
    await this.accounts.change(actorOf(request), { kind: 'access_group', id }, () => ({ models }));
    return { access_group: name, model_names: models, models_updated: models.length };
  }

  @Delete(':access_group/delete')
  async delete(@Req() request: FastifyRequest, @Param('access_group') name: string) {
    const { id, models } = await this.named(name);
    const actor = actorOf(request);
    await this.accounts.ledger.directory.deleteEntries({ actor, kind: 'access_group', ids: [id] });
    return { access_group: name, models_updated: models.length, message: `Access group '${name}' deleted.` };
  }

  private async groups(alias: string): Promise<Entry[]> {
    const all = { ...EVERY_ENTRY, kind: 'access_group', alias, limit: 1_000 };
    return (await this.accounts.ledger.directory.listEntries(all)).entries;
  }

  private async named(name: string): Promise<Entry> {
    const group = name === '' ? undefined : (await this.groups(name))[0];
    if (group === undefined) throw notFound('access group', 'access_group');
    return group;
  }
}

function describe({ alias, models }: Entry) {
  return { access_group: alias, model_names: models, deployment_count: models.length };
}
