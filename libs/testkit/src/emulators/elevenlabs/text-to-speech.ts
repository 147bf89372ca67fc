import { z } from 'zod';
import { mediaCall } from '../openai/media-call';
import { spoken } from '../openai/speech';
import { firstIssue } from '../server/first-issue';
import type { ChatCall, Checked } from '../server/vendor-wire';
import { elevenlabsRefusal, invalidField } from './elevenlabs-refusals';

/** Fields as its own client (@elevenlabs/elevenlabs-js 2.73) has them. */
const fields = {
  text: z.string().min(1).max(40_000),
  model_id: z.string().default('eleven_multilingual_v2'),
  language_code: z.string().nullish(),
  voice_settings: z
    .strictObject({
      stability: z.number().min(0).max(1).nullish(),
      similarity_boost: z.number().min(0).max(1).nullish(),
      style: z.number().min(0).max(1).nullish(),
      use_speaker_boost: z.boolean().nullish(),
      speed: z.number().min(0.7).max(1.2).nullish(),
    })
    .nullish(),
  pronunciation_dictionary_locators: z.array(z.unknown()).nullish(),
  seed: z.int().min(0).max(4_294_967_295).nullish(),
  previous_text: z.string().nullish(),
  next_text: z.string().nullish(),
  previous_request_ids: z.array(z.string()).nullish(),
  next_request_ids: z.array(z.string()).nullish(),
  use_pvc_as_ivc: z.boolean().nullish(),
  apply_text_normalization: z.enum(['auto', 'on', 'off']).nullish(),
  apply_language_text_normalization: z.boolean().nullish(),
};
const open = z.looseObject(fields);
const closed = z.strictObject(fields);

const TYPES: Readonly<Record<string, string>> = {
  mp3: 'audio/mpeg',
  pcm: 'audio/pcm',
  opus: 'audio/ogg',
  ulaw: 'audio/basic',
  alaw: 'audio/x-alaw-basic',
};

/** `POST /v1/text-to-speech/{voice}`. Characters are charged. */
export function readTextToSpeech(
  given: unknown,
  { voice, format }: { readonly voice: string; readonly format: string },
  isStrict: boolean,
): Checked<ChatCall> {
  const parsed = (isStrict ? closed : open).safeParse(given, { reportInput: true });
  if (!parsed.success) {
    const issue = firstIssue(parsed.error);
    return { refusal: invalidField(issue.message, issue.path) };
  }
  const [codec = '', rate] = format.split('_');
  const contentType = TYPES[codec];
  if (contentType === undefined || rate === undefined)
    return { refusal: { ...elevenlabsRefusal(400, 'invalid_output_format'), message: `no such format: ${format}` } };
  if (voice.startsWith('unknown-')) {
    const message = `A voice with the voice_id ${voice} was not found.`;
    return { refusal: { ...elevenlabsRefusal(404, 'voice_not_found'), message } };
  }
  const { text, model_id: model } = parsed.data;
  return mediaCall({ model }, false, () =>
    spoken({ input: text, format: format === 'pcm_24000' ? 'pcm' : format, contentType, voice }),
  );
}
