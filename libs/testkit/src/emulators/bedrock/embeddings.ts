import { z } from 'zod';
import { countTokens } from '../answer/token-counter';
import { vectorOf } from '../openai/embeddings';
import type { ChatCall, ChatTarget, Checked } from '../server/vendor-wire';
import { malformedInput, validationFault } from './bedrock-refusals';

const titan = z.strictObject({
  inputText: z.string().min(1).max(50_000),
  dimensions: z.union([z.literal(256), z.literal(512), z.literal(1_024)]).optional(),
  normalize: z.boolean().optional(),
  embeddingTypes: z.array(z.enum(['float', 'binary'])).optional(),
});
const titanOne = z.strictObject({ inputText: z.string().min(1).max(50_000) });
const cohere = z.strictObject({
  texts: z.array(z.string().min(1)).min(1).max(96),
  input_type: z.enum(['search_document', 'search_query', 'classification', 'clustering']),
  truncate: z.enum(['NONE', 'START', 'END', 'LEFT', 'RIGHT']).optional(),
  embedding_types: z.array(z.enum(['float', 'int8', 'uint8', 'binary', 'ubinary'])).optional(),
  output_dimension: z.union([z.literal(256), z.literal(512), z.literal(1_024), z.literal(1_536)]).optional(),
});

const TITAN_ONE_DIMENSIONS = 1_536;
const USUAL_DIMENSIONS = 1_024;

/** InvokeModel of the embedding models: each has a body of its own. Vectors are those of the OpenAI emulator. */
export function readBedrockEmbeddings(given: unknown, _strict: boolean, target?: ChatTarget): Checked<ChatCall> {
  const { model = '' } = target ?? {};
  if (/cohere\.embed/.test(model)) return readCohere(given, model);
  if (/titan-embed/.test(model)) return readTitan(given, model);
  return { refusal: validationFault(`The emulator does not know InvokeModel of ${model}.`) };
}

function readTitan(given: unknown, model: string): Checked<ChatCall> {
  const isOne = /titan-embed-text-v1|titan-embed-g1/.test(model);
  const parsed = (isOne ? titanOne : titan).safeParse(given, { reportInput: true });
  if (!parsed.success) return { refusal: malformedInput(parsed.error) };
  const body: z.infer<typeof titan> = parsed.data;
  const tokens = countTokens(body.inputText);
  const embedding = vectorOf(body.inputText, isOne ? TITAN_ONE_DIMENSIONS : (body.dimensions ?? USUAL_DIMENSIONS));
  return { value: embeddingCall(model, tokens, { embedding, inputTextTokenCount: tokens }) };
}

/** Cohere's answer says nothing of tokens. */
function readCohere(given: unknown, model: string): Checked<ChatCall> {
  const parsed = cohere.safeParse(given, { reportInput: true });
  if (!parsed.success) return { refusal: malformedInput(parsed.error) };
  const { texts, output_dimension: dimensions = USUAL_DIMENSIONS, embedding_types: types } = parsed.data;
  const vectors = texts.map((text) => vectorOf(text, dimensions));
  const tokens = texts.reduce((sum, text) => sum + countTokens(text), 0);
  const embeddings = types === undefined ? vectors : { float: vectors };
  const response_type = types === undefined ? 'embeddings_floats' : 'embeddings_by_type';
  return { value: embeddingCall(model, tokens, { id: 'embd-emulator', embeddings, texts, response_type }) };
}

function embeddingCall(model: string, promptTokens: number, document: object): ChatCall {
  return {
    model,
    stream: false,
    answer: (_fault, sequence) => ({
      id: `invoke-emulator${String(sequence).padStart(6, '0')}`,
      promptTokens,
      completionTokens: 0,
      reasoningTokens: 0,
      cachedTokens: 0,
      cacheWriteTokens: 0,
      headers: { 'x-amzn-bedrock-input-token-count': String(promptTokens) },
      whole: () => JSON.stringify(document),
      emissions: () => [],
      errorEvent: () => '',
    }),
  };
}
