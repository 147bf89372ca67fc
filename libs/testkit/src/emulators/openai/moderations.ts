import { z } from 'zod';
import { countTokens } from '../answer/token-counter';
import { wholeAnswer } from '../answer/whole-answer';
import { firstIssue } from '../server/first-issue';
import type { ChatCall, Checked } from '../server/vendor-wire';
import { invalidField } from './openai-refusals';

const part = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string() }),
  z.strictObject({ type: z.literal('image_url'), image_url: z.strictObject({ url: z.string().min(1) }) }),
]);
const fields = {
  model: z.string().default('omni-moderation-latest'),
  input: z.union([z.string(), z.array(z.string()).min(1), z.array(part).min(1)]),
};
const open = z.looseObject(fields);
const closed = z.strictObject(fields);

/** A text is in every category whose name it says. */
const CATEGORIES = ['harassment', 'hate', 'illicit', 'self-harm', 'sexual', 'violence', 'violence/graphic'] as const;

/** `POST /moderations`: a list of texts is judged one by one, the parts of a message together. */
export function readModerations(given: unknown, rejectUnknownFields: boolean): Checked<ChatCall> {
  const parsed = (rejectUnknownFields ? closed : open).safeParse(given, { reportInput: true });
  if (!parsed.success) {
    const issue = firstIssue(parsed.error);
    return { refusal: invalidField(`invalid '${issue.path}': ${issue.message}`, issue.path || null) };
  }
  const { model, input } = parsed.data;
  const texts = textsOf(input);
  return {
    value: {
      model,
      stream: false,
      answer: (_fault, sequence) => {
        const id = `modr-emulator${String(sequence).padStart(6, '0')}`;
        const promptTokens = texts.reduce((sum, text) => sum + countTokens(text), 0);
        return wholeAnswer(id, promptTokens, () => ({ id, model, results: texts.map(judge) }));
      },
    },
  };
}

function textsOf(input: z.infer<typeof open>['input']): readonly string[] {
  if (typeof input === 'string') return [input];
  const parts = input as readonly (string | z.infer<typeof part>)[];
  if (parts.every((one) => typeof one === 'string')) return parts;
  return [parts.map((one) => (typeof one === 'object' && one.type === 'text' ? one.text : '')).join('\n')];
}

function judge(text: string): object {
  const lower = text.toLowerCase();
  const categories = Object.fromEntries(CATEGORIES.map((name) => [name, lower.includes(name)]));
  return {
    flagged: Object.values(categories).includes(true),
    categories,
    category_scores: Object.fromEntries(CATEGORIES.map((name) => [name, categories[name] ? 0.9 : 0.01])),
    category_applied_input_types: Object.fromEntries(CATEGORIES.map((name) => [name, ['text']])),
  };
}
