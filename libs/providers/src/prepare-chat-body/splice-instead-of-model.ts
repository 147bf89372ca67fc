import type { BodyMember } from '@gateway/provider-kit';
import { spliceBody } from '@gateway/wire-formats';
import type { SpliceSpans } from './splice-same-wire';

/** What stands between a member's name and its value. */
const BEFORE_VALUE = /"model"[ \t\r\n]*:[ \t\r\n]*$/;
/** More white space than anybody writes there. */
const LONGEST_NAME_BYTES = 64;

/**
 * Puts another member in the place of the body's `model`, without parsing; every other byte stays as the client sent it.
 *
 * @returns null where the name is written with escapes, or the client has that member already
 */
export function spliceInsteadOfModel(body: Uint8Array, spans: SpliceSpans, member: BodyMember): Uint8Array | null {
  const [valueStart, end] = spans.model;
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (bytes.includes(`"${member.name}"`)) return null;
  const before = bytes.toString('latin1', Math.max(0, valueStart - LONGEST_NAME_BYTES), valueStart);
  const name = BEFORE_VALUE.exec(before)?.[0];
  if (name === undefined) return null;
  const text = `${JSON.stringify(member.name)}:${JSON.stringify(member.value)}`;
  return spliceBody(body, [{ start: valueStart - name.length, end, text }]);
}
