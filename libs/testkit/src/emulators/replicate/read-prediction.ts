import { z } from 'zod';
import { openAiWire } from '../openai/openai-wire';
import type { ChatCall, Checked, PreparedAnswer } from '../server/vendor-wire';
import { type BegunPrediction, type Predictions, predictionDocument } from './predictions';
import { invalidInput } from './replicate-refusals';

const LANGUAGE = z.strictObject({
  prompt: z.string().min(1),
  system_prompt: z.string().optional(),
  max_tokens: z.int().min(1).optional(),
  min_tokens: z.int().min(0).optional(),
  temperature: z.number().min(0).max(5).optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().min(1).optional(),
  seed: z.int().optional(),
  presence_penalty: z.number().optional(),
  frequency_penalty: z.number().optional(),
  stop_sequences: z.string().optional(),
});
const PICTURES = z.strictObject({
  prompt: z.string().min(1),
  num_outputs: z.int().min(1).max(4).optional(),
  aspect_ratio: z.string().optional(),
  output_format: z.enum(['webp', 'jpg', 'png']).optional(),
  seed: z.int().optional(),
});
const body = z.strictObject({
  input: z.record(z.string(), z.unknown()),
  stream: z.boolean().optional(),
  version: z.string().optional(),
});

export interface Desk {
  readonly predictions: Predictions;
  readonly origin: string;
  /** Whether the caller waits for the output, as `Prefer: wait` says. */
  readonly waits: boolean;
}

/** A model with this in its name does not answer at once: it is to be asked after, twice. */
const QUEUED = /queued/;
const PICTURE_MODELS = /flux/;

/** The beginning of a prediction. Models named after FLUX make pictures, the others write. */
export function readPrediction(given: unknown, model: string, desk: Desk): Checked<ChatCall> {
  const parsed = body.safeParse(given);
  if (!parsed.success) return { refusal: invalidInput(parsed.error.issues[0]?.message ?? 'is not valid') };
  const { input } = parsed.data;
  const made = PICTURE_MODELS.test(model) ? readPictures(input, desk.origin) : readText(input, model);
  if ('refusal' in made) return made;
  const answer: ChatCall['answer'] = (fault, sequence) => {
    const id = `prediction${String(sequence).padStart(6, '0')}`;
    const work = made.value(fault, sequence);
    const isQueued = QUEUED.test(model);
    const isAnswered = desk.waits && !isQueued;
    const prediction: BegunPrediction = {
      id,
      model,
      origin: desk.origin,
      streams: !isQueued && !PICTURE_MODELS.test(model),
      output: work.output,
      answer: work.answer,
      status: !isAnswered ? 'starting' : fault.truncateWithoutFinish ? 'failed' : 'succeeded',
      isStreamed: false,
      questionsLeft: isQueued ? 2 : 0,
      createdUnixMs: Date.now(),
    };
    desk.predictions.begin(prediction);
    // What is streamed is billed as it leaves.
    const billed = prediction.streams && !isAnswered ? { promptTokens: 0, completionTokens: 0 } : {};
    return { ...work.answer, ...billed, id, whole: () => JSON.stringify(predictionDocument(prediction)) };
  };
  return { value: { model, stream: false, answer } };
}

type Work = { readonly output: unknown; readonly answer: PreparedAnswer };
type Maker = (...args: Parameters<ChatCall['answer']>) => Work;

function readText(input: unknown, model: string): Checked<Maker> {
  const parsed = LANGUAGE.safeParse(input);
  if (!parsed.success) return { refusal: invalidInput(parsed.error.issues[0]?.message ?? 'is not valid') };
  const { prompt, system_prompt: system, max_tokens, stop_sequences: stop } = parsed.data;
  const call = openAiWire.readChat(
    {
      model,
      messages: [...(system ? [{ role: 'system', content: system }] : []), { role: 'user', content: prompt }],
      ...(max_tokens && { max_tokens }),
      ...(stop && { stop: stop.split(',') }),
    },
    false,
  );
  if ('refusal' in call) return { refusal: invalidInput(call.refusal.message) };
  return {
    value: (fault, sequence) => {
      const answer = call.value.answer(fault, sequence);
      return { output: tokensOf(answer), answer };
    },
  };
}

/** The text as a list of its tokens. */
function tokensOf(answer: PreparedAnswer): readonly string[] {
  const tokens: string[] = [];
  for (const { phase, text } of answer.emissions()) {
    const json = phase === 'content' ? /^data: (\{.*\})\n\n$/s.exec(text.toString())?.[1] : undefined;
    if (json === undefined) continue;
    const { choices } = JSON.parse(json) as { choices: readonly { delta: { content?: string } }[] };
    tokens.push(choices[0]?.delta.content ?? '');
  }
  return tokens;
}

function readPictures(input: unknown, origin: string): Checked<Maker> {
  const parsed = PICTURES.safeParse(input);
  if (!parsed.success) return { refusal: invalidInput(parsed.error.issues[0]?.message ?? 'is not valid') };
  const images = parsed.data.num_outputs ?? 1;
  return {
    value: (_fault, sequence) => ({
      output: Array.from({ length: images }, (_, index) => `${origin}/delivery/${sequence}/${index}.webp`),
      answer: {
        id: '',
        promptTokens: 0,
        completionTokens: 0,
        reasoningTokens: 0,
        cachedTokens: 0,
        cacheWriteTokens: 0,
        units: { images },
        whole: () => '',
        emissions: () => [],
        errorEvent: () => '',
      },
    }),
  };
}
