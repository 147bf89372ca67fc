import fc from 'fast-check';
import { sqlJson, sqlOptionalText, sqlText, sqlTime, storedText } from './sql-values';

describe('sql values', () => {
  it('JSON text never holds what jsonb cannot, and is the same value otherwise', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = sqlJson(value);
        if (value === null) return expect(text).toBeNull();
        const clean = JSON.stringify(value).replaceAll('\\\\', '');
        if (!/\\u0000|\\ud/i.test(clean)) expect(text).toBe(JSON.stringify(value));
        const read = JSON.stringify(JSON.parse(text ?? '')).replaceAll('\\\\', '');
        expect(read).not.toMatch(/\\u0000|\\ud[89a-f]/i);
      }),
    );
  });

  it('keeps a backslash before the letters u0000', () => {
    expect(sqlJson('\\u0000')).toBe('"\\\\u0000"');
    expect(sqlJson('\\\0')).toBe('"\\\\\\ufffd"');
    expect(sqlJson('\0')).toBe('"\\ufffd"');
  });

  it('leaves a pair of surrogates whole', () => {
    expect(sqlJson('😀')).toBe('"😀"');
    expect(sqlJson('\ud83d')).toBe('"\\ufffd"');
  });

  it('has no empty names and no U+0000', () => {
    expect([undefined, null, '', 'a'].map(sqlOptionalText)).toEqual([null, null, null, 'a']);
    expect(sqlText('a\0b')).toBe('a\ufffdb');
  });

  it('writes times as ISO 8601, whichever came before', () => {
    const time = fc.oneof(
      fc.integer({ min: 0, max: 253_402_300_799_999 }),
      fc.integer({ min: 1_795_262_400_000, max: 1_795_262_402_000 }),
    );
    fc.assert(
      fc.property(fc.array(time), (times) => {
        expect(times.map(sqlTime)).toEqual(times.map((unixMs) => new Date(unixMs).toISOString()));
      }),
    );
  });

  it('knows what PostgreSQL gives back', () => {
    expect(['plain', 'ä😀', 'a\0b', '\ud83d'].map(storedText)).toEqual(['plain', 'ä😀', 'a\ufffdb', '\ufffd']);
  });
});
