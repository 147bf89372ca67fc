import { z } from 'zod';
import type { ChatCall, Checked } from '../server/vendor-wire';
import { checkMistralBody } from './check-body';
import { answerMistral } from './prepare-answer';

/** Closed, as all of the vendor's bodies (FIMCompletionRequest of its own client). */
const schema = z.strictObject({
  model: z.string().min(1),
  prompt: z.string(),
  suffix: z.string().nullish(),
  temperature: z.number().min(0).max(1.5).nullish(),
  top_p: z.number().min(0).max(1).optional(),
  max_tokens: z.int().min(0).nullish(),
  min_tokens: z.int().min(0).nullish(),
  stream: z.boolean().optional(),
  stop: z.union([z.string(), z.array(z.string())]).optional(),
  random_seed: z.int().min(0).nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});

/** `POST /v1/fim/completions`: what stands between is what a chat with both ends would answer. */
export function readFillInTheMiddle(given: unknown): Checked<ChatCall> {
  const checked = checkMistralBody(schema, given);
  if ('refusal' in checked) return checked;
  const { prompt, suffix, min_tokens: _least, ...body } = checked.value;
  const content = suffix ? `${prompt} … ${suffix}` : prompt;
  return answerMistral({ ...body, messages: [{ role: 'user', content }] });
}
