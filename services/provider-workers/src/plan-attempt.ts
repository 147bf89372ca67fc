import type { Envelope, SlipStep } from '@gateway/contracts';
import { prepareChatBody } from '@gateway/providers';
import { CHAT_WIRE_CODECS } from '@gateway/wire-formats';
import type { AnswerReader } from './answer-reader';
import type { AttemptPlan } from './attempt';
import { PassthroughBodyReader, PassthroughStreamReader } from './passthrough-readers';
import type { ServedDeployment } from './served-deployments';
import { TranslatedBodyReader, TranslatedStreamReader } from './translated-readers';

export interface PlanAttemptInput {
  readonly envelope: Envelope;
  readonly body: Uint8Array;
  readonly step: SlipStep;
  readonly served: ServedDeployment;
  readonly number: number;
}

/** Prepares one provider call. @throws GatewayException when the provider's wire cannot express the request. */
export function planAttempt(input: PlanAttemptInput): AttemptPlan {
  const { envelope, step, served, number } = input;
  const { chat } = served.entry;
  const { stream } = envelope.summary;
  const prepared = prepareChatBody({
    clientWire: envelope.wire,
    body: input.body,
    spans: envelope.spans,
    stream,
    adapter: chat,
    providerModel: step.providerModel,
    deployment: served.deployment,
    codecs: CHAT_WIRE_CODECS,
  });
  const sameWire = chat.wire === envelope.wire;
  const call = chat.buildChatCall(served.target, prepared.body, {
    providerModel: step.providerModel,
    stream,
    forwardHeaders: sameWire ? envelope.forwardHeaders : undefined,
  });
  return { number, step, served, call, reader: createReader(input, sameWire), stream };
}

function createReader({ envelope, served }: PlanAttemptInput, sameWire: boolean): AnswerReader {
  const { stream, model } = envelope.summary;
  if (!sameWire) {
    const theirs = CHAT_WIRE_CODECS[served.entry.chat.wire];
    return stream ? new TranslatedStreamReader(theirs) : new TranslatedBodyReader(theirs);
  }
  const codec = CHAT_WIRE_CODECS[envelope.wire];
  const relay = { model, wantsUsage: envelope.wantsUsage };
  return stream ? new PassthroughStreamReader(codec, relay) : new PassthroughBodyReader(codec, relay);
}
