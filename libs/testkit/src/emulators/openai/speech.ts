import { z } from 'zod';
import { SeededRandom, seedOf } from '../answer/seeded-random';
import { countTokens } from '../answer/token-counter';
import type { ChatCall, Checked, Emission } from '../server/vendor-wire';
import { checkMediaBody, type MediaAnswerParts, mediaCall, sseEvent } from './media-call';

const body = z.looseObject({
  model: z.string(),
  input: z.string().min(1).max(4_096),
  voice: z.union([z.string().min(1), z.looseObject({ id: z.string() })]),
  response_format: z.enum(['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm']).nullish(),
  stream_format: z.enum(['sse', 'audio']).nullish(),
});

const TYPES: Readonly<Record<string, string>> = {
  mp3: 'audio/mpeg',
  opus: 'audio/ogg',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
};
const PIECE_BYTES = 960;
const PIECES_PER_WORD = 4;
const AUDIO_TOKENS_PER_PIECE = 1;
const PCM_BYTES_PER_MS = 48;
const WAV_HEAD_BYTES = 44;

/** `POST /audio/speech`: sound that depends on every character, in pieces of 20 ms of PCM. */
export function readSpeech(given: unknown): Checked<ChatCall> {
  const checked = checkMediaBody(body, given);
  if ('refusal' in checked) return checked;
  const { input, response_format: format, stream_format: streamFormat } = checked.value;
  const kind = format ?? 'mp3';
  if (streamFormat !== 'sse')
    return mediaCall(checked.value, false, () => spoken({ input, format: kind, contentType: TYPES[kind]! }));
  const pieces = soundOf(input, kind);
  return mediaCall(checked.value, true, () => ({
    promptTokens: countTokens(input),
    completionTokens: pieces.length * AUDIO_TOKENS_PER_PIECE,
    units: unitsOf(input, kind),
    whole: () => '',
    emissions: () => events(pieces, countTokens(input)),
  }));
}

export interface Spoken {
  readonly input: string;
  /** `wav` and `pcm` have the size that their length says. */
  readonly format: string;
  readonly contentType: string;
  /** Whose voices sound different. */
  readonly voice?: string;
}

/** An answer that is the sound itself: also other vendors'. */
export function spoken({ input, format, contentType, voice }: Spoken): MediaAnswerParts {
  const pieces = soundOf(input, format, voice);
  return {
    units: unitsOf(input, format),
    contentType,
    isPiecemeal: true,
    whole: () => '',
    emissions: () => rawPieces(pieces),
  };
}

/** Characters are charged; only the size of what is not compressed says how long it is. */
function unitsOf(input: string, format: string): Readonly<Record<string, number>> {
  const characters = [...input].length;
  if (format !== 'wav' && format !== 'pcm') return { characters };
  return { characters, audioOutputMs: Math.round((pieceCount(input) * PIECE_BYTES) / PCM_BYTES_PER_MS) };
}

/** The bytes of a text as spoken, in pieces; a test asks for the same. */
export function soundOf(input: string, format: string, voice = ''): Buffer[] {
  const random = new SeededRandom(seedOf(`${format}:${voice}${input}`));
  const count = pieceCount(input);
  const pieces = Array.from({ length: count }, () =>
    Buffer.from(Array.from({ length: PIECE_BYTES }, () => random.integer(0, 255))),
  );
  return format === 'wav' ? [wavHead(count * PIECE_BYTES), ...pieces] : pieces;
}

function pieceCount(input: string): number {
  return input.split(/\s+/).length * PIECES_PER_WORD;
}

/** 24 kHz, 16 bits, one channel. */
export function wavHead(dataBytes: number): Buffer {
  const head = Buffer.alloc(WAV_HEAD_BYTES);
  head.write('RIFF', 0, 'latin1');
  head.writeUInt32LE(dataBytes + 36, 4);
  head.write('WAVEfmt ', 8, 'latin1');
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(24_000, 24);
  head.writeUInt32LE(48_000, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36, 'latin1');
  head.writeUInt32LE(dataBytes, 40);
  return head;
}

function* rawPieces(pieces: readonly Buffer[]): Iterable<Emission> {
  for (const piece of pieces) yield { phase: 'content', text: piece, tokens: 0 };
  yield { phase: 'finish', text: '', tokens: 0 };
}

function* events(pieces: readonly Buffer[], inputTokens: number): Iterable<Emission> {
  for (const piece of pieces) {
    const text = sseEvent({ type: 'speech.audio.delta', audio: piece.toString('base64') });
    yield { phase: 'content', text, tokens: AUDIO_TOKENS_PER_PIECE };
  }
  const outputTokens = pieces.length * AUDIO_TOKENS_PER_PIECE;
  const usage = { input_tokens: inputTokens, output_tokens: outputTokens, total_tokens: inputTokens + outputTokens };
  yield { phase: 'finish', text: sseEvent({ type: 'speech.audio.done', usage }), tokens: 0 };
}
