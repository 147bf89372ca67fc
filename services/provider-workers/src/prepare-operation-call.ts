import type { Operation } from '@gateway/domain';
import { operationOf } from '@gateway/providers';
import { OperationAnswerReader } from './operation-answer-reader';
import type { PlanAttemptInput, PreparedCall } from './plan-attempt';
import { cannotDo } from './refuse-operation';

/** A call that is not chat. @throws GatewayException when the provider does not do it, or cannot express the request. */
export function prepareOperationCall(input: PlanAttemptInput, operation: Operation): PreparedCall {
  const { envelope, step, served } = input;
  const adapter = operationOf(served.entry, operation, step.providerModel);
  if (adapter === null) throw cannotDo(served.entry, operation);
  const prepared = adapter.prepare(served.target, {
    body: input.body,
    contentType: envelope.contentType,
    spans: envelope.spans,
    requestedModel: envelope.summary.model,
    providerModel: step.providerModel,
    stream: envelope.summary.stream,
    nowUnixMs: Date.now(),
    deployment: served.deployment,
    forwardHeaders: envelope.forwardHeaders,
  });
  return {
    call: prepared.call,
    reader: new OperationAnswerReader(prepared.reader),
    streamContentType: prepared.streamContentType ?? null,
    classifyError: adapter.classifyError,
  };
}
