import { z } from 'zod';
import { SeededRandom, seedOf } from '../answer/seeded-random';
import { countTokens } from '../answer/token-counter';
import { wholeAnswer } from '../answer/whole-answer';
import { firstIssue } from '../server/first-issue';
import type { ChatCall, Checked } from '../server/vendor-wire';
import { invalidField } from './openai-refusals';

const tokens = z.array(z.int()).min(1);
const text = z.string().min(1);
const fields = {
  model: z.string(),
  input: z.union([text, z.array(text).min(1).max(2_048), tokens, z.array(tokens).min(1).max(2_048)]),
  dimensions: z.int().min(1).max(4_096).optional(),
  encoding_format: z.enum(['float', 'base64']).optional(),
  user: z.string().optional(),
};
const open = z.looseObject(fields);
const closed = z.strictObject(fields);

const USUAL_DIMENSIONS = 8;

/** `POST /embeddings`: the same text always gives the same vector, of length 1 as OpenAI's are. */
export function readEmbeddings(given: unknown, rejectUnknownFields: boolean): Checked<ChatCall> {
  const parsed = (rejectUnknownFields ? closed : open).safeParse(given, { reportInput: true });
  if (!parsed.success) {
    const issue = firstIssue(parsed.error);
    return { refusal: invalidField(`invalid '${issue.path}': ${issue.message}`, issue.path || null) };
  }
  const body = parsed.data;
  const inputs = asInputs(body.input);
  const promptTokens = inputs.reduce<number>((sum, input) => sum + tokensOf(input), 0);
  return {
    value: {
      model: body.model,
      stream: false,
      answer: (_fault, sequence) =>
        wholeAnswer(`embd-emulator${String(sequence).padStart(6, '0')}`, promptTokens, () => ({
          object: 'list',
          data: inputs.map((input, index) => ({
            object: 'embedding',
            index,
            embedding: written(vectorOf(input, body.dimensions ?? USUAL_DIMENSIONS), body.encoding_format),
          })),
          model: body.model,
          usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
        })),
    },
  };
}

type Input = string | readonly number[];

function asInputs(input: z.infer<typeof open>['input']): readonly Input[] {
  if (typeof input === 'string') return [input];
  return typeof input[0] === 'number' ? [input as number[]] : (input as string[] | number[][]);
}

function tokensOf(input: Input): number {
  return typeof input === 'string' ? countTokens(input) : input.length;
}

/** A vector that depends on every character; exact as 32-bit floats, so that both forms mean the same numbers. */
export function vectorOf(input: Input, dimensions: number): number[] {
  const random = new SeededRandom(seedOf(typeof input === 'string' ? input : input.join(' ')));
  const raw = Array.from({ length: dimensions }, () => random.integer(-1_000, 1_000));
  const length = Math.hypot(...raw) || 1;
  return raw.map((value) => Math.fround(value / length));
}

function written(vector: number[], format: 'float' | 'base64' | undefined): number[] | string {
  return format === 'base64' ? Buffer.from(Float32Array.from(vector).buffer).toString('base64') : vector;
}
