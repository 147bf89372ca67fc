import { readEmbeddings } from '../openai/embeddings';
import type { ChatCall, Checked } from '../server/vendor-wire';
import { invalidField } from './mistral-refusals';

/** Mistral's own names; what OpenAI calls otherwise is refused like everything else it does not define. */
const FIELDS: ReadonlySet<string> = new Set([
  'model',
  'input',
  'metadata',
  'output_dimension',
  'output_dtype',
  'encoding_format',
]);

/** `POST /v1/embeddings`: OpenAI's answer with an id. */
export function readMistralEmbeddings(given: unknown): Checked<ChatCall> {
  const body = { ...(given as Record<string, unknown> | null) };
  const unknown = Object.keys(body).find((field) => !FIELDS.has(field));
  if (unknown !== undefined) {
    return { refusal: invalidField(unknown, 'extra_forbidden', 'Extra inputs are not permitted') };
  }
  const checked = readEmbeddings({ ...body, dimensions: body.output_dimension ?? undefined }, false);
  if ('refusal' in checked) return checked;
  const call = checked.value;
  return {
    value: {
      ...call,
      answer: (fault, sequence) => {
        const answer = call.answer(fault, sequence);
        return { ...answer, whole: () => JSON.stringify({ id: answer.id, ...JSON.parse(answer.whole()) }) };
      },
    },
  };
}
