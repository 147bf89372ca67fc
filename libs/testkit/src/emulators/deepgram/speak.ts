import { z } from 'zod';
import { mediaCall } from '../openai/media-call';
import { spoken } from '../openai/speech';
import { firstIssue } from '../server/first-issue';
import type { ChatCall, Checked } from '../server/vendor-wire';
import { badRequest } from './deepgram-refusals';

const body = z.strictObject({ text: z.string().min(1).max(2_000) });

/** Encoding and container → content type (developers.deepgram.com/docs/tts-media-output-settings). */
const TYPES: Readonly<Record<string, string>> = {
  mp3: 'audio/mpeg',
  'opus/ogg': 'audio/ogg; codecs=opus',
  flac: 'audio/flac',
  aac: 'audio/aac',
  'linear16/wav': 'audio/wav',
  'linear16/none': 'audio/l16; rate=24000; channels=1',
  'mulaw/wav': 'audio/wav',
  'alaw/wav': 'audio/wav',
};
/** What an encoding comes in where nothing is said. */
const CONTAINERS: Readonly<Record<string, string>> = { linear16: 'wav', mulaw: 'wav', alaw: 'wav', opus: 'ogg' };
/** Those whose rate may be chosen. */
const RATED: ReadonlySet<string> = new Set(['linear16', 'mulaw', 'alaw', 'flac']);
const KNOWN = new Set(
  'callback callback_method mip_opt_out tag bit_rate container encoding model sample_rate speed'.split(' '),
);

/** `POST /v1/speak`: the model is the voice. Characters are charged. */
export function readSpeak(given: unknown, query: URLSearchParams, isStrict: boolean): Checked<ChatCall> {
  const unknown = isStrict ? [...query.keys()].find((name) => !KNOWN.has(name)) : undefined;
  if (unknown !== undefined) return { refusal: badRequest(`Unknown query parameter: ${unknown}`) };
  const parsed = body.safeParse(given, { reportInput: true });
  if (!parsed.success) {
    const issue = firstIssue(parsed.error);
    return { refusal: badRequest(`${issue.path}: ${issue.message}`) };
  }
  const encoding = query.get('encoding') ?? 'mp3';
  const container = query.get('container') ?? CONTAINERS[encoding];
  const type = TYPES[container === undefined ? encoding : `${encoding}/${container}`];
  if (type === undefined)
    return { refusal: badRequest(`encoding ${encoding} does not come in container ${container}`) };
  if (query.has('sample_rate') && !RATED.has(encoding))
    return { refusal: badRequest(`sample_rate is not applicable when encoding=${encoding}`) };
  const model = query.get('model') ?? 'aura-asteria-en';
  if (!/^aura-(2-)?[a-z]+-[a-z]{2}(\+|$)/.test(model) && !model.startsWith('unknown-'))
    return { refusal: badRequest(`No such model: ${model}`) };
  const format = encoding === 'linear16' ? (container === 'wav' ? 'wav' : 'pcm') : encoding;
  return mediaCall({ model }, false, () =>
    spoken({ input: parsed.data.text, format, contentType: type, voice: model.split('+', 1)[0]! }),
  );
}
