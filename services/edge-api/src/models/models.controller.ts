import { GatewayException } from '@gateway/domain';
import { Controller, Get, Inject, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../access/access';
import { principalOf } from '../access/access-guard';
import { mayUseModel } from '../access/may-use-model';
import { EDGE_STATE, type EdgeStateHolder } from '../edge-state';

/** OpenAI's model list: what the calling key may use, aliases included. */
@Controller()
export class ModelsController {
  constructor(@Inject(EDGE_STATE) private readonly holder: EdgeStateHolder) {}

  @Get(['v1/models', 'models'])
  @Access('key')
  list(@Req() request: FastifyRequest) {
    const principal = principalOf(request);
    const state = this.holder.current();
    if (!state)
      throw new GatewayException({
        code: 'service_unavailable',
        message: 'No configuration yet.',
        retryAfterMs: 1_000,
      });
    const { snapshot, catalog } = state;
    const created = Math.floor(snapshot.publishedAtUnixMs / 1000);
    const names = [...new Set([...catalog.groups().map(({ group }) => group), ...Object.keys(snapshot.aliases)])];
    return {
      object: 'list',
      data: names
        .filter((name) => this.holder.isServable(name) && mayUseModel(principal, name))
        .map((id) => ({ id, object: 'model', created, owned_by: 'llm-gateway' })),
    };
  }
}
