import type { Refusal, SignInAnswer, SignInRequest, VendorResource, VendorWire } from '../server/vendor-wire';
import { Predictions } from './predictions';
import { readPrediction } from './read-prediction';
import { replicateErrorDocument, replicateRefusal } from './replicate-refusals';
import { streamPrediction } from './stream-prediction';

const BEGIN = /^\/v1\/(?:models|deployments)\/(.+)\/predictions$/;
const ONE = /^\/v1\/predictions\/([\w-]+)(\/cancel)?$/;
const STREAM = /^\/v1\/streams\/([\w-]+)$/;

/** One per emulator, for the work that was begun there. */
export function createReplicateWire(): VendorWire {
  const predictions = new Predictions();
  let origin = '';
  let waits = false;
  return {
    defaultModels: ['meta/mock-llama', 'black-forest-labs/mock-flux'],
    resource: (method, path) => findResource(method, path),
    refuseCaller: (headers, { method }) => {
      origin = `http://${headers.host}`;
      waits = headers.prefer?.startsWith('wait') ?? false;
      // Streams have addresses that nobody can guess, and want no key.
      return method === 'GET' ? null : refuseCaller(headers);
    },
    readChat: () => ({ refusal: replicateRefusal(404) }),
    readTokenCount: () => ({ refusal: replicateRefusal(404) }),
    modelList: (models) => ({ next: null, previous: null, results: models.map((name) => ({ name })) }),
    modelDocument: (id) => ({ name: id }),
    refusalForStatus: replicateRefusal,
    errorDocument: replicateErrorDocument,
    responseHeaders: (requestId) => ({ 'x-request-id': requestId, 'ratelimit-remaining': '599' }),
    answerSignIn: (request) => answerQuestion(request, predictions),
  };

  function findResource(method: string, path: string): VendorResource | null {
    if (method === 'GET') {
      const prediction = predictions.find(STREAM.exec(path)?.[1] ?? '');
      return prediction ? { type: 'chat', body: {}, read: () => ({ value: streamPrediction(prediction) }) } : null;
    }
    const model = path === '/v1/predictions' ? 'by-version' : BEGIN.exec(path)?.[1];
    if (method !== 'POST' || model === undefined) return null;
    const name = decodeURIComponent(model);
    return { type: 'chat', read: (body) => readPrediction(body, name, { predictions, origin, waits }) };
  }
}

/** What is asked of work that was begun, and is no call of a model. */
function answerQuestion({ method, path }: SignInRequest, predictions: Predictions): SignInAnswer | null {
  const [, id, cancel] = ONE.exec(path) ?? [];
  if (id === undefined || (method === 'GET') === (cancel !== undefined)) return null;
  const document = cancel === undefined ? predictions.ask(id) : predictions.cancel(id);
  return document === null
    ? { status: 404, document: replicateErrorDocument(replicateRefusal(404)) }
    : { status: 200, document };
}

function refuseCaller(headers: Readonly<Record<string, string>>): Refusal | null {
  const [scheme, key] = (headers.authorization ?? '').split(' ', 2);
  return scheme === 'Bearer' && key && key !== 'invalid-key' ? null : replicateRefusal(401);
}
