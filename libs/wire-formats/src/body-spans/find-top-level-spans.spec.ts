import { isGatewayException } from '@gateway/domain';
import fc from 'fast-check';
import { findTopLevelSpans } from './find-top-level-spans';

function spansOf(text: string): { model: string; streamOptions?: string } {
  const body = Buffer.from(text);
  const { model, streamOptions } = findTopLevelSpans(body, JSON.parse(text));
  return {
    model: String(body.subarray(...model)),
    ...(streamOptions && { streamOptions: String(body.subarray(...streamOptions)) }),
  };
}

function refusedField(text: string): string | undefined {
  try {
    spansOf(text);
  } catch (error) {
    if (isGatewayException(error) && error.detail.code === 'invalid_request') return error.detail.param;
    throw error;
  }
  return undefined;
}

describe('A1 finding the fields the gateway writes over', () => {
  it.each([
    ['{"model":"a"}', { model: '"a"' }],
    [' {\n "messages" : [ ] ,\t"model" : "a" , "n":1 }\n', { model: '"a"' }],
    [
      '{"model":"a","stream_options":{"include_usage":true,"x":[1,{"y":"}"}]},"z":0}',
      { model: '"a"', streamOptions: '{"include_usage":true,"x":[1,{"y":"}"}]}' },
    ],
    ['{"stream_options":null,"model":"a"}', { model: '"a"', streamOptions: 'null' }],
    ['{"x":"\\"model\\":\\"no\\"","model":"a\\"b\\\\"}', { model: '"a\\"b\\\\"' }],
    ['{"metadata":{"model":"no","stream_options":1},"model":"a"}', { model: '"a"' }],
    ['{"x":"model","model":"a"}', { model: '"a"' }],
    ['{"x":["model","stream"],"y":"stream_options","model":"a"}', { model: '"a"' }],
    ['{"\\u006dodel":"a"}', { model: '"a"' }],
    ['{"metadata":{"model":"no"},"mod\\u0065l":"a"}', { model: '"a"' }],
    ['{"model":"a","stream\\u005foptions":{}}', { model: '"a"', streamOptions: '{}' }],
    ['{"é漢😀":"é","model":"a"}', { model: '"a"' }],
    ['{"t":true,"n":-1.5e3,"f":false,"z":null,"model":"a"}', { model: '"a"' }],
  ])('%s', (text, spans) => {
    expect(spansOf(text)).toEqual(spans);
  });

  it.each([
    ['{"model":"a","model":"b"}', 'model'],
    ['{"model":"a","\\u006dodel":"b"}', 'model'],
    ['{"model":"a","stream":true,"messages":[],"stream":false}', 'stream'],
    ['{"model":"a","stream":true,"strea\\u006D":false}', 'stream'],
    ['{"stream_options":{},"model":"a","stream_options":{}}', 'stream_options'],
    ['{"x":{"model":"a"}}', 'model'],
    ['[{"model":"a"}]', 'model'],
  ])('refuses %s, naming the field', (text, field) => {
    expect(refusedField(text)).toBe(field);
  });

  it('a key twice inside a nested object, or another key twice, is nobody’s business', () => {
    expect(spansOf('{"x":{"model":1,"model":2},"y":1,"y":2,"model":"a"}').model).toBe('"a"');
  });

  it('crosses strings longer than a stretch that end in any number of backslashes', () => {
    for (let padding = 25; padding < 70; padding += 1) {
      for (let slashes = 0; slashes < 5; slashes += 1) {
        const text = JSON.stringify({ x: `${'p'.repeat(padding)}"${'\\'.repeat(slashes)}`, model: 'a' });
        expect(spansOf(text).model).toBe('"a"');
      }
    }
  });

  it('finds what a naive walk finds in any document', () => {
    const key = fc.oneof(
      fc.constantFrom('model', 'stream', 'stream_options', 'messages'),
      fc.string({ unit: 'binary' }),
    );
    const value = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: 'binary', maxLength: 90 }),
      fc.constantFrom('"model"', '\\"', '{"model":"x"}'),
    );
    const layout = fc.record({ space: fc.constantFrom('', ' ', '\n\t'), escapes: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(key, value), { maxLength: 7 }),
        fc.string({ maxLength: 9 }),
        layout,
        (members, model, style) => {
          const distinct = new Map<string, unknown>([...members, ['model', model]]);
          const text = write(distinct, style);
          const spans = findTopLevelSpans(text.body);
          expect(spans.model).toEqual(text.spans.get('model'));
          expect(spans.streamOptions).toEqual(text.spans.get('stream_options'));
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** Writes a document member by member, noting where each value comes to stand. */
function write(
  members: ReadonlyMap<string, unknown>,
  style: { readonly space: string; readonly escapes: boolean },
): { body: Buffer; spans: Map<string, [number, number]> } {
  const { space, escapes } = style;
  const spans = new Map<string, [number, number]>();
  let body = Buffer.from(`${space}{${space}`);
  let separator = '';
  for (const [key, value] of members) {
    const quoted = escapes ? `"${[...key].map(escapeUnit).join('')}"` : JSON.stringify(key);
    const json = space === '' ? JSON.stringify(value) : JSON.stringify(value, null, 1);
    body = Buffer.concat([body, Buffer.from(`${separator}${quoted}${space}:${space}`)]);
    spans.set(key, [body.length, body.length + Buffer.byteLength(json)]);
    body = Buffer.concat([body, Buffer.from(`${json}${space}`)]);
    separator = `,${space}`;
  }
  return { body: Buffer.concat([body, Buffer.from(`}${space}`)]), spans };
}

function escapeUnit(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}
