import type { CountOperation } from '@gateway/domain';
import type { JsonBody, OperationAdapter } from '@gateway/provider-kit';
import { countedRequest } from '@gateway/wire-formats';
import { ANTHROPIC_COUNT } from '../count-tokens/count-dialects';
import { type CountDialect, createCountTokens } from '../count-tokens/create-count-tokens';
import type { ProviderEntry } from '../provider-entry';
import type { VertexAdapters } from './vertex-adapters';
import { classifyVertexError } from './vertex-call';
import { parseVertexModel } from './vertex-model';

const OPERATIONS = ['anthropic-count-tokens', 'gemini-count-tokens'] as const satisfies readonly CountOperation[];

/** Of a request, what Vertex's count takes (`CountTokensRequest` of its API's reference). */
const COUNTED = [
  'contents',
  'systemInstruction',
  'system_instruction',
  'tools',
  'generationConfig',
  'generation_config',
];

/** `{model}:countTokens` of Gemini's models and `count-tokens:rawPredict` of Claude's; nobody counts for the others. */
export function createVertexCounts({ gemini, claude }: VertexAdapters): NonNullable<ProviderEntry['operations']> {
  const kinds = { gemini: createCountTokens(geminiCount(gemini)), claude: createCountTokens(claudeCount(claude)) };
  const adapters = OPERATIONS.map((operation): [CountOperation, OperationAdapter] => [
    operation,
    {
      serves: (providerModel) => parseVertexModel(providerModel).kind !== 'openai',
      prepare(target, input) {
        const { kind } = parseVertexModel(input.providerModel);
        const adapter = kind === 'openai' ? undefined : kinds[kind][operation];
        if (adapter === undefined) throw new Error(`${operation} was asked for a model that does not count`);
        return adapter.prepare(target, input);
      },
      classifyError: (head, body) => classifyVertexError(head, body, 'anthropic-messages'),
    },
  ]);
  return Object.fromEntries(adapters);
}

function geminiCount(chat: CountDialect['chat']): CountDialect {
  return {
    chat,
    operation: 'gemini-count-tokens',
    answerField: 'totalTokens',
    countPath: (path) => path.replace(/:generateContent(?=\?|$)/, ':countTokens'),
    countBody: (body) => {
      const request = countedRequest(body) as JsonBody;
      return Object.fromEntries(Object.entries(request).filter(([name]) => COUNTED.includes(name)));
    },
  };
}

function claudeCount(chat: CountDialect['chat']): CountDialect {
  const { name = 'anthropic_version', value } = chat.insteadOfModel ?? {};
  return {
    ...ANTHROPIC_COUNT,
    chat,
    countPath: (path) => path.replace(/\/models\/[^/:]+:rawPredict(?=\?|$)/, '/models/count-tokens:rawPredict'),
    countBody: (body, model, isOwn) => ({
      [name]: value,
      ...ANTHROPIC_COUNT.countBody(body, model.slice(model.lastIndexOf('/') + 1), isOwn),
    }),
  };
}
