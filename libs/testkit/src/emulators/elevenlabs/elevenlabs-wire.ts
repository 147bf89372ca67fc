import { openAiWire } from '../openai/openai-wire';
import type { VendorResource, VendorWire } from '../server/vendor-wire';
import { elevenlabsErrorDocument, elevenlabsRefusal, refuseElevenlabsCaller } from './elevenlabs-refusals';
import { readSpeechToText } from './speech-to-text';
import { readTextToSpeech } from './text-to-speech';

export const elevenlabsWire: VendorWire = {
  ...openAiWire,
  defaultModels: ['eleven_multilingual_v2', 'scribe_v1'],
  resource: (method, path, query) => (method === 'POST' ? resourceAt(path, query) : null),
  missingModelCode: 'model_not_found',
  refuseCaller: refuseElevenlabsCaller,
  refusalForStatus: elevenlabsRefusal,
  errorDocument: elevenlabsErrorDocument,
  responseHeaders: (requestId) => ({ 'request-id': requestId }),
};

function resourceAt(path: string, query: URLSearchParams): VendorResource | null {
  if (path === '/v1/speech-to-text') return { type: 'chat', read: readSpeechToText };
  const voice = /^\/v1\/text-to-speech\/([^/]+)(?:\/stream)?$/.exec(path)?.[1];
  if (voice === undefined) return null;
  const asked = { voice: decodeURIComponent(voice), format: query.get('output_format') ?? 'mp3_44100_128' };
  return { type: 'chat', read: (body, isStrict) => readTextToSpeech(body, asked, isStrict) };
}
