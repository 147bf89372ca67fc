import { GatewayException, NO_USAGE } from '@gateway/domain';
import { applyBodyQuirks, type JsonBody, type OperationInput } from '@gateway/provider-kit';
import { parseAnswer, type Transcript, type WrittenPart, writeTranscript } from '@gateway/wire-formats';
import { estimateSoundMs } from './estimate-sound-ms';
import { readForm, textFields } from './read-form';
import { WholeAnswerReader } from './whole-answer-reader';

/** A client's transcription call for a provider that has a wire of its own for it. */
export interface TranscriptRequest {
  readonly file: WrittenPart;
  /** One of OpenAI's names. */
  readonly format: string;
  readonly language?: string;
  /** What else the client or the configuration says, texts and lists of texts: fields of the provider's own. */
  readonly others: Readonly<Record<string, string | readonly string[]>>;
}

/** Fields that are read here, or say how the answer is to be written. */
const READ: ReadonlySet<string> = new Set([
  'model',
  'file',
  'response_format',
  'language',
  'timestamp_granularities',
  'stream',
]);

/** @throws GatewayException naming what these providers cannot do, unless `drop_params` has it left out. */
export function readTranscriptRequest(input: OperationInput, unsupported: readonly string[]): TranscriptRequest {
  const form = readForm(input);
  const file = form.file('file');
  if (!file) throw refused('file', 'file: must be a file, which has a filename in a form.');
  const format = form.text('response_format') ?? 'json';
  if (format === 'diarized_json') throw refused('response_format', 'This provider does not write `diarized_json`.');
  if (input.stream) throw refused('stream', 'This provider does not stream what it hears. Leave `stream` out.');
  const language = form.text('language');
  const others: JsonBody = Object.fromEntries(
    Object.entries(textFields(form.parts)).filter(([name]) => !READ.has(name)),
  );
  applyBodyQuirks(others, { rename: {}, unsupported }, input.deployment.dropParams ?? false);
  return {
    file,
    format,
    ...(language !== undefined && { language }),
    others: others as TranscriptRequest['others'],
  };
}

/** Reads the whole answer, and writes it as the client asked. Its length is the provider's word, else our estimate. */
export function transcriptReader(
  { file, format }: TranscriptRequest,
  decode: (document: unknown) => Transcript,
): WholeAnswerReader {
  return new WholeAnswerReader((body) => {
    const transcript = decode(parseAnswer(body.toString('utf8')));
    const { durationS } = transcript;
    const audioInputMs = durationS === undefined ? estimateSoundMs(file.content) : Math.round(durationS * 1_000);
    return {
      ...writeTranscript(transcript, format),
      usage: { ...NO_USAGE, units: { audioInputMs }, estimated: durationS === undefined },
    };
  });
}

function refused(param: string, message: string): GatewayException {
  return new GatewayException({ code: 'unsupported_parameter', message, param });
}
