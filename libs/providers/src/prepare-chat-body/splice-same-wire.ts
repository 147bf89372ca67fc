/** Where in the body the values to replace are; `[start, end)` in bytes. A `BodySpans` of the envelope fits. */
export interface SpliceSpans {
  readonly model: readonly [number, number];
  readonly streamOptions?: readonly [number, number];
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const OPENING_BRACE = 0x7b;

/** Puts the provider's model name into the body without parsing it; every other byte stays as the client sent it. */
export function spliceModel(body: Uint8Array, spans: SpliceSpans, model: string): Uint8Array {
  return applyEdits(body, [modelEdit(spans, model)]);
}

/** As `spliceModel`, and makes an OpenAI stream report its usage: the ledger needs it whether the client asked or not. */
export function spliceModelAndUsage(body: Uint8Array, spans: SpliceSpans, model: string): Uint8Array {
  const usage = usageEdit(body, spans);
  const edits = usage ? [modelEdit(spans, model), usage] : [modelEdit(spans, model)];
  return applyEdits(
    body,
    edits.sort((left, right) => left.start - right.start),
  );
}

/** The client's `stream_options` with the usage chunk asked for; anything but an object counts as absent. */
export function withUsage(options: unknown): Record<string, unknown> {
  const given = typeof options === 'object' && options !== null && !Array.isArray(options) ? options : {};
  return { ...given, include_usage: true };
}

function modelEdit(spans: SpliceSpans, model: string): Edit {
  return { start: spans.model[0], end: spans.model[1], text: JSON.stringify(model) };
}

function usageEdit(body: Uint8Array, spans: SpliceSpans): Edit | null {
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

/** One new buffer, filled in one pass. `edits` are in order and do not overlap. */
function applyEdits(body: Uint8Array, edits: readonly Edit[]): Uint8Array {
  let length = body.length;
  for (const edit of edits) length += Buffer.byteLength(edit.text) - (edit.end - edit.start);
  const result = Buffer.allocUnsafe(length);
  let read = 0;
  let written = 0;
  for (const edit of edits) {
    result.set(body.subarray(read, edit.start), written);
    written += edit.start - read;
    written += result.write(edit.text, written, 'utf8');
    read = edit.end;
  }
  result.set(body.subarray(read), written);
  return result;
}

function textOf(body: Uint8Array, start: number, end: number): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8', start, end);
}
