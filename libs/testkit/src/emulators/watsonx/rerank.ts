import { z } from 'zod';
import { relevanceOf } from '../answer/relevance';
import { countTokens } from '../answer/token-counter';
import { wholeAnswer } from '../answer/whole-answer';
import type { ChatCall, Checked } from '../server/vendor-wire';
import { scopeFault } from './scope-fault';
import { invalidBody, invalidDocument } from './watsonx-refusals';

const schema = z.strictObject({
  model_id: z.string().min(1),
  project_id: z.string().optional(),
  space_id: z.string().optional(),
  query: z.string().min(1),
  inputs: z.array(z.strictObject({ text: z.string() })).min(1),
  parameters: z
    .strictObject({
      truncate_input_tokens: z.int().min(1).optional(),
      return_options: z
        .strictObject({
          top_n: z.int().min(1).optional(),
          inputs: z.boolean().optional(),
          query: z.boolean().optional(),
        })
        .optional(),
    })
    .optional(),
});

/** `POST /ml/v1/text/rerank`: the tokens read are charged, those of the query once for each document. */
export function readRerank(given: unknown): Checked<ChatCall> {
  const parsed = schema.safeParse(given, { reportInput: true });
  if (!parsed.success) return { refusal: invalidBody(parsed.error) };
  const fault = scopeFault(parsed.data, null);
  if (fault !== null) return { refusal: invalidDocument(fault) };
  const { model_id, query, inputs, parameters } = parsed.data;
  const tokens = inputs.reduce((sum, { text }) => sum + countTokens(text) + countTokens(query), 0);
  const results = inputs
    .map((input, index) => ({
      index,
      score: relevanceOf(query, input.text),
      ...(parameters?.return_options?.inputs && { input }),
    }))
    .sort((left, right) => right.score - left.score)
    .slice(0, parameters?.return_options?.top_n);
  return {
    value: {
      model: model_id,
      stream: false,
      answer: (_fault, sequence) =>
        wholeAnswer(`watsonx-emulator-${sequence}`, tokens, () => ({
          model_id,
          created_at: new Date().toISOString(),
          results,
          input_token_count: tokens,
        })),
    },
  };
}
