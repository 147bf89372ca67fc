import { isRecord } from '@gateway/domain';
import { classifyFailure, type OperationAdapter } from '@gateway/provider-kit';
import { MalformedResponse, type TimedText, type Transcript } from '@gateway/wire-formats';
import { readTranscriptRequest, transcriptReader } from '../operations/transcript-request';
import { addSettings, deepgramCall } from './deepgram-call';

/** No words for these in Deepgram's API; and a callback would have the transcript sent to somebody else. */
const UNSUPPORTED = ['prompt', 'temperature', 'include', 'chunking_strategy', 'callback'];
/** Formats that show when something was said. */
const TIMED: ReadonlySet<string> = new Set(['verbose_json', 'srt', 'vtt']);

/** `POST /listen`: the file is the body, everything else stands in the query. Fields of Deepgram's own pass through. */
export const DEEPGRAM_TRANSCRIPTIONS: OperationAdapter = {
  prepare(target, input) {
    const request = readTranscriptRequest(input, UNSUPPORTED);
    const query = new URLSearchParams({ model: input.providerModel, smart_format: 'true' });
    if (request.language === undefined) query.set('detect_language', 'true');
    else query.set('language', request.language);
    if (TIMED.has(request.format)) query.set('utterances', 'true');
    addSettings(query, request.others);
    const { contentType = 'application/octet-stream', content } = request.file;
    return {
      call: deepgramCall(target, { path: '/listen', query, contentType, accept: 'application/json', body: content }),
      reader: transcriptReader(request, decode),
    };
  },

  classifyError: (head, body) => classifyFailure(head, body, 'openai-chat'),
};

function decode(document: unknown): Transcript {
  const { metadata, results } = fields(document);
  const [channel] = list(fields(results).channels);
  const [best] = list(fields(channel).alternatives);
  const { transcript, words } = fields(best);
  if (typeof transcript !== 'string') throw new MalformedResponse('Deepgram answered with something that has no text');
  const { duration } = fields(metadata);
  const { detected_language: language } = fields(channel);
  return {
    text: transcript,
    ...(typeof language === 'string' && { language }),
    ...(typeof duration === 'number' && { durationS: duration }),
    segments: timed(fields(results).utterances, 'transcript'),
    words: timed(words, 'punctuated_word', 'word'),
  };
}

function timed(value: unknown, ...names: readonly string[]): TimedText[] {
  return list(value).flatMap((item): TimedText[] => {
    const one = fields(item);
    const text = names.map((name) => one[name]).find((name) => typeof name === 'string');
    const { start, end } = one;
    return typeof text === 'string' && typeof start === 'number' && typeof end === 'number'
      ? [{ start, end, text }]
      : [];
  });
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
