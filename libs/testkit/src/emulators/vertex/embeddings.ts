import { z } from 'zod';
import { countTokens } from '../answer/token-counter';
import { invalidArgument } from '../gemini/gemini-refusals';
import { vectorOf } from '../openai/embeddings';
import { firstIssue } from '../server/first-issue';
import type { ChatCall, ChatTarget, Checked } from '../server/vendor-wire';

const predict = z.strictObject({
  instances: z
    .array(
      z.strictObject({
        content: z.string().min(1),
        task_type: z.string().optional(),
        taskType: z.string().optional(),
        title: z.string().optional(),
        mimeType: z.string().optional(),
      }),
    )
    .min(1)
    .max(250),
  parameters: z
    .strictObject({ outputDimensionality: z.int().min(1).optional(), autoTruncate: z.boolean().optional() })
    .optional(),
});
const embedContent = z.strictObject({
  content: z.strictObject({ role: z.string().optional(), parts: z.array(z.strictObject({ text: z.string() })).min(1) }),
  embedContentConfig: z
    .strictObject({
      taskType: z.string().optional(),
      title: z.string().optional(),
      outputDimensionality: z.int().min(1).optional(),
      autoTruncate: z.boolean().optional(),
    })
    .optional(),
});

const USUAL_DIMENSIONS = 8;

/** `:predict` of the embedding models; the vectors are the OpenAI emulator's. */
export function readPredictedEmbeddings(given: unknown, _strict: boolean, target?: ChatTarget): Checked<ChatCall> {
  const parsed = predict.safeParse(given, { reportInput: true });
  if (!parsed.success) return { refusal: invalid(parsed.error) };
  const { instances, parameters } = parsed.data;
  if (instances.length > 1 && /gemini-embedding/.test(target?.model ?? '')) {
    return { refusal: invalidArgument('The model takes one instance a request.', 'instances') };
  }
  const predictions = instances.map(({ content }) => ({
    embeddings: {
      values: vectorOf(content, parameters?.outputDimensionality ?? USUAL_DIMENSIONS),
      statistics: { truncated: false, token_count: countTokens(content) },
    },
  }));
  const tokens = predictions.reduce((sum, { embeddings }) => sum + embeddings.statistics.token_count, 0);
  return { value: embeddingCall(target, tokens, { predictions }) };
}

/** `:embedContent` of the later ones. */
export function readEmbeddedContent(given: unknown, _strict: boolean, target?: ChatTarget): Checked<ChatCall> {
  const parsed = embedContent.safeParse(given, { reportInput: true });
  if (!parsed.success) return { refusal: invalid(parsed.error) };
  const { content, embedContentConfig: config } = parsed.data;
  const text = content.parts.map((part) => part.text).join('');
  const tokens = countTokens(text);
  const embedding = { values: vectorOf(text, config?.outputDimensionality ?? USUAL_DIMENSIONS) };
  const usageMetadata = { promptTokenCount: tokens };
  return { value: embeddingCall(target, tokens, { embedding, usageMetadata, truncated: false }) };
}

function invalid(error: z.ZodError) {
  const { path, message } = firstIssue(error);
  return invalidArgument(`Invalid value at '${path}': ${message}`, path);
}

function embeddingCall(target: ChatTarget | undefined, promptTokens: number, document: object): ChatCall {
  return {
    model: target?.model ?? '',
    stream: false,
    answer: (_fault, sequence) => ({
      id: `vertex-embed${String(sequence).padStart(6, '0')}`,
      promptTokens,
      completionTokens: 0,
      reasoningTokens: 0,
      cachedTokens: 0,
      cacheWriteTokens: 0,
      whole: () => JSON.stringify(document),
      emissions: () => [],
      errorEvent: () => '',
    }),
  };
}
