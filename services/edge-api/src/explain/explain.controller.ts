import type { RequestEnvelope, RequestSummary } from '@gateway/contracts';
import { GatewayException } from '@gateway/domain';
import { newRequestId } from '@gateway/service-kit';
import { Body, Controller, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access } from '../access/access';
import { principalOf } from '../access/access-guard';
import { describeRequest } from '../calls/describe-request';
import { EdgeRuntime } from '../edge-runtime';
import { describeQuota } from '../limits/describe-quota';
import { stateOf } from '../models/visible-models';
import { admitQuestion, routeMeantBy } from './admit-question';
import { askRouter } from './ask-router';
import { describeDryRun, describeExplanation } from './describe-decision';

interface Admitted {
  readonly envelope: RequestEnvelope;
  readonly group: string;
}

/** What would become of a call, without making it: the body is that of the call, `?route=` says which call. */
@Controller('v1/gateway')
@Access('key')
export class ExplainController {
  constructor(@Inject(EdgeRuntime) private readonly runtime: EdgeRuntime) {}

  @Post('dry-run')
  @HttpCode(200)
  async dryRun(@Req() request: FastifyRequest, @Body() body: unknown, @Query('route') asked?: string) {
    const route = asked ?? routeMeantBy(body);
    const { summary, principal, group, reply } = await this.decide(request, { body, route });
    const { model, estimatedPromptTokens, maxOutputTokens = 0, choices = 1 } = summary;
    const estimatedTokens = estimatedPromptTokens + maxOutputTokens * choices;
    const quota = await describeQuota(this.runtime.calls.rates, { principal, model, group, estimatedTokens });
    return describeDryRun(reply, { route, summary, quota });
  }

  @Post('explain')
  @HttpCode(200)
  async explain(@Req() request: FastifyRequest, @Body() body: unknown, @Query('route') asked?: string) {
    const route = asked ?? routeMeantBy(body);
    const { summary, reply } = await this.decide(request, { body, route });
    return describeExplanation(reply, summary);
  }

  private async decide(request: FastifyRequest, call: { readonly body: unknown; readonly route: string }) {
    const { envelope, group } = this.admit(request, call);
    const handed = { token: 'explain', dispatch: 0, handoverByUnixMs: envelope.deadlineUnixMs };
    const reply = await askRouter(this.runtime.calls.bus, { ...envelope, ...handed });
    if (reply === null) throw new GatewayException(NO_ROUTER);
    return { summary: envelope.summary as RequestSummary, principal: principalOf(request), group, reply };
  }

  private admit(request: FastifyRequest, call: { body: unknown; route: string }): Admitted {
    const state = stateOf(this.runtime.state);
    const { codec, principal, admission } = admitQuestion(state, request, call);
    const envelope = describeRequest({
      requestId: newRequestId(),
      edge: this.runtime.calls.registry.edge,
      codec,
      headers: request.headers,
      receivedAtUnixMs: Date.now(),
      requestTimeoutMs: state.snapshot.routing.requestTimeoutMs,
      configVersion: state.snapshot.version,
      traceparent: '',
      principal,
      batchId: undefined,
      budget: undefined,
      admission,
    });
    return { envelope, group: admission.group.group };
  }
}

const NO_ROUTER = {
  code: 'service_unavailable' as const,
  message: 'No router answers. Try again.',
  retryAfterMs: 1_000,
};
