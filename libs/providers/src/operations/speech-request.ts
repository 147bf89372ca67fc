import { GatewayException, isRecord } from '@gateway/domain';
import { applyBodyQuirks, type JsonBody, type OperationInput } from '@gateway/provider-kit';
import { completeJsonBody } from './prepare-json-body';

/** A client's speech call for a provider that has a wire of its own for it. */
export interface SpeechRequest {
  readonly text: string;
  /** A name or an id, as the client wrote it. */
  readonly voice: string;
  /** One of OpenAI's names, or of the provider's own. */
  readonly format: string;
  readonly speed?: number;
  /** What else the client or the configuration says: fields of the provider's own. */
  readonly others: JsonBody;
}

/** OpenAI's where nothing is said. */
const DEFAULT_FORMAT = 'mp3';
/** No provider but OpenAI has sound in events, or takes instructions apart from the text. */
const UNSUPPORTED = ['instructions', 'stream_format'];

/** @throws GatewayException naming what these providers cannot do, unless `drop_params` has it left out. */
export function readSpeechRequest(input: OperationInput, unsupported: readonly string[] = []): SpeechRequest {
  const asked = completeJsonBody(input);
  if (asked.stream_format === 'audio') delete asked.stream_format;
  applyBodyQuirks(
    asked,
    { rename: {}, unsupported: [...UNSUPPORTED, ...unsupported] },
    input.deployment.dropParams ?? false,
  );
  const { model: _model, input: text, voice, response_format: format, speed, ...others } = asked;
  return {
    text: String(text),
    voice: isRecord(voice) ? String(voice.id) : String(voice),
    format: typeof format === 'string' ? format : DEFAULT_FORMAT,
    ...(typeof speed === 'number' && { speed }),
    others,
  };
}

/** @throws GatewayException for a format that the provider does not make. */
export function refusedFormat(provider: string, made: readonly string[], format: string): GatewayException {
  return new GatewayException({
    code: 'unsupported_parameter',
    message: `response_format: ${provider} makes ${made.join(', ')}, not ${format.slice(0, 40)}.`,
    param: 'response_format',
  });
}
