import { isRecord } from '@gateway/domain';
import { classifyFailure, joinEndpoint, type OperationAdapter } from '@gateway/provider-kit';
import { MalformedResponse, type TimedText, type Transcript, type WrittenPart } from '@gateway/wire-formats';
import { encodeForm } from '../operations/encode-form';
import { readTranscriptRequest, transcriptReader } from '../operations/transcript-request';
import { elevenlabsHeaders } from './elevenlabs-headers';

const UNSUPPORTED = ['prompt', 'include', 'chunking_strategy'];
/** A subtitle ends with a sentence, or after so many seconds. */
const LONGEST_SEGMENT_S = 7;

/** `POST /v1/speech-to-text`, a form too. Fields of ElevenLabs' own (`diarize`, `num_speakers`) pass through. */
export const ELEVENLABS_TRANSCRIPTIONS: OperationAdapter = {
  prepare(target, input) {
    const request = readTranscriptRequest(input, UNSUPPORTED);
    const { origin, path } = joinEndpoint(target.baseUrl, '/v1/speech-to-text');
    const { body, contentType } = encodeForm([
      field('model_id', input.providerModel),
      ...(request.language === undefined ? [] : [field('language_code', request.language)]),
      ...Object.entries(request.others).flatMap(([name, value]) =>
        (typeof value === 'string' ? [value] : value).map((one) => field(name, one)),
      ),
      { ...request.file, name: 'file' },
    ]);
    return {
      call: {
        origin,
        path,
        method: 'POST',
        headers: elevenlabsHeaders(target, { contentType, accept: 'application/json' }),
        body,
      },
      reader: transcriptReader(request, decode),
    };
  },

  classifyError: (head, body) => classifyFailure(head, body, 'openai-chat'),
};

function field(name: string, text: string): WrittenPart {
  return { name, content: Buffer.from(text, 'utf8') };
}

/** Where it does not say how long the recording is, nobody does: the end of the last word is not the end of the sound. */
function decode(document: unknown): Transcript {
  if (!isRecord(document) || typeof document.text !== 'string')
    throw new MalformedResponse('ElevenLabs answered with something that has no text');
  const items = Array.isArray(document.words) ? document.words.filter(isRecord) : [];
  const words = items.flatMap(({ type, text, start, end }): TimedText[] =>
    type !== 'spacing' && typeof text === 'string' && typeof start === 'number' && typeof end === 'number'
      ? [{ start, end, text }]
      : [],
  );
  const { language_code: language, audio_duration_secs: durationS } = document;
  return {
    text: document.text,
    ...(typeof language === 'string' && { language }),
    ...(typeof durationS === 'number' && { durationS }),
    segments: segmentsOf(words),
    words,
  };
}

function segmentsOf(words: readonly TimedText[]): TimedText[] {
  const segments: TimedText[] = [];
  let open: TimedText | null = null;
  for (const word of words) {
    open = open === null ? word : { start: open.start, end: word.end, text: `${open.text} ${word.text}` };
    if (!/[.!?…。]$/.test(word.text) && open.end - open.start < LONGEST_SEGMENT_S) continue;
    segments.push(open);
    open = null;
  }
  return open === null ? segments : [...segments, open];
}
