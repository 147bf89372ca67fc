import { MalformedResponse } from '../malformed-response';
import { outputOf, predictionOf } from './prediction';

const DATA_URL = /^data:image\/[a-z.+-]+;base64,(.+)$/is;

/**
 * A prediction that is over → the answer of `images/generations`: addresses, or the pictures themselves where a model
 * gives those.
 * @throws MalformedResponse when it made no pictures; ProviderStreamError when it failed
 */
export function decodePredictedImages(body: unknown): { readonly created: number; readonly data: readonly object[] } {
  const prediction = predictionOf(body);
  const output = outputOf(prediction);
  const made: readonly unknown[] = Array.isArray(output) ? output : [output];
  if (made.length === 0 || !made.every((one) => typeof one === 'string'))
    throw new MalformedResponse('the model answered with something that is no picture');
  const createdUnixMs = Date.parse(String(prediction.created_at));
  return {
    created: Number.isFinite(createdUnixMs) ? Math.floor(createdUnixMs / 1000) : 0,
    data: made.map((one) => {
      const [, base64] = DATA_URL.exec(one) ?? [];
      return base64 === undefined ? { url: one } : { b64_json: base64 };
    }),
  };
}
