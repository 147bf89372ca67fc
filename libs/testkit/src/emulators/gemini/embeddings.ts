import { z } from 'zod';
import { countTokens } from '../answer/token-counter';
import { vectorOf } from '../openai/embeddings';
import { firstIssue } from '../server/first-issue';
import type { ChatCall, ChatTarget, Checked } from '../server/vendor-wire';
import { invalidArgument } from './gemini-refusals';

const request = z.strictObject({
  model: z.string().startsWith('models/').optional(),
  content: z.strictObject({
    role: z.string().optional(),
    parts: z.array(z.strictObject({ text: z.string() })).min(1),
  }),
  taskType: z.string().optional(),
  title: z.string().optional(),
  outputDimensionality: z.int().min(1).optional(),
});
const batch = z.strictObject({ requests: z.array(request).min(1).max(100) });

const USUAL_DIMENSIONS = 8;

/** `:batchEmbedContents`: the same vectors as the OpenAI emulator's. What it counted it does not say, as most models. */
export function readBatchEmbedContents(given: unknown, _strict: boolean, target?: ChatTarget): Checked<ChatCall> {
  const parsed = batch.safeParse(given, { reportInput: true });
  if (!parsed.success) return { refusal: invalid(parsed.error) };
  return { value: embeddingCall(parsed.data.requests, target, (embeddings) => ({ embeddings })) };
}

/** `:embedContent` of one content. */
export function readEmbedContent(given: unknown, _strict: boolean, target?: ChatTarget): Checked<ChatCall> {
  const parsed = request.safeParse(given, { reportInput: true });
  if (!parsed.success) return { refusal: invalid(parsed.error) };
  return { value: embeddingCall([parsed.data], target, ([embedding]) => ({ embedding })) };
}

function invalid(error: z.ZodError) {
  const { path, message } = firstIssue(error);
  return invalidArgument(`Invalid value at '${path}': ${message}`, path);
}

type Write = (embeddings: readonly { readonly values: readonly number[] }[]) => object;

function embeddingCall(
  requests: readonly z.infer<typeof request>[],
  target: ChatTarget | undefined,
  write: Write,
): ChatCall {
  const inputs = requests.map(({ content, outputDimensionality }) => ({
    text: content.parts.map(({ text }) => text).join(''),
    dimensions: outputDimensionality ?? USUAL_DIMENSIONS,
  }));
  return {
    model: target?.model ?? '',
    stream: false,
    answer: (_fault, sequence) => ({
      id: `gemini-embed${String(sequence).padStart(6, '0')}`,
      promptTokens: inputs.reduce((sum, { text }) => sum + countTokens(text), 0),
      completionTokens: 0,
      reasoningTokens: 0,
      cachedTokens: 0,
      cacheWriteTokens: 0,
      whole: () =>
        JSON.stringify(write(inputs.map(({ text, dimensions }) => ({ values: vectorOf(text, dimensions) })))),
      emissions: () => [],
      errorEvent: () => '',
    }),
  };
}
