import fc from 'fast-check';
import { parseDocument } from 'yaml';
import { readPlainJson } from './plain-json';

describe('JSON without the library', () => {
  it('L1 is read as the library reads it, or not at all', () => {
    const texts = fc
      .dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))
      .map((value) => JSON.stringify(value, null, 2));
    fc.assert(
      fc.property(texts, (text) => {
        const plain = readPlainJson(text);
        if (plain === null) return;
        const document = parseDocument(text, { merge: true, logLevel: 'silent' });
        expect(document.errors).toEqual([]);
        expect(JSON.stringify(plain.value)).toBe(JSON.stringify(document.toJS()));
      }),
    );
  });

  it.each([
    ['a key twice', '{"a": 1, "a": 2}'],
    ['a key twice further in', '{"b": {"a": 1, "c": [{"a": 1}], "a": 2}}'],
    ['a key that is written in two ways', '{"a": 1, "\\u0061": 2}'],
    ['a merge key', '{"<<": {"a": 1}}'],
    ['a prototype', '{"__proto__": {"a": 1}}'],
    ['a list', '[1]'],
    ['YAML', 'a: 1'],
    ['half of it', '{"a": 1'],
  ])('L1 leaves %s to the library', (_what, text) => {
    expect(readPlainJson(text)).toBeNull();
  });

  it('L1 takes braces and colons in texts for texts, and the same key in several objects', () => {
    expect(readPlainJson('{"a": "}:{\\"", "b": {"a": 1}, "c": [{"a": 2}, {"a": 3}]}')).toEqual({
      value: { a: '}:{"', b: { a: 1 }, c: [{ a: 2 }, { a: 3 }] },
    });
  });
});
