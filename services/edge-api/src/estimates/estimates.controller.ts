import { costOfCall, mostCostNanoUsd } from '@gateway/catalog';
import { type CostBound, GatewayException, isOperation, NANO_USD_PER_USD, NO_USAGE } from '@gateway/domain';
import { ORDINARY_ANSWER_TOKENS } from '@gateway/routing';
import { usageOfAnswer } from '@gateway/wire-formats';
import { Body, Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../access/access';
import { principalOf } from '../access/access-guard';
import { boundCall } from '../budgets/bound-call';
import { estimatePromptTokens } from '../calls/estimate-prompt';
import { EDGE_STATE, type EdgeStateHolder } from '../edge-state';
import { admitQuestion, USUAL_ROUTE } from '../explain/admit-question';
import { parseWith } from '../keys/key-requests';
import { stateOf } from '../models/visible-models';
import { costParts } from './cost-parts';
import { type DeploymentEstimate, describeEstimate } from './describe-estimate';
import { calculateBody, type EstimateByTokens, estimateByCallBody, estimateByTokensBody } from './estimate-requests';
import { type PricedModel, pricedModels } from './priced-models';

/** What calls would cost, and what one cost whose answer somebody has. Nothing is called and nothing booked. */
@Controller()
@Access('key')
export class EstimatesController {
  constructor(@Inject(EDGE_STATE) private readonly holder: EdgeStateHolder) {}

  @Post('cost/estimate')
  @HttpCode(200)
  estimate(@Req() request: FastifyRequest, @Body() body: unknown) {
    const isCall = typeof body === 'object' && body !== null && 'request' in body;
    return isCall ? this.byCall(request, body) : this.byTokens(request, parseWith(estimateByTokensBody, body));
  }

  @Post('spend/calculate')
  @HttpCode(200)
  calculate(@Req() request: FastifyRequest, @Body() body: unknown) {
    const { model: named, messages, completion_response: answer } = parseWith(calculateBody, body);
    const model = named ?? (typeof answer?.model === 'string' ? answer.model : null);
    if (!model) throw invalid('model: must be given, because the completion_response names none.', 'model');
    const usage = answer ? usageOfAnswer(answer) : { ...NO_USAGE, promptTokens: estimatePromptTokens({ messages }) };
    if (usage === null) throw invalid('completion_response: has no usage that could be read.', 'completion_response');
    const atUnixMs = Date.now();
    for (const { deployment, providerModel } of this.models(request, model)) {
      const cost = costOfCall({ deployment, providerModel, usage, atUnixMs });
      if (cost !== null) return { cost: cost.nanoUsd / NANO_USD_PER_USD };
    }
    throw unpriced(model);
  }

  private byTokens(request: FastifyRequest, body: EstimateByTokens) {
    const { model, input_tokens: inputTokens, output_tokens: outputTokens } = body;
    const usage = {
      ...NO_USAGE,
      promptTokens: inputTokens,
      completionTokens: outputTokens,
      cachedPromptTokens: body.cached_input_tokens ?? 0,
      cacheWriteTokens: body.cache_write_tokens ?? 0,
    };
    const bound: CostBound = { promptTokens: inputTokens, outputTokens, choices: 1 };
    const deployments = estimateEach(this.models(request, model), usage, bound);
    return answerOf({ model, inputTokens, outputTokens, ...ratesOf(body), deployments });
  }

  private byCall(request: FastifyRequest, document: unknown) {
    const body = parseWith(estimateByCallBody, document);
    const call = { body: body.request, route: body.route ?? USUAL_ROUTE };
    const { codec, admission, bytes } = admitQuestion(stateOf(this.holder), request, call);
    const { check, estimatedPromptTokens: inputTokens } = admission;
    const { model, choices = 1, maxOutputTokens = ORDINARY_ANSWER_TOKENS } = check;
    const outputTokens = isOperation(codec.wire) ? 0 : Math.min(maxOutputTokens, ORDINARY_ANSWER_TOKENS) * choices;
    const usage = { ...NO_USAGE, promptTokens: inputTokens, completionTokens: outputTokens };
    const bound = boundCall({ wire: codec.wire, body: bytes, choices, maxOutputTokens: check.maxOutputTokens });
    const deployments = estimateEach(this.models(request, model), usage, bound);
    return answerOf({ model, inputTokens, outputTokens, ...ratesOf(body), deployments });
  }

  private models(request: FastifyRequest, model: string): readonly PricedModel[] {
    return pricedModels(model, { catalog: stateOf(this.holder).catalog, principal: principalOf(request) });
  }
}

function estimateEach(
  models: readonly PricedModel[],
  usage: typeof NO_USAGE,
  bound: CostBound,
): readonly DeploymentEstimate[] {
  const atUnixMs = Date.now();
  return models.map((model) => {
    const { deployment, providerModel } = model;
    const most = mostCostNanoUsd(deployment, providerModel, { bound, atUnixMs });
    return {
      ...model,
      likely: costParts({ deployment, providerModel, usage, atUnixMs }),
      highestNanoUsd: typeof most === 'string' ? null : most,
    };
  });
}

/** What nobody knows the price of is refused, not told as free. */
function answerOf(estimate: Parameters<typeof describeEstimate>[0]) {
  const isKnown = estimate.deployments.some(({ likely, highestNanoUsd }) => likely !== null || highestNanoUsd !== null);
  if (!isKnown) throw unpriced(estimate.model);
  return describeEstimate(estimate);
}

function ratesOf(body: Pick<EstimateByTokens, 'num_requests_per_day' | 'num_requests_per_month'>) {
  return { perDay: body.num_requests_per_day ?? null, perMonth: body.num_requests_per_month ?? null };
}

function unpriced(model: string): GatewayException {
  const message = `What '${model}' costs is not known. The operator can configure its price.`;
  return new GatewayException({ code: 'model_unpriced', message, param: 'model' });
}

function invalid(message: string, param: string): GatewayException {
  return new GatewayException({ code: 'invalid_request', message, param });
}
