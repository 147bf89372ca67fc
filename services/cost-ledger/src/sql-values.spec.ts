import fc from 'fast-check';
import { sqlJson, sqlOptionalText, sqlText } from './sql-values';

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
});
