import { joinEndpoint, mergeHeaders, type ProviderCall, type ProviderTarget } from '@gateway/provider-kit';
import { predictionTargetOf } from '@gateway/wire-formats';
import { CALL_HEADERS } from '../call-headers';
import { followPrediction } from './follow-prediction';

/** How long the first answer may wait for the work: short, because one who leaves meanwhile cannot cancel it yet. */
const PREFER = { prefer: 'wait=10' };

export interface PredictionCall {
  readonly providerModel: string;
  readonly body: Uint8Array;
  readonly stream: boolean;
}

/** `POST {base}/models/{owner}/{name}/predictions` or another place to begin one, and everything up to its end. */
export function replicateCall(target: ProviderTarget, { providerModel, body, stream }: PredictionCall): ProviderCall {
  const key: Record<string, string> = target.apiKey === null ? {} : { authorization: `Bearer ${target.apiKey}` };
  const headers = mergeHeaders(
    CALL_HEADERS[stream ? 'stream' : 'whole'],
    stream ? {} : PREFER,
    key,
    target.extraHeaders,
  );
  const endpoint = joinEndpoint(target.baseUrl, predictionTargetOf(providerModel).path);
  const { 'content-type': _type, prefer: _prefer, ...asking } = headers;
  return {
    ...endpoint,
    method: 'POST',
    headers,
    body,
    continuation: followPrediction({
      baseUrl: target.baseUrl,
      headers: { ...asking, accept: 'application/json' },
      stream,
    }),
  };
}
