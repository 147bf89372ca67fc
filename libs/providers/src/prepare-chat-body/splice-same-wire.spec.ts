import fc from 'fast-check';
import { spliceModel, spliceModelAndUsage } from './splice-same-wire';

type Options = Record<string, unknown> | null | undefined;

/** A body as some client would write it, with the spans a correct finder gives. */
interface Written {
  readonly bytes: Buffer;
  readonly spans: { readonly model: readonly [number, number]; readonly streamOptions?: readonly [number, number] };
}

/** Writes the members one by one, with odd whitespace, so that positions are known without looking for them. */
function write(members: readonly (readonly [string, unknown])[], space: string): Written {
  let text = `${space}{${space}`;
  const spans: Record<string, readonly [number, number]> = {};
  members.forEach(([name, value], index) => {
    text += `${index > 0 ? `,${space}` : ''}${JSON.stringify(name)}${space}:${space}`;
    const start = Buffer.byteLength(text);
    text += JSON.stringify(value);
    spans[name] = [start, Buffer.byteLength(text)];
  });
  const { model, stream_options: streamOptions } = spans;
  if (!model) throw new Error('a body has a model');
  return { bytes: Buffer.from(`${text}${space}}`), spans: { model, ...(streamOptions && { streamOptions }) } };
}

const space = fc.constantFrom('', ' ', '\n  ', '\t');
const options: fc.Arbitrary<Options> = fc.oneof(
  fc.constant(undefined),
  fc.constant(null),
  fc.record({ include_usage: fc.boolean(), include_obfuscation: fc.boolean() }, { requiredKeys: [] }),
);
const others = fc.dictionary(
  fc.string({ unit: 'grapheme' }).filter((name) => !['model', 'stream_options', '__proto__'].includes(name)),
  fc.jsonValue(),
  { maxKeys: 5 },
);

const body = fc
  .tuple(fc.string({ unit: 'grapheme' }), options, others, space, fc.nat(6), fc.nat(6))
  .map(([model, streamOptions, rest, spaces, modelAt, optionsAt]) => {
    const members: (readonly [string, unknown])[] = Object.entries(rest);
    members.splice(modelAt % (members.length + 1), 0, ['model', model]);
    if (streamOptions !== undefined)
      members.splice(optionsAt % (members.length + 1), 0, ['stream_options', streamOptions]);
    return { ...write(members, spaces), streamOptions };
  });

describe('property 1 request forwarding: splicing', () => {
  it('B3 the model equals parsing, changing and writing, for every body', () => {
    fc.assert(
      fc.property(body, fc.string({ unit: 'grapheme' }), ({ bytes, spans }, model) => {
        const spliced: unknown = JSON.parse(Buffer.from(spliceModel(bytes, spans, model)).toString());
        expect(spliced).toEqual({ ...JSON.parse(bytes.toString()), model });
      }),
      { numRuns: 1000 },
    );
  });

  it('B3 the model touches no other byte', () => {
    fc.assert(
      fc.property(body, fc.string({ unit: 'grapheme' }), ({ bytes, spans }, model) => {
        const before = Buffer.from(bytes);
        const spliced = Buffer.from(spliceModel(bytes, spans, model));
        const [start, end] = spans.model;
        expect(spliced.subarray(0, start).equals(bytes.subarray(0, start))).toBe(true);
        expect(spliced.subarray(spliced.length - (bytes.length - end)).equals(bytes.subarray(end))).toBe(true);
        expect(bytes.equals(before)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('B4 the usage of a stream is asked for, and nothing else of its options changes', () => {
    fc.assert(
      fc.property(body, fc.string(), ({ bytes, spans, streamOptions }, model) => {
        const spliced: unknown = JSON.parse(Buffer.from(spliceModelAndUsage(bytes, spans, model)).toString());
        const expected = { ...JSON.parse(bytes.toString()), model };
        expect(spliced).toEqual({ ...expected, stream_options: { ...streamOptions, include_usage: true } });
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves options that ask for usage already as they are, byte by byte', () => {
    const { bytes, spans } = write(
      [
        ['stream_options', { include_usage: true }],
        ['model', 'a'],
      ],
      '  ',
    );
    const spliced = Buffer.from(spliceModelAndUsage(bytes, spans, 'b')).toString();
    expect(spliced).toBe(bytes.toString().replace('"a"', '"b"'));
  });

  it('works on a view into a larger buffer', () => {
    const { bytes, spans } = write(
      [
        ['model', 'a'],
        ['stream_options', {}],
      ],
      ' ',
    );
    const message = Buffer.concat([Buffer.from('{{{envelope'), bytes, Buffer.from('tail')]);
    const view = message.subarray(11, 11 + bytes.length);
    expect(JSON.parse(Buffer.from(spliceModelAndUsage(view, spans, 'b')).toString())).toEqual({
      model: 'b',
      stream_options: { include_usage: true },
    });
  });
});
