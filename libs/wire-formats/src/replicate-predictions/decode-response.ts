import type { StreamPart } from '@gateway/domain';
import { MalformedResponse } from '../malformed-response';
import { outputOf, predictionOf, startOf, usageOf } from './prediction';

/** A prediction that is over → parts. Its text may be in pieces. Nothing says why the text ended. */
export function decodeResponse(body: unknown): StreamPart[] {
  const prediction = predictionOf(body);
  const text = textOf(outputOf(prediction));
  const usage = usageOf(prediction);
  return [
    startOf(prediction),
    { type: 'text-start', choice: 0, block: 0 },
    { type: 'text-delta', choice: 0, block: 0, text },
    { type: 'text-end', choice: 0, block: 0 },
    { type: 'finish', choice: 0, reason: { unified: 'stop', raw: null } },
    ...(usage === null ? [] : [{ type: 'usage' as const, usage }]),
  ];
}

function textOf(output: unknown): string {
  if (typeof output === 'string') return output;
  if (Array.isArray(output) && output.every((piece) => typeof piece === 'string')) return output.join('');
  throw new MalformedResponse('the model answered with something that is no text');
}
