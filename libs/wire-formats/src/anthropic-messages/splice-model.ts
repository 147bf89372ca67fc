import { type BodyEdit, spliceBody } from '../body-spans/splice-body';
import { type ByteSpan, visitTopLevelMembers } from '../json-bytes/visit-top-level-members';

/**
 * Writes `model` over the string the object in `within` has under that name, and leaves every other byte as it is.
 * @param json bytes that `JSON.parse` accepts between the ends of `within`
 */
export function spliceModel(json: Buffer, within: ByteSpan, model: string): Buffer {
  const text = JSON.stringify(model);
  const edits: BodyEdit[] = membersNamed(json, within, 'model').map(([start, end]) => ({ start, end, text }));
  return edits.length === 0 ? json : spliceBody(json, edits);
}

/** Spans of the values under `name`, counted in `json`; more than one where a careless writer repeats a key. */
export function membersNamed(json: Buffer, within: ByteSpan, name: string): ByteSpan[] {
  const [start, end] = within;
  const spans: ByteSpan[] = [];
  visitTopLevelMembers(json.subarray(start, end), (key, value) => {
    if (key === name) spans.push([start + value[0], start + value[1]]);
  });
  return spans;
}
