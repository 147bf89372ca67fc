import type { StoredObject } from '../object-shelf';

/**
 * The status of the generation condition that does not hold: 412 for a match, 304 for a mismatch; null when all hold.
 * Generation 0 is that of an object that is not there.
 */
export function failedCondition(query: URLSearchParams, object: StoredObject | null): 304 | 412 | null {
  const generation = String(object?.generation ?? 0);
  const wanted = query.get('ifGenerationMatch');
  if (wanted !== null && wanted !== generation) return 412;
  return query.get('ifGenerationNotMatch') === generation ? 304 : null;
}
