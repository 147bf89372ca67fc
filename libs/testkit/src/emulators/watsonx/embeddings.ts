import { z } from 'zod';
import { countTokens } from '../answer/token-counter';
import { wholeAnswer } from '../answer/whole-answer';
import { vectorOf } from '../openai/embeddings';
import type { ChatCall, Checked } from '../server/vendor-wire';
import { scopeFault } from './scope-fault';
import { invalidBody, invalidDocument } from './watsonx-refusals';

const DIMENSIONS = 8;

const schema = z.strictObject({
  model_id: z.string().min(1),
  project_id: z.string().optional(),
  space_id: z.string().optional(),
  inputs: z.array(z.string()).min(1).max(1_000),
  parameters: z
    .strictObject({ truncate_input_tokens: z.int().min(1).optional(), return_options: z.looseObject({}).optional() })
    .optional(),
});

/** `POST /ml/v1/text/embeddings` */
export function readEmbeddings(given: unknown): Checked<ChatCall> {
  const parsed = schema.safeParse(given, { reportInput: true });
  if (!parsed.success) return { refusal: invalidBody(parsed.error) };
  const fault = scopeFault(parsed.data, null);
  if (fault !== null) return { refusal: invalidDocument(fault) };
  const { model_id, inputs } = parsed.data;
  const tokens = inputs.reduce((sum, text) => sum + countTokens(text), 0);
  return {
    value: {
      model: model_id,
      stream: false,
      answer: (_fault, sequence) =>
        wholeAnswer(`watsonx-emulator-${sequence}`, tokens, () => ({
          model_id,
          created_at: new Date().toISOString(),
          results: inputs.map((text) => ({ embedding: vectorOf(text, DIMENSIONS) })),
          input_token_count: tokens,
        })),
    },
  };
}
