import { isRecord } from '@gateway/domain';
import { type BodyEdit, spliceBody } from '@gateway/wire-formats';

/** Where in the body the values to replace are; `[start, end)` in bytes. A `BodySpans` of the envelope fits. */
export interface SpliceSpans {
  readonly model: readonly [number, number];
  readonly streamOptions?: readonly [number, number];
}

const OPENING_BRACE = 0x7b;

/** Puts the provider's model name into the body without parsing it; every other byte stays as the client sent it. */
export function spliceModel(body: Uint8Array, spans: SpliceSpans, model: string): Uint8Array {
  // Nothing is there where the path says it.
  if (spans.model[0] === spans.model[1]) return body;
  return spliceBody(body, [modelEdit(spans, model)]);
}

/** As `spliceModel`, and makes an OpenAI stream report its usage: the ledger needs it whether the client asked or not. */
export function spliceModelAndUsage(body: Uint8Array, spans: SpliceSpans, model: string): Uint8Array {
  const usage = usageEdit(body, spans);
  return spliceBody(body, usage ? [modelEdit(spans, model), usage] : [modelEdit(spans, model)]);
}

/** The client's `stream_options` with the usage chunk asked for; anything but an object counts as absent. */
export function withUsage(options: unknown): Record<string, unknown> {
  const given = isRecord(options) ? options : {};
  return { ...given, include_usage: true };
}

export function modelEdit(spans: SpliceSpans, model: string): BodyEdit {
  return { start: spans.model[0], end: spans.model[1], text: JSON.stringify(model) };
}

function usageEdit(body: Uint8Array, spans: SpliceSpans): BodyEdit | null {
  if (!spans.streamOptions) {
    // Before the client's first field, which is there: the body has a model.
    const inside = body.indexOf(OPENING_BRACE) + 1;
    return { start: inside, end: inside, text: '"stream_options":{"include_usage":true},' };
  }
  const [start, end] = spans.streamOptions;
  const options: unknown = JSON.parse(textOf(body, start, end));
  const wanted = withUsage(options);
  const isThere =
    typeof options === 'object' && options !== null && 'include_usage' in options && options.include_usage === true;
  return isThere ? null : { start, end, text: JSON.stringify(wanted) };
}

function textOf(body: Uint8Array, start: number, end: number): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8', start, end);
}
