import { z } from 'zod';
import { countTokens } from '../answer/token-counter';
import { vectorOf } from '../openai/embeddings';
import type { ChatCall, Checked } from '../server/vendor-wire';
import { readScoped } from './read-scoped';

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
  return readScoped(given, schema, ({ inputs }) => ({
    results: inputs.map((text) => ({ embedding: vectorOf(text, DIMENSIONS) })),
    tokens: inputs.reduce((sum, text) => sum + countTokens(text), 0),
  }));
}
