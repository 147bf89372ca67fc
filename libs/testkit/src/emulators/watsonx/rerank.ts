import { z } from 'zod';
import { relevanceOf } from '../answer/relevance';
import { countTokens } from '../answer/token-counter';
import type { ChatCall, Checked } from '../server/vendor-wire';
import { readScoped } from './read-scoped';

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
  return readScoped(given, schema, ({ query, inputs, parameters }) => {
    const { inputs: returnsInputs, top_n: limit } = parameters?.return_options ?? {};
    const results = inputs
      .map((input, index) => ({ index, score: relevanceOf(query, input.text), ...(returnsInputs && { input }) }))
      .sort((left, right) => right.score - left.score)
      .slice(0, limit);
    return { results, tokens: inputs.reduce((sum, { text }) => sum + countTokens(text) + countTokens(query), 0) };
  });
}
