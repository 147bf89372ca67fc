import { type BodyEdit, spliceBody } from '../body-spans/splice-body';
import { type ByteSpan, visitTopLevelMembers } from '../json-bytes/visit-top-level-members';

/**
 * Writes the name the client asked for over the version that answered, as every wire does; all other bytes stay.
 * @param json bytes that `JSON.parse` accepts between the ends of `within`
 */
export function spliceModelVersion(json: Buffer, [start, end]: ByteSpan, model: string): Buffer {
  const edits: BodyEdit[] = [];
  visitTopLevelMembers(json.subarray(start, end), (key, [from, to]) => {
    if (key === 'modelVersion') edits.push({ start: start + from, end: start + to, text: JSON.stringify(model) });
  });
  return edits.length === 0 ? json : spliceBody(json, edits);
}
