import { createHash } from 'node:crypto';
import { z } from 'zod';
import { countTokens, splitTokens } from '../answer/token-counter';
import { isSentFile, type SentFile } from '../server/read-form';
import type { ChatCall, Checked, Emission } from '../server/vendor-wire';
import { checkMediaBody, mediaCall, sseEvent } from './media-call';

const file = z.custom<SentFile>(isSentFile, 'a file');
const body = z.looseObject({
  model: z.string(),
  file,
  prompt: z.string().optional(),
  language: z.string().optional(),
  response_format: z.enum(['json', 'text', 'srt', 'verbose_json', 'vtt', 'diarized_json']).optional(),
  temperature: z.coerce.number().min(0).max(1).optional(),
  stream: z.enum(['true', 'false']).optional(),
  timestamp_granularities: z.array(z.enum(['word', 'segment'])).optional(),
});

const BYTES_PER_SECOND = 1_000;
/** gpt-4o-transcribe's rate. */
const TOKENS_PER_SECOND = 10;

export const readTranscription = (given: unknown): Checked<ChatCall> => read(given, 'transcribe');
export const readTranslation = (given: unknown): Checked<ChatCall> => read(given, 'translate');

/** What the emulator hears in a file: it names every byte, so that a file that was changed reads differently. */
export function heardIn(bytes: Buffer): string {
  return `A file of ${bytes.length} bytes, which sounds like ${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.`;
}

/** How long the emulators say a file plays. */
export function secondsIn(bytes: Buffer): number {
  return bytes.length / BYTES_PER_SECOND;
}

/** Models with `whisper` in the name are billed by second and do not stream, the others by tokens. */
function read(given: unknown, task: string): Checked<ChatCall> {
  const checked = checkMediaBody(body, given);
  if ('refusal' in checked) return checked;
  const { model, file: sound, language, response_format: format = 'json', prompt = '' } = checked.value;
  const text = heardIn(sound.bytes);
  const isWhisper = model.includes('whisper');
  const seconds = Math.ceil(secondsIn(sound.bytes));
  const audioTokens = seconds * TOKENS_PER_SECOND;
  const [input, output] = isWhisper ? [0, 0] : [audioTokens + countTokens(prompt), countTokens(text)];
  const usage = isWhisper
    ? { type: 'duration', seconds }
    : {
        type: 'tokens',
        input_tokens: input,
        output_tokens: output,
        total_tokens: input + output,
        input_token_details: { text_tokens: input - audioTokens, audio_tokens: audioTokens },
      };
  const units: Record<string, number> = isWhisper
    ? { audioInputMs: seconds * 1_000 }
    : { audioInputTokens: audioTokens };
  const heard: Heard = { task, text, seconds, usage, language: language ?? 'english' };
  return mediaCall(checked.value, checked.value.stream === 'true' && !isWhisper, () => ({
    promptTokens: input,
    completionTokens: output,
    units,
    ...(PLAIN.has(format) && { contentType: 'text/plain; charset=utf-8' }),
    whole: () => written(heard, format),
    emissions: () => emissions(heard),
  }));
}

interface Heard {
  readonly task: string;
  readonly text: string;
  readonly seconds: number;
  readonly usage: unknown;
  readonly language: string;
}

const PLAIN: ReadonlySet<string> = new Set(['text', 'srt', 'vtt']);

function written({ task, text, seconds, usage, language }: Heard, format: string): string {
  const stamp = new Date(seconds * 1_000).toISOString().slice(11, 23);
  switch (format) {
    case 'text':
      return `${text}\n`;
    case 'srt':
      return `1\n00:00:00,000 --> ${stamp.replace('.', ',')}\n${text}\n\n`;
    case 'vtt':
      return `WEBVTT\n\n00:00:00.000 --> ${stamp}\n${text}\n\n`;
    case 'json':
      return JSON.stringify({ text, usage });
    default: {
      const segments = [{ id: 0, start: 0, end: seconds, text }];
      return JSON.stringify({ task, language, duration: seconds, text, segments, usage });
    }
  }
}

function* emissions({ text, usage }: Heard): Iterable<Emission> {
  for (const token of splitTokens(text))
    yield { phase: 'content', text: sseEvent({ type: 'transcript.text.delta', delta: token }), tokens: 1 };
  yield { phase: 'finish', text: sseEvent({ type: 'transcript.text.done', text, usage }), tokens: 0 };
}
