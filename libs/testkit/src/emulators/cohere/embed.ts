import { z } from 'zod';
import { countTokens } from '../answer/token-counter';
import { wholeAnswer } from '../answer/whole-answer';
import { vectorOf } from '../openai/embeddings';
import { firstIssue } from '../server/first-issue';
import type { ChatCall, Checked } from '../server/vendor-wire';
import { invalidRequest } from './cohere-refusals';

const MOST_INPUTS = 96;
const USUAL_DIMENSIONS = 8;
const TOKENS_PER_IMAGE = 85;

const image = z.string().regex(/^data:image\//, 'expected a data: URL of an image');
const content = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string() }),
  z.strictObject({ type: z.literal('image_url'), image_url: z.strictObject({ url: image }) }),
]);
const fields = {
  model: z.string().min(1),
  input_type: z.enum(['search_document', 'search_query', 'classification', 'clustering', 'image']),
  texts: z.array(z.string()).min(1).max(MOST_INPUTS).optional(),
  images: z.array(image).min(1).optional(),
  inputs: z
    .array(z.strictObject({ content: z.array(content).min(1) }))
    .min(1)
    .max(MOST_INPUTS)
    .optional(),
  embedding_types: z.array(z.literal('float')).min(1),
  output_dimension: z.int().min(1).max(4_096).optional(),
  max_tokens: z.int().min(1).optional(),
  truncate: z.enum(['NONE', 'START', 'END']).optional(),
  priority: z.int().min(0).max(999).optional(),
};
const open = z.looseObject(fields);
const closed = z.strictObject(fields);
type Body = z.infer<typeof open>;

/** `POST /v2/embed`: the same input always gives the same vector; tokens of text and of images are charged apart. */
export function readEmbed(given: unknown, rejectUnknownFields: boolean): Checked<ChatCall> {
  const parsed = (rejectUnknownFields ? closed : open).safeParse(given, { reportInput: true });
  if (!parsed.success) {
    const issue = firstIssue(parsed.error);
    return { refusal: invalidRequest(`${issue.path}: ${issue.message}`) };
  }
  const body = parsed.data;
  const inputs = inputsOf(body);
  if (inputs === null) return { refusal: invalidRequest('exactly one of texts, images and inputs must be given') };
  const isImage = (input: string) => input.startsWith('data:image/');
  const texts = inputs.filter((input) => !isImage(input));
  const input_tokens = texts.reduce((sum, text) => sum + countTokens(text), 0);
  const image_tokens = (inputs.length - texts.length) * TOKENS_PER_IMAGE;
  return {
    value: {
      model: body.model,
      stream: false,
      answer: (_fault, sequence) => {
        const id = `cohere-emulator-${String(sequence).padStart(6, '0')}`;
        return wholeAnswer(id, input_tokens + image_tokens, () => ({
          id,
          embeddings: { float: inputs.map((input) => vectorOf(input, body.output_dimension ?? USUAL_DIMENSIONS)) },
          ...(body.texts && { texts }),
          response_type: 'embeddings_by_type',
          meta: {
            api_version: { version: '2' },
            billed_units: { input_tokens, ...(image_tokens > 0 && { image_tokens }) },
          },
        }));
      },
    },
  };
}

function inputsOf({ texts, images, inputs }: Body): readonly string[] | null {
  const given = [texts, images, inputs?.map((input) => input.content.map(plain).join('\n'))];
  const [only, ...others] = given.filter((list) => list !== undefined);
  return only === undefined || others.length > 0 ? null : only;
}

function plain(part: z.infer<typeof content>): string {
  return part.type === 'text' ? part.text : part.image_url.url;
}
