import { asBuffer } from '../json-bytes/as-buffer';
import { visitTopLevelMembers } from '../json-bytes/visit-top-level-members';
import { type BodyEdit, spliceBody } from './splice-body';

export interface TakenMembers {
  /** The body without them; the same where it has none. */
  readonly body: Uint8Array;
  /** Their values by name. */
  readonly taken: Readonly<Record<string, unknown>>;
}

interface Member {
  readonly isTaken: boolean;
  readonly start: number;
  readonly end: number;
}

/** Takes members out of the outermost object; every other byte stays as it is. The bytes must be JSON. */
export function takeMembers(body: Uint8Array, names: ReadonlySet<string>): TakenMembers {
  const json = asBuffer(body);
  const members: Member[] = [];
  const taken: Record<string, unknown> = {};
  visitTopLevelMembers(json, (name, [valueStart, end], start) => {
    const isTaken = names.has(name);
    members.push({ isTaken, start, end });
    if (isTaken) taken[name] = JSON.parse(json.toString('utf8', valueStart, end));
  });
  const edits = removalsOf(members);
  return { body: edits.length === 0 ? body : spliceBody(body, edits), taken };
}

/** Each goes with the comma behind it; those at the end, which have none, with the one before them. */
function removalsOf(members: readonly Member[]): BodyEdit[] {
  const lastKept = members.findLastIndex(({ isTaken }) => !isTaken);
  const edits: BodyEdit[] = [];
  members.forEach(({ isTaken, start }, index) => {
    const next = members[index + 1];
    if (isTaken && index < lastKept && next) edits.push({ start, end: next.start, text: '' });
  });
  const firstOfTail = members[lastKept + 1];
  const tailEnd = members.at(-1)?.end;
  if (firstOfTail !== undefined && tailEnd !== undefined) {
    edits.push({ start: members[lastKept]?.end ?? firstOfTail.start, end: tailEnd, text: '' });
  }
  return edits;
}
