import { openAiWire } from '../openai/openai-wire';
import type { ChatResource, VendorWire } from '../server/vendor-wire';
import { deepgramErrorDocument, deepgramRefusal, refuseDeepgramCaller } from './deepgram-refusals';
import { readListen } from './listen';
import { readSpeak } from './speak';

const READERS = { '/v1/listen': readListen, '/v1/speak': readSpeak } as const;

export const deepgramWire: VendorWire = {
  ...openAiWire,
  defaultModels: ['nova-3', 'aura-2-thalia-en'],
  resource: (method, path, query) => (method === 'POST' ? resourceAt(path, query) : null),
  refuseCaller: refuseDeepgramCaller,
  refusalForStatus: deepgramRefusal,
  errorDocument: deepgramErrorDocument,
  responseHeaders: (requestId) => ({ 'dg-request-id': requestId }),
};

/** The model is in the query, like everything else but the sound or the text. */
function resourceAt(path: string, query: URLSearchParams): ChatResource | null {
  const read = Object.hasOwn(READERS, path) ? READERS[path as keyof typeof READERS] : undefined;
  if (read === undefined) return null;
  const target = { model: query.get('model') ?? '', stream: false };
  return { type: 'chat', target, read: (body, isStrict) => read(body, query, isStrict) };
}
