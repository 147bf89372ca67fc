import type { z } from 'zod';
import { seedOf } from '../answer/seeded-random';
import { checkMediaBody, mediaCall } from '../openai/media-call';
import { tinyPng } from '../openai/tiny-png';
import { isSentFile } from '../server/read-form';
import type { ChatCall, Checked } from '../server/vendor-wire';

/** One picture, which depends on every field and every byte of the files. Pictures are charged. */
export function readStableImage(given: unknown, service: string, form: z.ZodType): Checked<ChatCall> {
  const checked = checkMediaBody(form, given);
  if ('refusal' in checked) return checked;
  const fields = checked.value as Readonly<Record<string, unknown>>;
  const seen = `${service}|${Object.keys(fields)
    .sort()
    .map((name) => `${name}=${textOf(fields[name])}`)
    .join('|')}`;
  const model = typeof fields.model === 'string' ? fields.model : service;
  return mediaCall({ model }, false, (_sequence, { finishReason }) => ({
    units: { images: 1 },
    whole: () =>
      JSON.stringify({
        image: tinyPng(seen).toString('base64'),
        finish_reason: finishReason ?? 'SUCCESS',
        seed: fields.seed ?? seedOf(seen),
      }),
    emissions: () => [],
  }));
}

function textOf(value: unknown): string {
  return isSentFile(value) ? value.bytes.toString('latin1') : String(value);
}
