import type { UsageOutbox } from '@gateway/bus';
import { costOfCall } from '@gateway/catalog';
import type { AnswerCost, UsageEvent } from '@gateway/contracts';
import { type Deployment, httpStatusOf, NO_USAGE } from '@gateway/domain';
import type { AdmittedRequest } from './admitted-request';
import { answeredTokens } from './answered-tokens';
import type { ExchangeBook, LostAttempt } from './exchange-ports';

type RequestIdentity = AdmittedRequest['envelope'];

/** Books what no worker can book any more. */
export function createExchangeBook(
  outbox: UsageOutbox,
  findDeployment: (id: string, configVersion: string) => Deployment | undefined,
): ExchangeBook {
  return {
    request(envelope, { error, firstByteUnixMs }) {
      outbox.add({
        ...identity(envelope),
        request: {
          receivedAtUnixMs: envelope.receivedAtUnixMs,
          latencyMs: Date.now() - envelope.receivedAtUnixMs,
          timeToFirstTokenMs: firstByteUnixMs === null ? null : firstByteUnixMs - envelope.receivedAtUnixMs,
          status: error.code === 'client_closed_request' ? 'cancelled' : 'failed',
          httpStatus: httpStatusOf(error),
          errorCode: error.code,
          // Unknown here; the ledger counts the attempts it has.
          attempts: 0,
        },
      });
    },
    lostAttempt(envelope, lost) {
      const deployment = findDeployment(lost.deployment, envelope.configVersion);
      const record = lostRecord(envelope, lost, deployment);
      outbox.add({ ...identity(envelope), attempt: record });
      return estimatedCost(record, deployment);
    },
  };
}

function identity(envelope: RequestIdentity): UsageEvent {
  return {
    requestId: envelope.requestId,
    source: 'edge',
    principal: envelope.principal,
    requestedModel: envelope.summary.model,
    wire: envelope.wire,
    stream: envelope.summary.stream,
    ...(envelope.traceparent !== undefined && { traceparent: envelope.traceparent }),
    ...(envelope.batchId !== undefined && { batchId: envelope.batchId }),
    ...(envelope.summary.wishes?.tags !== undefined && { tags: envelope.summary.wishes.tags }),
  };
}

/** As the ledger prices what nobody priced before it. */
function estimatedCost(record: ReturnType<typeof lostRecord>, deployment: Deployment | undefined): AnswerCost {
  const { provider, providerModel, usage, startedAtUnixMs: atUnixMs } = record;
  const cost = costOfCall({ deployment: deployment ?? { provider }, providerModel, usage, atUnixMs });
  return { nanoUsd: cost?.nanoUsd ?? 0, isEstimated: true, isUnpriced: cost === null };
}

function lostRecord(envelope: RequestIdentity, lost: LostAttempt, deployment: Deployment | undefined) {
  return {
    attempt: lost.attempt,
    deployment: lost.deployment,
    modelGroup: deployment?.modelGroup ?? envelope.summary.model,
    provider: deployment?.provider ?? 'unknown',
    providerModel: lost.providerModel ?? deployment?.providerModel ?? envelope.summary.model,
    startedAtUnixMs: envelope.receivedAtUnixMs,
    latencyMs: Math.round(performance.now() - lost.startedMs),
    timeToFirstTokenMs: lost.firstByteUnixMs === null ? null : lost.firstByteUnixMs - envelope.receivedAtUnixMs,
    status: 'lost' as const,
    failure: 'interrupted' as const,
    providerStatus: null,
    billable: true,
    usage: {
      ...NO_USAGE,
      promptTokens: envelope.summary.estimatedPromptTokens,
      completionTokens: answeredTokens(envelope, { bytes: lost.answerBytes, parts: lost.answerParts }),
      estimated: true,
    },
    budgets: lost.holds,
  };
}
