import { z } from 'zod';
import { countTokens } from '../answer/token-counter';
import { wholeAnswer } from '../answer/whole-answer';
import { vectorOf } from '../openai/embeddings';
import { invalidField } from '../openai/openai-refusals';
import { firstIssue } from '../server/first-issue';
import type { ChatCall, Checked } from '../server/vendor-wire';
import type { RetrievalVendor } from './rerank';

const text = z.string().min(1);
const dimensions = z.int().min(1).max(4_096).optional();
const common = { model: text, input: z.union([text, z.array(text).min(1).max(1_000)]) };

/** What each vendor takes, by its API's reference; unknown fields are refused. */
const BODIES = {
  jina: z.strictObject({
    ...common,
    dimensions,
    embedding_type: z.literal('float').optional(),
    task: z.string().optional(),
    late_chunking: z.boolean().optional(),
    truncate: z.boolean().optional(),
  }),
  voyage: z.strictObject({
    ...common,
    output_dimension: dimensions,
    input_type: z.enum(['query', 'document']).nullish(),
    truncation: z.boolean().optional(),
    output_dtype: z.literal('float').optional(),
  }),
} as const;

const USUAL_DIMENSIONS = 8;

/** `POST /v1/embeddings` of Jina or Voyage: numbers, and only the total of the tokens. */
export function readEmbeddings(vendor: RetrievalVendor, given: unknown): Checked<ChatCall> {
  const parsed = BODIES[vendor].safeParse(given, { reportInput: true });
  if (!parsed.success) {
    const issue = firstIssue(parsed.error);
    return { refusal: invalidField(`invalid '${issue.path}': ${issue.message}`, issue.path || null) };
  }
  const body = parsed.data;
  const inputs = typeof body.input === 'string' ? [body.input] : body.input;
  const length =
    ('output_dimension' in body ? body.output_dimension : 'dimensions' in body ? body.dimensions : undefined) ??
    USUAL_DIMENSIONS;
  const tokens = inputs.reduce((sum, input) => sum + countTokens(input), 0);
  const data = inputs.map((input, index) => ({ object: 'embedding', index, embedding: vectorOf(input, length) }));
  return {
    value: {
      model: body.model,
      stream: false,
      answer: (_fault, sequence) =>
        wholeAnswer(`${vendor}-emulator-${sequence}`, tokens, () => ({
          object: 'list',
          data,
          model: body.model,
          usage: { total_tokens: tokens },
        })),
    },
  };
}
