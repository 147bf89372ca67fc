import type { Operation } from '@gateway/domain';
import {
  type BodyQuirks,
  classifyFailure,
  type JsonBody,
  type OperationAdapter,
  type OperationInput,
  type ProviderCall,
  type ProviderTarget,
} from '@gateway/provider-kit';
import { imagesAnswer, type MediaAnswer, speechAnswer, transcriptAnswer } from '@gateway/wire-formats';
import { encodeForm } from './encode-form';
import { estimateSoundMs } from './estimate-sound-ms';
import { MediaAnswerReader } from './media-answer-reader';
import { completeJsonBody, prepareJsonBody } from './prepare-json-body';
import { type ReadForm, readForm } from './read-form';

/** A call below a provider's base URL, as OpenAI's wire has it. */
export interface MediaCall {
  readonly path: string;
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly accept: string;
}

/** Where a provider that speaks OpenAI's media wire is called, and with which headers. */
export interface MediaCaller {
  readonly quirks?: BodyQuirks;
  /** What else is different in a JSON body; only with `quirks`. */
  rewrite?(body: JsonBody): void;
  buildCall(target: ProviderTarget, input: OperationInput, call: MediaCall): ProviderCall;
}

export const MEDIA_OPERATIONS = [
  'image-generations',
  'image-edits',
  'speech',
  'transcriptions',
  'translations',
] as const satisfies readonly Operation[];
export type MediaOperation = (typeof MEDIA_OPERATIONS)[number];

/** The adapter of one media operation for a provider that speaks OpenAI's wire for it. */
export function createOpenAiMedia(operation: MediaOperation, caller: MediaCaller): OperationAdapter {
  const prepare = PREPARE[operation];
  return {
    prepare(target, input) {
      const { answer, ...call } = prepare(input, caller);
      const accept = input.stream
        ? 'text/event-stream'
        : operation === 'image-generations'
          ? 'application/json'
          : '*/*';
      return { call: caller.buildCall(target, input, { ...call, accept }), reader: new MediaAnswerReader(answer) };
    },

    classifyError: (head, body) => classifyFailure(head, body, 'openai-chat'),
  };
}

type Prepared = Omit<MediaCall, 'accept'> & { readonly answer: MediaAnswer };

const JSON_TYPE = 'application/json';
const DEFAULT_SPEECH_FORMAT = 'mp3';

const PREPARE: Readonly<Record<MediaOperation, (input: OperationInput, caller: MediaCaller) => Prepared>> = {
  'image-generations': (input, { quirks = null, rewrite }) => {
    const { n, size } = completeJsonBody(input);
    return {
      path: '/images/generations',
      contentType: JSON_TYPE,
      body: prepareJsonBody(input, quirks, rewrite),
      answer: imagesAnswer({ n: typeof n === 'number' ? n : 1, ...(typeof size === 'string' && { size }) }),
    };
  },
  'image-edits': (input) => {
    const form = readForm(input);
    const size = form.text('size');
    const answer = imagesAnswer({ n: Number(form.text('n') ?? 1), ...(size !== undefined && { size }) });
    return { path: '/images/edits', ...encodeForm(form.parts), answer };
  },
  speech: (input, { quirks = null }) => {
    const { input: text, response_format: format } = completeJsonBody(input);
    return {
      path: '/audio/speech',
      contentType: JSON_TYPE,
      body: prepareJsonBody(input, quirks),
      answer: speechAnswer({
        input: String(text),
        format: typeof format === 'string' ? format : DEFAULT_SPEECH_FORMAT,
      }),
    };
  },
  transcriptions: (input) => prepareTranscript(input, '/audio/transcriptions'),
  translations: (input) => prepareTranscript(input, '/audio/translations'),
};

function prepareTranscript(input: OperationInput, path: string): Prepared {
  const form = readForm(input);
  return { path, ...encodeForm(form.parts), answer: transcriptAnswer({ estimatedMs: soundMs(form) }) };
}

function soundMs(form: ReadForm): number {
  const file = form.file('file');
  return file ? estimateSoundMs(file.content) : 0;
}
