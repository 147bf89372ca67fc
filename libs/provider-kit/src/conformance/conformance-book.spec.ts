import fc from 'fast-check';
import { bookOf, bookOfTests, differences, readBook, writeBook } from './conformance-book';
import { CONFORMANCE_ENDPOINTS, CONFORMANCE_FEATURES, type ConformanceCell, cellsIn, proves } from './conformance-cell';
import { renderConformance } from './render-conformance';

const cell = fc.record({
  provider: fc.constantFrom('acme', 'acme/claude', 'other_one'),
  endpoint: fc.constantFrom(...CONFORMANCE_ENDPOINTS),
  feature: fc.constantFrom(...(Object.keys(CONFORMANCE_FEATURES) as (keyof typeof CONFORMANCE_FEATURES)[])),
});
const cells = fc
  .uniqueArray(cell, { selector: (one) => JSON.stringify(one) })
  .chain((places) =>
    fc.tuple(
      ...places.map((place) =>
        fc.constantFrom('works' as const, 'refused' as const).map((outcome) => ({ ...place, outcome })),
      ),
    ),
  );

const TOOLS = { provider: 'acme', endpoint: 'openai-chat', feature: 'tools' } as const;
const passed = (...proven: ConformanceCell[]) => ({
  fullName: `B3 ${proves(...proven)} calls tools`,
  status: 'passed',
});
const failed = (...proven: ConformanceCell[]) => ({ ...passed(...proven), status: 'failed' });

describe('B1 what a test proves', () => {
  it('stands in its name, and is read from it', () => {
    fc.assert(fc.property(cells, (some) => expect(cellsIn(`B3 does ${proves(...some)} so [1 · 2]`)).toEqual(some)));
  });

  it('is of closed lists', () => {
    expect(() => cellsIn('[acme · openai-chat · magic · works]')).toThrow('magic');
    expect(() => cellsIn('[acme · telepathy · tools · works]')).toThrow('telepathy');
    expect(() => cellsIn('[acme · openai-chat · tools · perhaps]')).toThrow('perhaps');
  });

  it('is nothing unless it passed, and every other test of the cell did', () => {
    expect(bookOfTests([passed(TOOLS)])).toEqual(bookOf([{ ...TOOLS, outcome: 'works' }]));
    for (const tests of [[failed(TOOLS)], [passed(TOOLS), failed(TOOLS)], [{ ...passed(TOOLS), status: 'pending' }]]) {
      expect(bookOfTests(tests)).toEqual(bookOf([]));
    }
  });

  it('cannot be two things', () => {
    expect(() => bookOfTests([passed(TOOLS), passed({ ...TOOLS, outcome: 'refused' })])).toThrow(
      'acme · openai-chat · tools',
    );
  });
});

describe('B1 the book', () => {
  it('is read as it was written, whatever the order of the tests', () => {
    fc.assert(
      fc.property(cells, (some) => {
        const text = writeBook(bookOf(some));
        expect(readBook(text)).toEqual(bookOf(some));
        expect(writeBook(bookOf([...some].reverse()))).toBe(text);
        expect(differences(readBook(text), bookOf(some))).toEqual([]);
      }),
    );
  });

  it('names each cell that it has too much, too little or wrong', () => {
    const book = (...some: ConformanceCell[]) => bookOf(some.map((one) => ({ outcome: 'works', ...one })));
    const streams = { ...TOOLS, feature: 'streams' } as const;
    expect(differences(book(TOOLS), book(streams))).toEqual([
      'claimed, but no test that passes proves it: acme · openai-chat · tools · works',
      'proven, but not in the tables: acme · openai-chat · streams · works',
    ]);
    expect(differences(book(TOOLS), book({ ...TOOLS, outcome: 'refused' }))).toEqual([
      'claimed as works, but tests prove refused: acme · openai-chat · tools',
    ]);
  });
});

it('B1 the tables show what is proven, and share a column where it is the same', () => {
  const of = (provider: string) => [
    { provider, endpoint: 'openai-chat', feature: 'answers', outcome: 'works' } as const,
    { provider, endpoint: 'openai-chat', feature: 'tools', outcome: 'refused' } as const,
  ];
  const text = renderConformance(
    bookOf([
      ...['a', 'b', 'c', 'd', 'e'].flatMap(of),
      { ...TOOLS, outcome: 'works' },
      { ...TOOLS, endpoint: 'rerank', feature: 'answers', outcome: 'works' },
    ]),
  );
  expect(text).toContain('| `a` | ✓ | · |');
  expect(text).toContain('| `acme` | · | ✓ |');
  expect(text).toContain('| Feature | 5 providers (1) | `acme` |');
  expect(text).toContain('| tools | refused | ✓ |');
  expect(text).toContain('(1) `a`, `b`, `c`, `d`, `e`');
  expect(text).not.toContain('### rerank');
});
