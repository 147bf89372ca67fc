/** Longer names are not compared: the distance costs length × length, and callers pass what clients sent. */
const LONGEST_COMPARED = 128;

/**
 * The candidate a person most likely meant by `name`, or null when none is near: at most one edit per three characters
 * (and never more than three), where an edit is an inserted, lost, changed or swapped character. Case is ignored; of
 * equally near candidates the first one wins.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | null {
  if (name.length > LONGEST_COMPARED) return null;
  const wanted = name.toLowerCase();
  let limit = Math.min(3, Math.max(1, Math.floor(name.length / 3)));
  let nearest: string | null = null;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase(), limit);
    if (distance > limit) continue;
    nearest = candidate;
    if (distance === 0) break;
    limit = distance - 1;
  }
  return nearest;
}

/** Edits between two texts (optimal string alignment), or any number above `limit` as soon as that is certain. */
function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let best = Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + (same ? 0 : 1));
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (row > 1 && column > 1 && swapped) best = Math.min(best, beforePrevious[column - 2]! + 1);
      current.push(best);
    }
    if (Math.min(...current) > limit && Math.min(...previous) > limit) return limit + 1;
    beforePrevious = previous;
    previous = current;
  }
  return previous[right.length]!;
}
