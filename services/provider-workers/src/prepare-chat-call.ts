import { modelFacts } from '@gateway/catalog';
import { type ChatCallWire, NATIVE_WIRE } from '@gateway/domain';
import type { ChatAdapter } from '@gateway/provider-kit';
import { chatAdapterFor, FALLBACK_MAX_OUTPUT_TOKENS, prepareChatBody } from '@gateway/providers';
import { CHAT_WIRE_CODECS, STREAM_PACKINGS } from '@gateway/wire-formats';
import type { AnswerReader } from './answer-reader';
import { PassthroughBodyReader, PassthroughStreamReader } from './passthrough-readers';
import type { PlanAttemptInput, PreparedCall } from './plan-attempt';
import { cannotDo } from './refuse-operation';
import { TranslatedBodyReader, TranslatedStreamReader } from './translated-readers';
import { UnpackedReader } from './unpacked-reader';

/** A chat call of a client on this wire. @throws GatewayException when the provider's wire cannot express it. */
export function prepareChatCall(input: PlanAttemptInput, wire: ChatCallWire): PreparedCall {
  const { envelope, step, served } = input;
  const { target, deployment } = served;
  const { providerModel } = step;
  const chat = chatAdapterFor(served.entry, wire, { target, providerModel, mode: deployment.mode });
  if (chat === null) throw cannotDo(served.entry, 'chat');
  const { stream } = envelope.summary;
  const prepared = prepareChatBody({
    clientWire: wire,
    body: input.body,
    spans: envelope.spans,
    stream,
    adapter: chat,
    providerModel: step.providerModel,
    deployment: served.deployment,
    contents: input.contents,
    outputCap: wire === NATIVE_WIRE ? outputCap(input) : undefined,
    codecs: CHAT_WIRE_CODECS,
  });
  const call = chat.buildChatCall(served.target, prepared.body, {
    providerModel: step.providerModel,
    stream,
    nowUnixMs: Date.now(),
    forwardHeaders: chat.wire === wire ? envelope.forwardHeaders : undefined,
  });
  return {
    call,
    reader: unpacked(createReader(input, wire, chat), input, chat),
    streamContentType: stream ? streamContentType(chat) : null,
    ...(prepared.dropped.length > 0 && { droppedParams: prepared.dropped }),
    classifyError: chat.classifyError,
  };
}

/** How long the answer may get for its money: where that is longer than any of this model, the provider would refuse it. */
function outputCap({ envelope, step, served }: PlanAttemptInput): number | undefined {
  const { maxOutputTokens: cap } = envelope.summary;
  if (cap === undefined) return undefined;
  const { maxOutputTokens: most = FALLBACK_MAX_OUTPUT_TOKENS } = modelFacts({
    ...served.deployment,
    providerModel: step.providerModel,
  });
  return Math.min(cap, most);
}

function createReader({ envelope }: PlanAttemptInput, wire: ChatCallWire, chat: ChatAdapter): AnswerReader {
  const { stream, model } = envelope.summary;
  if (wire === NATIVE_WIRE || chat.wire !== wire) {
    const theirs = CHAT_WIRE_CODECS[chat.wire];
    return stream ? new TranslatedStreamReader(theirs) : new TranslatedBodyReader(theirs, chat.usageIn);
  }
  const codec = CHAT_WIRE_CODECS[wire];
  const relay = { model, wantsUsage: envelope.wantsUsage };
  return stream ? new PassthroughStreamReader(codec, relay) : new PassthroughBodyReader(codec, relay);
}

function unpacked(reader: AnswerReader, { envelope }: PlanAttemptInput, { streamPacking }: ChatAdapter): AnswerReader {
  const isPacked = streamPacking !== undefined && envelope.summary.stream;
  return isPacked ? new UnpackedReader(reader, streamPacking) : reader;
}

function streamContentType({ wire, streamPacking }: ChatAdapter): string {
  return (streamPacking === undefined ? CHAT_WIRE_CODECS[wire].framing : STREAM_PACKINGS[streamPacking]).contentType;
}
