import { z } from 'zod';
import { countTokens } from '../answer/token-counter';
import { vectorOf } from '../openai/embeddings';
import { firstIssue } from '../server/first-issue';
import type { ChatCall, Checked } from '../server/vendor-wire';
import { invalidBody } from './ollama-refusals';

const fields = {
  model: z.string().min(1),
  input: z.union([z.string(), z.array(z.string())]),
  truncate: z.boolean().optional(),
  dimensions: z.int().min(1).optional(),
  keep_alive: z.union([z.string(), z.number()]).optional(),
  options: z.looseObject({}).optional(),
};
const open = z.looseObject(fields);
const closed = z.strictObject(fields);

const USUAL_DIMENSIONS = 8;

/** `POST /api/embed`: the same text always gives the same vector, and the same as the OpenAI emulator's. */
export function readEmbed(given: unknown, rejectUnknownFields: boolean): Checked<ChatCall> {
  const parsed = (rejectUnknownFields ? closed : open).safeParse(given, { reportInput: true });
  if (!parsed.success) {
    const { path, message } = firstIssue(parsed.error);
    return { refusal: invalidBody(`invalid ${path || 'body'}: ${message}`, path || null) };
  }
  const body = parsed.data;
  const inputs = typeof body.input === 'string' ? [body.input] : body.input;
  const promptTokens = inputs.reduce((sum, input) => sum + countTokens(input), 0);
  return {
    value: {
      model: body.model,
      stream: false,
      answer: (_fault, sequence) => ({
        id: `ollama-embed${String(sequence).padStart(6, '0')}`,
        promptTokens,
        completionTokens: 0,
        reasoningTokens: 0,
        cachedTokens: 0,
        cacheWriteTokens: 0,
        whole: () =>
          JSON.stringify({
            model: body.model,
            embeddings: inputs.map((input) => vectorOf(input, body.dimensions ?? USUAL_DIMENSIONS)),
            total_duration: 2_000_000,
            load_duration: 1_000_000,
            prompt_eval_count: promptTokens,
          }),
        emissions: () => [],
        errorEvent: () => '',
      }),
    },
  };
}
