import { estimateTokensFromBytes, isRecord, NO_USAGE, type Usage } from '@gateway/domain';
import { classifyFailure, type JsonBody, mergeHeaders, type OperationAdapter } from '@gateway/provider-kit';
import { type GeminiEmbedOperation, withReferenceNames } from '@gateway/wire-formats';
import { CALL_HEADERS } from '../call-headers';
import { translatedJson } from '../operations/translated-json';
import { WholeAnswerReader } from '../operations/whole-answer-reader';
import { stripGatewayFields } from '../prepare-chat-body/gateway-fields';
import { parseObject } from '../prepare-chat-body/parse-object';
import type { ProviderEntry } from '../provider-entry';
import { geminiEndpoint, geminiResource } from './gemini-endpoint';

const METHOD = { 'gemini-embed': 'embedContent', 'gemini-batch-embed': 'batchEmbedContents' } as const;

/** Google's own clients at Google: what they say stays, but for the name of the model. */
export const GEMINI_EMBED_CONTENT: NonNullable<ProviderEntry['operations']> = {
  'gemini-embed': createAdapter('gemini-embed'),
  'gemini-batch-embed': createAdapter('gemini-batch-embed'),
};

function createAdapter(operation: GeminiEmbedOperation): OperationAdapter {
  return {
    prepare(target, input) {
      const { origin, path } = geminiEndpoint(target.baseUrl, input.providerModel, METHOD[operation]);
      const headers = mergeHeaders(
        CALL_HEADERS.whole,
        target.apiKey === null ? {} : { 'x-goog-api-key': target.apiKey },
        target.extraHeaders,
      );
      const given = parseObject(input.body);
      stripGatewayFields(given);
      const model = geminiResource(input.providerModel);
      const named = (request: JsonBody): JsonBody => ({
        ...defaultsOf(input.deployment.defaultParams),
        ...withReferenceNames(request),
        model,
      });
      const body = Array.isArray(given.requests)
        ? { ...given, requests: given.requests.filter(isRecord).map(named) }
        : named(given);
      const bytes = Buffer.from(JSON.stringify(body));
      return {
        call: { origin, path, method: 'POST', headers, body: bytes },
        reader: new WholeAnswerReader((answer) =>
          translatedJson(answer, (document) => ({ document, usage: usageIn(document, body) })),
        ),
      };
    },

    classifyError: (head, body) => classifyFailure(head, body, 'gemini-generate'),
  };
}

/** Configured settings have OpenAI's names. */
function defaultsOf(params: Readonly<Record<string, unknown>> = {}): JsonBody {
  return {
    ...(params.dimensions !== undefined && { outputDimensionality: params.dimensions }),
    ...(params.task_type !== undefined && { taskType: params.task_type }),
  };
}

/** Most models do not say what they counted. */
function usageIn(document: unknown, asked: JsonBody): Usage {
  const counted = isRecord(document) && isRecord(document.usageMetadata) ? document.usageMetadata : {};
  const tokens = counted.promptTokenCount;
  if (typeof tokens === 'number') return { ...NO_USAGE, promptTokens: tokens, raw: counted };
  return { ...NO_USAGE, promptTokens: estimateTokensFromBytes(textBytes(asked)), estimated: true };
}

function textBytes(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + textBytes(one), 0);
  if (!isRecord(value)) return 0;
  const { text, content, parts, requests } = value;
  const own = typeof text === 'string' ? Buffer.byteLength(text) : 0;
  return own + textBytes(content) + textBytes(parts) + textBytes(requests);
}
