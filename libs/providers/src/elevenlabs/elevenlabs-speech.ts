import { GatewayException, isRecord } from '@gateway/domain';
import { applyBodyQuirks, classifyFailure, joinEndpoint, type OperationAdapter } from '@gateway/provider-kit';
import { speechAnswer } from '@gateway/wire-formats';
import { MediaAnswerReader } from '../operations/media-answer-reader';
import { completeJsonBody } from '../operations/prepare-json-body';
import { elevenlabsHeaders } from './elevenlabs-headers';

/** OpenAI's name → the nearest of ElevenLabs'; its own names (`mp3_22050_32`) pass as they are. */
const FORMATS: Readonly<Record<string, string>> = { mp3: 'mp3_44100_128', pcm: 'pcm_24000', opus: 'opus_48000_64' };
const UNSUPPORTED = ['instructions', 'stream_format'];

/**
 * `POST /v1/text-to-speech/{voice}/stream`: the voice is an id of ElevenLabs'. Fields of its own (`voice_settings`, `seed`,
 * `language_code`) pass through.
 */
export const ELEVENLABS_SPEECH: OperationAdapter = {
  prepare(target, input) {
    const asked = completeJsonBody(input);
    if (asked.stream_format === 'audio') delete asked.stream_format;
    applyBodyQuirks(asked, { rename: {}, unsupported: UNSUPPORTED }, input.deployment.dropParams ?? false);
    const { model: _model, input: text, voice, response_format: format, speed, ...others } = asked;
    const output = formatOf(format);
    const { origin, path } = joinEndpoint(
      target.baseUrl,
      `/v1/text-to-speech/${encodeURIComponent(idOf(voice))}/stream`,
    );
    const settings = isRecord(others.voice_settings) ? others.voice_settings : {};
    const body = {
      ...others,
      text,
      model_id: input.providerModel,
      ...(typeof speed === 'number' && { voice_settings: { ...settings, speed } }),
    };
    return {
      call: {
        origin,
        path: `${path}${path.includes('?') ? '&' : '?'}output_format=${encodeURIComponent(output)}`,
        method: 'POST',
        headers: elevenlabsHeaders(target, { contentType: 'application/json', accept: '*/*' }),
        body: Buffer.from(JSON.stringify(body), 'utf8'),
      },
      reader: new MediaAnswerReader(
        speechAnswer({ input: String(text), format: output === FORMATS.pcm ? 'pcm' : output }),
      ),
    };
  },

  classifyError: (head, body) => classifyFailure(head, body, 'openai-chat'),
};

function formatOf(format: unknown): string {
  const name = typeof format === 'string' ? format : 'mp3';
  const known = FORMATS[name] ?? (name.includes('_') ? name : undefined);
  if (known !== undefined) return known;
  const names = Object.keys(FORMATS).join(', ');
  throw new GatewayException({
    code: 'unsupported_parameter',
    message: `response_format: ElevenLabs makes ${names} and its own formats, not ${name.slice(0, 40)}.`,
    param: 'response_format',
  });
}

function idOf(voice: unknown): string {
  return isRecord(voice) ? String(voice.id) : String(voice);
}
