import type { ModelChange } from '@gateway/contracts';
import { Body, Controller, HttpCode, Inject, Param, Patch, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Access } from '../access/access';
import { actorOf } from '../accounts/actor-of';
import { askConfigSync, CONFIG_SYNC_CLIENT, type ConfigSyncClient } from '../config-sync-client';
import { EDGE_STATE, type EdgeStateHolder } from '../edge-state';
import { parseWith } from '../keys/key-requests';
import { untilInUse } from './until-in-use';

const object = z.record(z.string(), z.unknown());
const name = z.string().min(1).max(200);
const id = z.string().min(1);

const newBody = z.strictObject({
  model_name: name,
  litellm_params: object,
  model_info: z.looseObject({ id: id.nullish() }).nullish(),
});
const updateBody = z.strictObject({
  model_name: name.nullish(),
  litellm_params: object.nullish(),
  model_info: z.looseObject({ id }),
});
const patchBody = updateBody.extend({ model_info: z.looseObject({ id: id.nullish() }).nullish() });
const deleteBody = z.strictObject({ id });

/**
 * LiteLLM's calls that change the models: those kept in the database, beside the configuration's files. Each answers when the version with
 * the change is in force; where any instance refuses it, nothing is changed.
 */
@Controller('model')
@Access('admin')
export class ModelManagementController {
  constructor(
    @Inject(EDGE_STATE) private readonly holder: EdgeStateHolder,
    @Inject(CONFIG_SYNC_CLIENT) private readonly client: ConfigSyncClient | null,
  ) {}

  @Post('new')
  @HttpCode(200)
  async create(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { model_name: modelName, litellm_params: params, model_info: info } = parseWith(newBody, body);
    return this.told(
      await askConfigSync(this.client).models.createModel({
        id: info?.id ?? '',
        modelName,
        paramsJson: JSON.stringify(params),
        infoJson: JSON.stringify(info ?? {}),
        actor: actorOf(request),
      }),
    );
  }

  /** What is not named stays. */
  @Post('update')
  @HttpCode(200)
  update(@Req() request: FastifyRequest, @Body() body: unknown) {
    const wanted = parseWith(updateBody, body);
    return this.change(request, wanted.model_info.id, wanted);
  }

  @Patch(':id/update')
  patch(@Req() request: FastifyRequest, @Param('id') id: string, @Body() body: unknown) {
    const wanted = parseWith(
      patchBody.refine(({ model_info: info }) => (info?.id ?? id) === id, RENAME),
      body,
    );
    return this.change(request, id, wanted);
  }

  @Post('delete')
  @HttpCode(200)
  async remove(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { id } = parseWith(deleteBody, body);
    const { version } = await askConfigSync(this.client).models.deleteModel({ id, actor: actorOf(request) });
    await untilInUse(this.holder, version);
    return { message: `Model: ${id} deleted successfully`, version };
  }

  private async change(request: FastifyRequest, id: string, wanted: z.output<typeof patchBody>) {
    return this.told(
      await askConfigSync(this.client).models.updateModel({
        id,
        modelName: wanted.model_name ?? '',
        paramsJson: JSON.stringify(wanted.litellm_params ?? {}),
        infoJson: JSON.stringify(wanted.model_info ?? {}),
        actor: actorOf(request),
      }),
    );
  }

  private async told(change: ModelChange) {
    await untilInUse(this.holder, change.version);
    return {
      model_id: change.id,
      model_name: change.modelName,
      litellm_params: JSON.parse(change.shownParamsJson) as unknown,
      model_info: JSON.parse(change.infoJson) as unknown,
      created_at: new Date(change.createdAtUnixMs).toISOString(),
      created_by: change.createdBy,
      updated_at: new Date(change.updatedAtUnixMs).toISOString(),
      updated_by: change.updatedBy,
      version: change.version,
    };
  }
}

const RENAME = { path: ['model_info', 'id'], message: 'is not the id in the path; a model keeps its id' };
