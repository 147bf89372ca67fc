import type { z } from 'zod';
import { wholeAnswer } from '../answer/whole-answer';
import type { ChatCall, Checked } from '../server/vendor-wire';
import { scopeFault, type WatsonxScope } from './scope-fault';
import { invalidBody, invalidDocument } from './watsonx-refusals';

type ScopedBody = WatsonxScope & { readonly model_id: string };

/** A call of a model that reads text and writes none: `answer` gives the results, and the tokens that were read. */
export function readScoped<Body extends ScopedBody>(
  given: unknown,
  schema: z.ZodType<Body>,
  answer: (body: Body) => { readonly results: readonly unknown[]; readonly tokens: number },
): Checked<ChatCall> {
  const parsed = schema.safeParse(given, { reportInput: true });
  if (!parsed.success) return { refusal: invalidBody(parsed.error) };
  const body = parsed.data;
  const fault = scopeFault(body, null);
  if (fault !== null) return { refusal: invalidDocument(fault) };
  const { model_id } = body;
  const { results, tokens } = answer(body);
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
