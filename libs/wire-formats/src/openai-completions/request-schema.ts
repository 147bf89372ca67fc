import { z } from 'zod';
import { requestSchema as chatSchema } from '../openai-chat/request-schema';

/** OpenAI's limit of one call. */
const MAX_PROMPTS = 2048;
const MAX_CANDIDATES = 128;
/** OpenAI shows five; servers of this wire show more. */
const MAX_LOGPROBS = 20;

const token = z.int().min(0);

/** One text, several, or the same in tokens. */
const prompt = z.union([
  z.string(),
  z.array(z.string()).min(1).max(MAX_PROMPTS),
  z.array(token).min(1),
  z.array(z.array(token).min(1)).min(1).max(MAX_PROMPTS),
]);

/** What both of OpenAI's wires have, with one meaning. */
const shared = chatSchema.pick({
  model: true,
  stream: true,
  stream_options: true,
  temperature: true,
  top_p: true,
  top_k: true,
  n: true,
  stop: true,
  seed: true,
  user: true,
  frequency_penalty: true,
  presence_penalty: true,
  logit_bias: true,
});

/** A text completion (field names, types and ranges of OpenAI's API reference). Unknown fields are allowed. */
export const requestSchema = z.looseObject({
  ...shared.shape,
  prompt: prompt.nullable(),
  suffix: z.string().nullish(),
  echo: z.boolean().nullish(),
  best_of: z.int().min(1).max(MAX_CANDIDATES).nullish(),
  logprobs: z.int().min(0).max(MAX_LOGPROBS).nullish(),
  max_tokens: z.int().min(0).nullish(),
});

export type CompletionBody = z.infer<typeof requestSchema>;

/** The fields that a chat has by the same name; `prompt` and its like are this wire's own. */
export const SHARED_FIELDS: readonly string[] = [...Object.keys(shared.shape), 'max_tokens'];
