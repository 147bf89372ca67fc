import { createHash } from 'node:crypto';
import { timedWords } from '../answer/timed-words';
import { mediaCall } from '../openai/media-call';
import { heardIn, secondsIn } from '../openai/transcripts';
import { isSentFile } from '../server/read-form';
import type { ChatCall, Checked } from '../server/vendor-wire';
import { badRequest } from './deepgram-refusals';

/** Parameters of the pre-recorded API, as its own client (@deepgram/sdk 5.13) has them. */
const KNOWN = new Set(
  `callback callback_method extra sentiment summarize tag topics custom_topic custom_topic_mode intents custom_intent
  custom_intent_mode detect_entities detect_language diarize diarize_model dictation encoding filler_words keyterm keywords
  language measurements model multichannel numerals paragraphs profanity_filter punctuate redact replace search smart_format
  utterances utt_split version mip_opt_out`.split(/\s+/),
);

/** `POST /v1/listen`: the sound is the body. Its length is charged. */
export function readListen(given: unknown, query: URLSearchParams, isStrict: boolean): Checked<ChatCall> {
  const unknown = isStrict ? [...query.keys()].find((name) => !KNOWN.has(name)) : undefined;
  if (unknown !== undefined) return { refusal: badRequest(`Unknown query parameter: ${unknown}`) };
  if (!isSentFile(given) || given.bytes.length === 0) return { refusal: badRequest('The body holds no sound.') };
  const { bytes } = given;
  const model = query.get('model') ?? 'base-general';
  const duration = secondsIn(bytes);
  return mediaCall({ model }, false, (sequence) => ({
    units: { audioInputMs: Math.round(duration * 1_000) },
    whole: () =>
      JSON.stringify({
        metadata: {
          transaction_key: 'deprecated',
          request_id: `deepgram-emulator-${sequence}`,
          sha256: createHash('sha256').update(bytes).digest('hex'),
          created: '2025-01-01T00:00:00.000Z',
          duration,
          channels: 1,
          models: [model],
          model_info: { [model]: { name: model, version: '2025-01-01.0', arch: 'nova-3' } },
        },
        results: resultsOf(heardIn(bytes), duration, query),
      }),
    emissions: () => [],
  }));
}

function resultsOf(transcript: string, duration: number, query: URLSearchParams): unknown {
  const isFormatted = query.get('smart_format') === 'true' || query.get('punctuate') === 'true';
  const words = timedWords(transcript, duration).map(({ word, start, end }) => ({
    word: word.toLowerCase().replace(/[.,]/g, ''),
    start,
    end,
    confidence: 0.99,
    ...(isFormatted && { punctuated_word: word }),
  }));
  const channel = {
    alternatives: [{ transcript, confidence: 0.99, words }],
    ...(query.get('detect_language') === 'true' && { detected_language: 'en', language_confidence: 0.98 }),
  };
  const utterance = { start: 0, end: duration, confidence: 0.99, channel: 0, transcript, words, id: 'utterance-0' };
  return { channels: [channel], ...(query.get('utterances') === 'true' && { utterances: [utterance] }) };
}
