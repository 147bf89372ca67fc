import fc from 'fast-check';
import { countTokens, splitTokens } from './token-counter';

describe('token counter', () => {
  test('splits words of up to eight characters, and everything else by character', () => {
    expect(splitTokens('Hello, internationally!')).toEqual(['Hello', ',', ' internat', 'ionally', '!']);
    expect(splitTokens('trailing  ')).toEqual(['trailing', '  ']);
    expect(splitTokens('')).toEqual([]);
    expect(countTokens('{"city": "Hà Nội"}')).toBe(10);
  });

  test('always gives the text back when its tokens are joined', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(splitTokens(text).join('')).toBe(text);
      }),
    );
  });

  test('never gives an empty token', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(splitTokens(text)).not.toContain('');
      }),
    );
  });
});
