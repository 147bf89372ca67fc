import { ParameterLosses } from '../parameter-losses';
import { predictionTargetOf } from './prediction-target';

type Body = Record<string, unknown>;

/** What image models commonly take by this name (pages of FLUX's and others' models on replicate.com). */
const RATIOS: ReadonlySet<string> = new Set([
  ...['1:1', '16:9', '21:9', '3:2', '2:3', '4:5', '5:4', '3:4', '4:3', '9:16', '9:21'],
]);
/** OpenAI's, without a meaning here or without a difference to the pictures. */
const HINTS: ReadonlySet<string> = new Set(['user', 'moderation']);
const OPENAI_ONLY: ReadonlySet<string> = new Set(['quality', 'style', 'background', 'output_compression', 'stream']);

/**
 * Body of `POST /v1/images/generations` → body of a prediction. Fields that OpenAI does not have are the model's own.
 * @throws GatewayException `unsupported_parameter` for what models have no word for, unless it may be dropped
 */
export function encodePredictedImages(
  { model: _model, prompt, n, size, response_format: format, ...more }: Readonly<Body>,
  { model, dropParams }: { readonly model: string; readonly dropParams: boolean },
): Body {
  const losses = new ParameterLosses(dropParams);
  if (format === 'b64_json') losses.report('response_format', 'Replicate gives addresses of pictures.');
  const ratio = typeof size === 'string' && size !== 'auto' ? ratioOf(size) : null;
  const isKnown = ratio !== null && RATIOS.has(ratio);
  if (ratio !== null && !isKnown) losses.report('size', 'Replicate’s image models have no such shape.');
  const own: Body = {};
  for (const [name, value] of Object.entries(more)) {
    if (value === undefined || value === null || value === false || HINTS.has(name)) continue;
    if (OPENAI_ONLY.has(name)) losses.report(name, 'has no counterpart in a prediction of Replicate’s.');
    else own[name] = value;
  }
  const { version } = predictionTargetOf(model);
  const input = {
    ...own,
    prompt,
    ...(typeof n === 'number' && n > 1 && { num_outputs: n }),
    ...(isKnown && { aspect_ratio: ratio }),
  };
  return { ...(version !== undefined && { version }), input };
}

/** `1536x1024` → `3:2`. */
function ratioOf(size: string): string | null {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(size) ?? [];
  const [w, h] = [Number(width), Number(height)];
  if (!(w > 0 && h > 0)) return size;
  const divisor = greatestDivisor(w, h);
  return `${w / divisor}:${h / divisor}`;
}

function greatestDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestDivisor(other, one % other);
}
