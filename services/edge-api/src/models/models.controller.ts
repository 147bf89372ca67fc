import { GatewayException } from '@gateway/domain';
import { unknownModel } from '@gateway/routing';
import { Controller, Get, Inject, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../access/access';
import { principalOf } from '../access/access-guard';
import { mayUseModel } from '../access/may-use-model';
import { EDGE_STATE, type EdgeStateHolder } from '../edge-state';
import { servableNames, stateOf } from './visible-models';

/** The day LiteLLM gives for every model; when one was made, nobody tells in a form that could be asked. */
const CREATED_UNIX_S = 1_677_610_602;

/** OpenAI's models: what the calling key may use, with aliases, and with what wildcards stand for where that is known. */
@Controller()
export class ModelsController {
  constructor(@Inject(EDGE_STATE) private readonly holder: EdgeStateHolder) {}

  @Get(['v1/models', 'models'])
  @Access('key')
  list(@Req() request: FastifyRequest) {
    return { object: 'list', data: servableNames(this.holder, principalOf(request)).map(describe) };
  }

  /** Names may hold slashes, encoded or not. A model of a wildcard group is there under any name it takes. */
  @Get(['v1/models/*', 'models/*'])
  @Access('key')
  retrieve(@Req() request: FastifyRequest) {
    const { catalog } = stateOf(this.holder);
    const name = (request.params as Readonly<Record<string, string>>)['*'] ?? '';
    const isThere = catalog.resolveGroup(name) !== null && this.holder.isServable(name);
    if (!isThere || !mayUseModel(principalOf(request), name)) throw new GatewayException(unknownModel(catalog, name));
    return describe(name);
  }
}

function describe(id: string) {
  return { id, object: 'model', created: CREATED_UNIX_S, owned_by: 'openai' };
}
