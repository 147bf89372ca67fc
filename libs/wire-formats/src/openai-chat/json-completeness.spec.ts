import fc from 'fast-check';
import { JsonCompleteness } from './json-completeness';

function isComplete(...pieces: readonly string[]): boolean {
  const json = new JsonCompleteness();
  for (const piece of pieces) json.push(piece);
  return json.isComplete;
}

describe('B3 knowing when tool arguments are whole', () => {
  it.each(['', '{', '"{}"', '{"a":"\\"}', '{"a":"}', '[{}', '{"a":"\\\\\\"}"'])('%s is not', (text) => {
    expect(isComplete(text)).toBe(false);
  });

  it.each(['{}', ' [1] ', '{"a":"\\"}{"}', '{"a":"\\\\"}'])('%s is', (text) => {
    expect(isComplete(text)).toBe(true);
  });

  it('is whole exactly when the last bracket has come, in whatever pieces', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), fc.nat(), (value, place) => {
        const text = JSON.stringify(value);
        const cut = place % text.length;
        expect(isComplete(text.slice(0, cut), text.slice(cut, -1))).toBe(false);
        expect(isComplete(text.slice(0, cut), text.slice(cut))).toBe(true);
      }),
    );
  });
});
