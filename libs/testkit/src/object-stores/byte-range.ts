/** First and last byte, both counted. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** Of `bytes=2-5`, `bytes=2-` and `bytes=-5`; null when none is asked for, `unsatisfiable` when there are no such bytes. */
export function readByteRange(header: string | undefined, size: number): ByteRange | null | 'unsatisfiable' {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return null;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return from > to ? 'unsatisfiable' : { from, to };
}
