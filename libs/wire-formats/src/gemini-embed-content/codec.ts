import { isRecord, type Operation } from '@gateway/domain';
import type { CalledInPath } from '../chat-wire-codec';
import { checkContent } from '../gemini-generate/check-contents';
import { geminiGenerateCodec } from '../gemini-generate/codec';
import { fieldOf } from '../gemini-generate/fields';
import type { OperationCodec } from '../operation-codec';
import { errorFromFault, faultAt, faultWithin, firstFaultIn, type RequestFault } from '../request-fault';

/** `{model}:embedContent` and `{model}:batchEmbedContents` of the Gemini API. */
export type GeminiEmbedOperation = Extract<Operation, 'gemini-embed' | 'gemini-batch-embed'>;

/** The API's own limit. */
const MOST_REQUESTS = 100;

export const geminiEmbedCodec = createCodec('gemini-embed', checkRequest);
export const geminiBatchEmbedCodec = createCodec('gemini-batch-embed', checkBatch);

type Check = (body: Readonly<Record<string, unknown>>, model: string) => RequestFault | null;

function createCodec(wire: GeminiEmbedOperation, check: Check): OperationCodec {
  return {
    wire,
    validateRequest(body, { model }: CalledInPath = { model: '', stream: false }) {
      const fault = isRecord(body) ? check(body, model) : faultAt('', 'must be a JSON object');
      if (fault !== null) return { ok: false, error: errorFromFault(fault) };
      return { ok: true, model, stream: false, tools: false, images: false, wantsUsage: true };
    },
    encodeError: geminiGenerateCodec.encodeError,
    encodeStreamError: geminiGenerateCodec.encodeStreamError,
    keepAlive: geminiGenerateCodec.keepAlive,
    streamTerminator: geminiGenerateCodec.streamTerminator,
  };
}

function checkBatch(body: Readonly<Record<string, unknown>>, model: string): RequestFault | null {
  const { requests } = body;
  if (!Array.isArray(requests) || requests.length === 0) return faultAt('requests', 'must be an array of requests');
  if (requests.length > MOST_REQUESTS) return faultAt('requests', `must be at most ${MOST_REQUESTS} requests`);
  const fault = firstFaultIn(requests, (request) =>
    isRecord(request) ? checkRequest(request, model) : faultAt('', 'must be an object'),
  );
  return fault && faultWithin('requests', fault);
}

function checkRequest(request: Readonly<Record<string, unknown>>, model: string): RequestFault | null {
  const content = fieldOf(request, 'content');
  const fault = content === undefined ? faultAt('', 'must be a content') : checkContent(content);
  if (fault !== null) return faultWithin('content', fault);
  const named = request.model ?? model;
  if (named !== model && named !== `models/${model}`) return faultAt('model', 'must be the model in the path');
  const dimensions = fieldOf(request, 'outputDimensionality');
  if (dimensions !== undefined && !(Number.isInteger(dimensions) && Number(dimensions) > 0))
    return faultAt('outputDimensionality', 'must be a whole number from 1');
  const odd = ['taskType', 'title'].find((name) => !['undefined', 'string'].includes(typeof fieldOf(request, name)));
  return odd === undefined ? null : faultAt(odd, 'must be a string');
}
