import { GatewayException } from '@gateway/domain';
import { unknownModel } from '@gateway/routing';
import { Controller, Get, Inject, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../access/access';
import { principalOf } from '../access/access-guard';
import { EDGE_STATE, type EdgeStateHolder } from '../edge-state';
import { describeDeployment } from './describe-deployment';
import { describeModelGroup } from './describe-model-group';
import { stateOf, visibleModels } from './visible-models';

const PAGE_SIZE = 50;
const LARGEST_PAGE = 1_000;

/** LiteLLM's calls about models: deployments with prices and limits. A virtual key sees those it may use. */
@Controller()
@Access('key')
export class ModelInfoController {
  constructor(@Inject(EDGE_STATE) private readonly holder: EdgeStateHolder) {}

  @Get(['model/info', 'v1/model/info'])
  info(@Req() request: FastifyRequest, @Query('litellm_model_id') id?: string) {
    const deployments = this.deployments(request);
    if (id === undefined) return { data: deployments };
    const found = deployments.filter(({ model_info }) => model_info.id === id);
    if (found.length > 0) return { data: found };
    const message = 'There is no deployment with this id that you may use. GET /model/info lists them.';
    throw new GatewayException({ code: 'not_found', message, param: 'litellm_model_id' });
  }

  @Get('v2/model/info')
  page(@Req() request: FastifyRequest, @Query() query: Readonly<Record<string, string | undefined>>) {
    const page = countIn(query, 'page', 1);
    const size = Math.min(LARGEST_PAGE, countIn(query, 'size', PAGE_SIZE));
    const found = this.deployments(request).filter(
      ({ model_name: name, model_info: { id } }) =>
        (query.model === undefined || name === query.model) &&
        (query.modelId === undefined || id === query.modelId) &&
        (query.search === undefined || name.toLowerCase().includes(query.search.toLowerCase())),
    );
    return {
      data: found.slice((page - 1) * size, page * size),
      total_count: found.length,
      current_page: page,
      total_pages: Math.ceil(found.length / size),
      size,
    };
  }

  @Get('model_group/info')
  groups(@Req() request: FastifyRequest, @Query('model_group') asked?: string) {
    const state = stateOf(this.holder);
    const visible = visibleModels(state, principalOf(request));
    const found = asked === undefined ? visible : visible.filter(({ name }) => name === asked);
    if (asked !== undefined && found.length === 0) throw new GatewayException(unknownModel(state.catalog, asked));
    return { data: found.map(({ name, group }) => describeModelGroup(name, group)) };
  }

  /** Of the groups the caller may use, under their own name or another. */
  private deployments(request: FastifyRequest) {
    const models = visibleModels(stateOf(this.holder), principalOf(request));
    return [...new Set(models.flatMap(({ group }) => group.deployments))].map(describeDeployment);
  }
}

function countIn(query: Readonly<Record<string, string | undefined>>, name: string, fallback: number): number {
  const given = query[name];
  if (given === undefined) return fallback;
  if (/^[1-9]\d{0,8}$/.test(given)) return Number(given);
  throw new GatewayException({
    code: 'invalid_request',
    message: `${name}: must be a whole number from 1`,
    param: name,
  });
}
