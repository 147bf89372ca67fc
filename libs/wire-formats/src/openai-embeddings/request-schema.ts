import { z } from 'zod';

/** OpenAI's own limit. */
const MAX_INPUTS = 2_048;

const tokens = z.array(z.int().min(0)).min(1);
const text = z.string().min(1);

/** An embeddings request (field names and types of OpenAI's API reference). Unknown fields are allowed. */
export const embeddingsSchema = z.looseObject({
  model: z.string().min(1),
  input: z.union([text, z.array(text).min(1).max(MAX_INPUTS), tokens, z.array(tokens).min(1).max(MAX_INPUTS)]),
  dimensions: z.int().min(1).nullish(),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  user: z.string().nullish(),
});

export type EmbeddingsBody = z.infer<typeof embeddingsSchema>;
