import * as fc from 'fast-check';
import { formatTraceparent, newSpanId, newTraceId, parseTraceparent } from './traceparent';

const hex = (length: number) =>
  fc
    .string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
    .filter((text) => /[1-9a-f]/.test(text));
const parent = fc.record({ traceId: hex(32), spanId: hex(16), sampled: fc.boolean() });

describe('parseTraceparent', () => {
  it('N1 reads back what formatTraceparent wrote', () => {
    fc.assert(fc.property(parent, (value) => expect(parseTraceparent(formatTraceparent(value))).toEqual(value)));
  });

  it('N1 takes nothing that is not a valid header, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ minLength: 55, maxLength: 600 })), (text) => {
        expect(parseTraceparent(text)).toBeNull();
      }),
    );
  });

  it('N1 refuses a valid header with any one character made wrong', () => {
    fc.assert(
      fc.property(
        parent,
        fc.nat({ max: 54 }),
        fc.constantFrom('G', 'Z', ' ', '\u0000', 'é'),
        (value, position, wrong) => {
          const header = formatTraceparent(value);
          expect(parseTraceparent(header.slice(0, position) + wrong + header.slice(position + 1))).toBeNull();
        },
      ),
    );
  });

  const ids = `${'a'.repeat(32)}-${'b'.repeat(16)}`;
  it.each([
    ['absent', undefined],
    ['version ff', `ff-${ids}-01`],
    ['zero trace id', `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`],
    ['zero span id', `00-${'a'.repeat(32)}-${'0'.repeat(16)}-01`],
    ['capital letters', `00-${ids}-01`.toUpperCase()],
    ['version 00 with a fifth part', `00-${ids}-01-x`],
    ['endless', `01-${ids}-01-${'x'.repeat(1_000)}`],
  ])('refuses %s', (_name, header) => {
    expect(parseTraceparent(header)).toBeNull();
  });

  it('reads a later version by its first four parts, and only the sampled bit of the flags', () => {
    expect(parseTraceparent(`01-${ids}-03-more`)).toEqual({
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      sampled: true,
    });
    expect(parseTraceparent(`00-${ids}-02`)?.sampled).toBe(false);
  });

  it('makes ids that are valid and distinct', () => {
    const traceIds = new Set(Array.from({ length: 2_000 }, newTraceId));
    const spanIds = new Set(Array.from({ length: 2_000 }, newSpanId));
    expect([traceIds.size, spanIds.size]).toEqual([2_000, 2_000]);
    for (const id of traceIds) expect(id).toMatch(/^[0-9a-f]{32}$/);
    for (const id of spanIds) expect(id).toMatch(/^[0-9a-f]{16}$/);
  });
});
