import { NO_USAGE, type Usage } from '@gateway/domain';
import { MalformedResponse } from '../malformed-response';
import { decodeMediaUsage, heardFor, unitsOf } from './decode-usage';
import type { MediaAnswer } from './media-answer';

export interface TranscriptAsked {
  /** Length of the file's sound, as far as it can be told from outside. */
  readonly estimatedMs: number;
}

/** Answers of `audio/transcriptions` and `audio/translations`. The provider's word on tokens or length wins. */
export function transcriptAnswer({ estimatedMs }: TranscriptAsked): MediaAnswer {
  const estimate: Usage = { ...NO_USAGE, units: unitsOf({ audioInputMs: estimatedMs }), estimated: true };
  return {
    document(answer) {
      if (typeof answer.text !== 'string' && !Array.isArray(answer.segments))
        throw new MalformedResponse('the provider answered with something that has no text');
      const told = decodeMediaUsage(answer.usage, 'text');
      if (told) return told;
      return typeof answer.duration === 'number' ? heardFor(answer.duration) : estimate;
    },
    event(type, data) {
      if (type.endsWith('.done'))
        return { isLast: type === 'transcript.text.done', usage: decodeMediaUsage(data.usage, 'text') ?? estimate };
      const { delta } = data;
      return { isLast: false, generatedBytes: typeof delta === 'string' ? Buffer.byteLength(delta) : 0 };
    },
    text: () => estimate,
    beforehand: estimate,
  };
}

export interface SpeechAsked {
  readonly input: string;
  readonly format: string;
}

/** OpenAI's raw format: 24 kHz, 16 bits, one channel. */
const PCM_BYTES_PER_MS = 48;
const WAV_HEAD_BYTES = 44;

/** Answers of `audio/speech`. Characters are counted here; tokens only where the provider tells. */
export function speechAnswer({ input, format }: SpeechAsked): MediaAnswer {
  const units = { characters: countCodePoints(input) };
  const spoken: Usage = { ...NO_USAGE, units };
  return {
    event(type, data) {
      if (!type.endsWith('.done')) return { isLast: false };
      const told = decodeMediaUsage(data.usage, 'audio');
      return { isLast: true, usage: told ? { ...told, units: { ...told.units, ...units } } : spoken };
    },
    binary: (bytes) => ({ ...spoken, units: unitsOf({ ...units, audioOutputMs: lengthMs(bytes, format) }) }),
    beforehand: { ...spoken, estimated: true },
  };
}

/** Only of sound that is not compressed can its size tell how long it is. */
function lengthMs(bytes: number, format: string): number | undefined {
  if (format !== 'pcm' && format !== 'wav') return undefined;
  return Math.round(Math.max(0, bytes - (format === 'wav' ? WAV_HEAD_BYTES : 0)) / PCM_BYTES_PER_MS);
}

function countCodePoints(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    const isSecondHalf = unit >= 0xdc00 && unit <= 0xdfff && index > 0 && isFirstHalf(text.charCodeAt(index - 1));
    if (!isSecondHalf) count += 1;
  }
  return count;
}

function isFirstHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
