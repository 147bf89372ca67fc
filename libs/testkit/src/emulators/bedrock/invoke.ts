import { anthropicWire } from '../anthropic/anthropic-wire';
import type { ChatCall, ChatTarget, Checked, Emission, PreparedAnswer } from '../server/vendor-wire';
import { validationFault } from './bedrock-refusals';
import { readBedrockEmbeddings } from './embeddings';
import { readInvokedText, textKindOf } from './invoke-text';
import { EVENT_STREAM, modelEvent, streamException } from './write-event';

const VERSION = 'bedrock-2023-05-31';

/** InvokeModel, and InvokeModelWithResponseStream: what the body is, the model's maker says. */
export function readInvoke(given: unknown, strict: boolean, target?: ChatTarget): Checked<ChatCall> {
  const call = target ?? { model: '', stream: false };
  if (/anthropic\.claude/.test(call.model)) return readClaude(given, strict, call);
  const kind = textKindOf(call.model);
  if (kind !== undefined) return invoked(readInvokedText(given, kind, call));
  if (call.stream) return { refusal: validationFault('The model is unsupported for streaming.') };
  return readBedrockEmbeddings(given, strict, call);
}

/** Anthropic's body without model and stream, and with its version and betas, which Anthropic takes from headers. */
function readClaude(given: unknown, strict: boolean, { model, stream }: ChatTarget): Checked<ChatCall> {
  const { anthropic_version: version, anthropic_beta: betas, ...body } = (given ?? {}) as Record<string, unknown>;
  if (version !== VERSION) return { refusal: validationFault('anthropic_version: Field required') };
  if (betas !== undefined && !Array.isArray(betas)) {
    return { refusal: validationFault('anthropic_beta: Input should be a valid list') };
  }
  const extra = ['model', 'stream'].find((name) => name in body);
  if (extra !== undefined) return { refusal: validationFault(`${extra}: Extra inputs are not permitted`) };
  const checked = anthropicWire.readChat({ ...body, model, stream }, strict);
  return 'refusal' in checked ? { refusal: validationFault(checked.refusal.message) } : invoked(checked);
}

/** The maker's answer as Bedrock sends it: counted in headers, its events in chunks, the last of which has the count. */
function invoked(checked: Checked<ChatCall>): Checked<ChatCall> {
  if ('refusal' in checked) return checked;
  const call = checked.value;
  return { value: { ...call, answer: (fault, sequence) => packed(call.answer(fault, sequence), call.stream) } };
}

function packed(answer: PreparedAnswer, stream: boolean): PreparedAnswer {
  const inputTokenCount = answer.promptTokens - answer.cachedTokens - answer.cacheWriteTokens;
  const metrics = {
    inputTokenCount,
    outputTokenCount: answer.completionTokens,
    invocationLatency: 1,
    firstByteLatency: 1,
  };
  return {
    ...answer,
    ...(!stream && {
      headers: {
        'x-amzn-bedrock-input-token-count': String(inputTokenCount),
        'x-amzn-bedrock-output-token-count': String(answer.completionTokens),
      },
    }),
    emissions: () => chunksOf(answer.emissions(), metrics),
    errorEvent: streamException,
    streamFormat: EVENT_STREAM,
  };
}

function* chunksOf(emissions: Iterable<Emission>, metrics: object): Generator<Emission> {
  let held: Emission | undefined;
  for (const emission of emissions) {
    if (held !== undefined) yield chunkOf(held);
    held = emission;
  }
  if (held !== undefined) yield chunkOf(held, { 'amazon-bedrock-invocationMetrics': metrics });
}

/** Server-sent events of the maker's own API hold the same documents. Padded, as the service does. */
function chunkOf({ text, ...emission }: Emission, more?: object): Emission {
  const data = /^data: (.*)$/m.exec(text.toString('utf8'))?.[1];
  if (data === undefined) return { ...emission, text };
  const document = more === undefined ? data : JSON.stringify({ ...(JSON.parse(data) as object), ...more });
  return { ...emission, text: modelEvent('chunk', { bytes: Buffer.from(document).toString('base64'), p: 'abcdef' }) };
}
