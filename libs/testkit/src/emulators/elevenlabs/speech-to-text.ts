import { z } from 'zod';
import { timedWords } from '../answer/timed-words';
import { mediaCall } from '../openai/media-call';
import { heardIn, secondsIn } from '../openai/transcripts';
import { firstIssue } from '../server/first-issue';
import { isSentFile, type SentFile } from '../server/read-form';
import type { ChatCall, Checked } from '../server/vendor-wire';
import { invalidField } from './elevenlabs-refusals';

const flag = z.enum(['true', 'false']).optional();
/** Fields as its own client (@elevenlabs/elevenlabs-js 2.73) has them. */
const fields = {
  model_id: z.string(),
  file: z.custom<SentFile>(isSentFile, 'a file'),
  language_code: z.string().optional(),
  tag_audio_events: flag,
  num_speakers: z.coerce.number().int().min(1).max(32).optional(),
  timestamps_granularity: z.enum(['none', 'word', 'character']).optional(),
  diarize: flag,
  diarization_threshold: z.coerce.number().optional(),
  file_format: z.enum(['pcm_s16le_16', 'other']).optional(),
  temperature: z.coerce.number().min(0).max(2).optional(),
  seed: z.coerce.number().int().optional(),
  keyterms: z.union([z.string(), z.array(z.string())]).optional(),
  no_verbatim: flag,
};
const open = z.looseObject(fields);
const closed = z.strictObject(fields);

/** `POST /v1/speech-to-text`. The length of the sound is charged. */
export function readSpeechToText(given: unknown, isStrict: boolean): Checked<ChatCall> {
  const parsed = (isStrict ? closed : open).safeParse(given, { reportInput: true });
  if (!parsed.success) {
    const issue = firstIssue(parsed.error);
    return { refusal: invalidField(issue.message, issue.path) };
  }
  const { model_id: model, file, language_code: language } = parsed.data;
  const seconds = secondsIn(file.bytes);
  const text = heardIn(file.bytes);
  return mediaCall({ model }, false, (sequence) => ({
    units: { audioInputMs: Math.round(seconds * 1_000) },
    whole: () =>
      JSON.stringify({
        language_code: language ?? 'eng',
        language_probability: 0.98,
        text,
        words: wordsOf(text, seconds),
        transcription_id: `elevenlabs-emulator-${sequence}`,
        audio_duration_secs: seconds,
      }),
    emissions: () => [],
  }));
}

function wordsOf(text: string, seconds: number): unknown[] {
  return timedWords(text, seconds).flatMap(({ word, start, end }, index) => [
    ...(index > 0 ? [{ text: ' ', start, end: start, type: 'spacing', logprob: 0 }] : []),
    { text: word, start, end, type: 'word', logprob: -0.01, speaker_id: 'speaker_0' },
  ]);
}
