import { z } from 'zod';
import { countTokens } from '../answer/token-counter';
import { isSentFile, type SentFile } from '../server/read-form';
import type { ChatCall, Checked, Emission } from '../server/vendor-wire';
import { checkMediaBody, mediaCall, sseEvent } from './media-call';
import { tinyPng } from './tiny-png';

/** What the emulated gpt-image models charge for one picture, and for one they are given. */
const TOKENS_PER_IMAGE = 272;
const TOKENS_PER_SOURCE = 194;
const CREATED_UNIX_S = 1_735_689_600;

const generation = z.looseObject({
  model: z.string(),
  prompt: z.string().min(1),
  n: z.int().min(1).max(10).nullish(),
  size: z.string().nullish(),
  response_format: z.enum(['url', 'b64_json']).nullish(),
  stream: z.boolean().nullish(),
  partial_images: z.int().min(0).max(3).nullish(),
});

const file = z.custom<SentFile>(isSentFile, 'a file');
const edit = z.looseObject({
  model: z.string(),
  prompt: z.string().min(1),
  image: z.union([file, z.array(file).min(1).max(16)]),
  mask: file.optional(),
  n: z.coerce.number().int().min(1).max(10).optional(),
  size: z.string().optional(),
  response_format: z.enum(['url', 'b64_json']).optional(),
  stream: z.enum(['true', 'false']).optional(),
  partial_images: z.coerce.number().int().min(0).max(3).optional(),
});

/** `POST /images/generations`. Models with `dall-e` in the name are billed by picture, the others by tokens. */
export function readImageGeneration(given: unknown): Checked<ChatCall> {
  const checked = checkMediaBody(generation, given);
  if ('refusal' in checked) return checked;
  const { model, prompt, n, size, response_format: format, stream, partial_images: partials } = checked.value;
  const asked = { n: n ?? 1, size: size ?? '1024x1024', format: format ?? 'url', partials: partials ?? 0 };
  return pictures({ model, prompt, sources: [], stream: stream ?? false, event: 'image_generation', ...asked });
}

/** `POST /images/edits`: the picture depends on the prompt and on every byte of the files. */
export function readImageEdit(given: unknown): Checked<ChatCall> {
  const checked = checkMediaBody(edit, given);
  if ('refusal' in checked) return checked;
  const {
    model,
    prompt,
    image,
    mask,
    n,
    size,
    response_format: format,
    stream,
    partial_images: partials,
  } = checked.value;
  const sources = [...(Array.isArray(image) ? image : [image]), ...(mask ? [mask] : [])];
  const asked = { n: n ?? 1, size: size ?? '1024x1024', format: format ?? 'url', partials: partials ?? 0 };
  return pictures({ model, prompt, sources, stream: stream === 'true', event: 'image_edit', ...asked });
}

interface Commission {
  readonly model: string;
  readonly prompt: string;
  readonly sources: readonly SentFile[];
  readonly n: number;
  readonly size: string;
  readonly format: 'url' | 'b64_json';
  readonly stream: boolean;
  readonly partials: number;
  readonly event: string;
}

function pictures(asked: Commission): Checked<ChatCall> {
  const seen = asked.sources.map(({ bytes }) => bytes.toString('latin1')).join('|');
  const image = (index: number) => tinyPng(`${asked.prompt}|${seen}|${index}`).toString('base64');
  const text = countTokens(asked.prompt);
  const tokens = asked.model.includes('dall-e')
    ? null
    : { input: text + asked.sources.length * TOKENS_PER_SOURCE, output: asked.n * TOKENS_PER_IMAGE, text };
  const usage = tokens && {
    input_tokens: tokens.input,
    output_tokens: tokens.output,
    total_tokens: tokens.input + tokens.output,
    input_tokens_details: { text_tokens: tokens.text, image_tokens: tokens.input - tokens.text },
  };
  return mediaCall(asked, asked.stream, (sequence) => ({
    promptTokens: tokens?.input ?? 0,
    completionTokens: tokens?.output ?? 0,
    units: { images: asked.n, ...pixels(asked) },
    whole: () =>
      JSON.stringify({
        created: CREATED_UNIX_S,
        data: Array.from({ length: asked.n }, (_, index) =>
          tokens || asked.format === 'b64_json'
            ? { b64_json: image(index) }
            : { url: `https://images.emulator.example/${sequence}/${index}.png`, revised_prompt: asked.prompt },
        ),
        ...(tokens && { background: 'opaque', output_format: 'png', quality: 'high', size: asked.size, usage }),
      }),
    emissions: () => emissions(asked, image(0), usage),
  }));
}

function pixels({ size, n }: Commission): { imagePixels?: number } {
  const [width, height] = size.split('x').map(Number);
  return width && height ? { imagePixels: width * height * n } : {};
}

function* emissions(asked: Commission, image: string, usage: unknown): Iterable<Emission> {
  const about = {
    created_at: CREATED_UNIX_S,
    background: 'opaque',
    output_format: 'png',
    quality: 'high',
    size: asked.size,
  };
  for (let index = 0; index < asked.partials; index += 1) {
    const data = { type: `${asked.event}.partial_image`, b64_json: image, partial_image_index: index, ...about };
    yield { phase: 'content', text: sseEvent(data), tokens: 0 };
  }
  const done = { type: `${asked.event}.completed`, b64_json: image, ...about, usage };
  yield { phase: 'finish', text: sseEvent(done), tokens: TOKENS_PER_IMAGE };
}
