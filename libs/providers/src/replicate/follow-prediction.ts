import { isRecord } from '@gateway/domain';
import { type CallContinuation, type CollectedAnswer, joinEndpoint, type ProviderCall } from '@gateway/provider-kit';
import { predictionEvents, predictionNews } from './prediction-events';

export interface FollowedPrediction {
  readonly baseUrl: string;
  /** Of the calls that ask after it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly stream: boolean;
}

const OVER: ReadonlySet<unknown> = new Set(['succeeded', 'failed', 'canceled', 'aborted']);
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

/** From the answer to a prediction's beginning to its end: by its stream, or by asking after it. */
export function followPrediction(followed: FollowedPrediction): CallContinuation {
  const callOf = (method: ProviderCall['method'], path: string): ProviderCall => ({
    ...joinEndpoint(followed.baseUrl, path),
    method,
    headers: followed.headers,
    body: null,
  });
  return {
    next(answer) {
      const prediction = read(answer);
      if (OVER.has(prediction.status) && !followed.stream) return { type: 'answer' };
      if (OVER.has(prediction.status)) {
        return { type: 'answer', contentType: 'text/event-stream', body: predictionEvents(prediction) };
      }
      const ask = callOf('GET', `/predictions/${prediction.id}`);
      const stream = followed.stream ? streamCall(prediction, followed.baseUrl) : null;
      if (stream === null) return { type: 'ask', call: ask, afterMs: pauseMs(answer.number) };
      const append = (last: Buffer) => predictionNews(JSON.parse(last.toString('utf8')));
      return { type: 'stream', call: stream, before: predictionNews(prediction), afterwards: ask, append };
    },

    cancel(first) {
      const prediction = readOrNull(first);
      if (prediction === null || OVER.has(prediction.status)) return null;
      return callOf('POST', `/predictions/${prediction.id}/cancel`);
    },
  };
}

type Prediction = Readonly<Record<string, unknown>> & { readonly id: string };

function read(answer: CollectedAnswer): Prediction {
  const prediction = readOrNull(answer);
  if (prediction === null) throw new Error('something that is no prediction');
  return prediction;
}

function readOrNull({ body }: CollectedAnswer): Prediction | null {
  try {
    const document: unknown = JSON.parse(body.toString('utf8'));
    // It becomes part of a path.
    const isOne = isRecord(document) && typeof document.id === 'string' && /^[\w-]{1,100}$/.test(document.id);
    return isOne ? (document as Prediction) : null;
  } catch {
    return null;
  }
}

/** Streams have hosts of their own, and want no key: none is sent there. Null for models that write none. */
function streamCall({ urls }: Prediction, baseUrl: string): ProviderCall | null {
  const address = isRecord(urls) ? urls.stream : undefined;
  if (typeof address !== 'string' || !URL.canParse(address)) return null;
  const { protocol, origin, pathname, search } = new URL(address);
  if (protocol !== 'https:' && origin !== new URL(baseUrl).origin) return null;
  const headers = { accept: 'text/event-stream', 'cache-control': 'no-store', 'user-agent': 'llm-gateway' };
  return { origin, path: pathname + search, method: 'GET', headers, body: null };
}

function pauseMs(number: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** number, LONGEST_PAUSE_MS);
}
