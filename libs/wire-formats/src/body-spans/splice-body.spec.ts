import fc from 'fast-check';
import { spliceBody } from './splice-body';

describe('splicing a body', () => {
  const body = Buffer.from('{"model":"a","x":1}');

  it('replaces and inserts, in any order of edits, without touching the old body', () => {
    const edits = [
      { start: 18, end: 18, text: ',"y":"é"' },
      { start: 9, end: 12, text: '"longer"' },
    ];
    expect(String(spliceBody(body, edits))).toBe('{"model":"longer","x":1,"y":"é"}');
    expect(String(body)).toBe('{"model":"a","x":1}');
  });

  it('gives an equal body for no edits', () => {
    expect(spliceBody(body, [])).toEqual(body);
    const same = [{ start: 9, end: 12, text: body.toString('utf8', 9, 12) }];
    expect(spliceBody(body, same).buffer).toBe(body.buffer);
  });

  it.each([
    [
      [
        { start: 5, end: 9, text: '' },
        { start: 8, end: 10, text: '' },
      ],
    ],
    [[{ start: 15, end: 99, text: '' }]],
    [[{ start: 5, end: 4, text: '' }]],
    [[{ start: -1, end: 4, text: '' }]],
  ])('refuses edits that overlap or leave the body: %j', (edits) => {
    expect(() => spliceBody(body, edits)).toThrow(RangeError);
  });

  it('equals splicing a string, for any one edit', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(50), fc.nat(50), (text, inserted, left, right) => {
        const plain = text.replace(/[^\x20-\x7e]/g, '.');
        const [start, end] = [left, right].map((at) => Math.min(at, plain.length)).sort((a, b) => a - b) as [
          number,
          number,
        ];
        const spliced = spliceBody(Buffer.from(plain), [{ start, end, text: inserted }]);
        expect(spliced).toEqual(Buffer.from(plain.slice(0, start) + inserted + plain.slice(end)));
      }),
    );
  });
});
