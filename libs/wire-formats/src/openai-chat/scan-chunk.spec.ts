import fc from 'fast-check';
import { ChunkScanner } from './scan-chunk';

function scan(json: string) {
  const scanner = new ChunkScanner();
  const isRegular = scanner.scan(Buffer.from(json), 0);
  const { hasUsage, hasFinish, hasError, hasChoices, textBytes, modelStart, modelEnd } = scanner;
  const model = modelStart === -1 ? null : Buffer.from(json).toString('utf8', modelStart, modelEnd);
  return { isRegular, hasUsage, hasFinish, hasError, hasChoices, textBytes, model };
}
const NOTHING = {
  isRegular: true,
  hasUsage: false,
  hasFinish: false,
  hasError: false,
  hasChoices: false,
  textBytes: 0,
  model: null,
};

describe('B3 scanning a chunk', () => {
  it.each<[string, Partial<ReturnType<typeof scan>>]>([
    ['{}', {}],
    ['{"usage":null,"finish_reason":null,"error":null}', {}],
    [
      '{"usage": {},"choices" : [ {"finish_reason" : "stop"} ],"error":{}}',
      { hasUsage: true, hasChoices: true, hasFinish: true, hasError: true },
    ],
    ['{"finish_reason":""}', {}],
    ['{"x":{"usage":{},"error":{},"choices":[],"model":"x"}}', { hasUsage: true }],
    ['{"a":"usage","b":"error","c":"choices","d":"finish_reason","e":"model"}', {}],
    ['{"a":"\\"usage\\":{}","b":"\\\\","c":"\\"error\\":1"}', {}],
    ['{"model":"a\\"b"}', { model: '"a\\"b"' }],
    [
      '{"choices":[{"delta":{"content":"ab","refusal":"c","reasoning":"d","reasoning_content":"e","name":"no"}}]}',
      { hasChoices: true, textBytes: 5 },
    ],
    ['{"function":{"arguments":"{\\"a"},"content":null,"x":"no"}', { textBytes: 4 }],
    ['{"content":["no"],"refusal":{"x":"no"}}', {}],
  ])('sees in %s what is acted on', (json, seen) => {
    expect(scan(json)).toEqual({ ...NOTHING, ...seen });
  });

  it('forgets the chunk before', () => {
    const scanner = new ChunkScanner();
    scanner.scan(Buffer.from('{"model":"x","usage":{},"error":1,"finish_reason":"a","choices":[],"content":"x"}'), 0);
    scanner.scan(Buffer.from('{}'), 0);
    expect(scanner).toMatchObject({
      modelStart: -1,
      hasUsage: false,
      hasFinish: false,
      hasError: false,
      hasChoices: false,
      textBytes: 0,
      end: 2,
    });
  });

  it('vouches for any JSON object that has at most one model, a string, and finds that model', () => {
    const value = fc.jsonValue({ stringUnit: 'binary' });
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), value),
        fc.string({ unit: 'binary' }),
        fc.constantFrom(0, 1),
        (members, model, indent) => {
          const json = JSON.stringify({ ...members, model }, null, indent === 0 ? undefined : ' ').replaceAll(
            '\n',
            ' ',
          );
          expect(scan(json)).toMatchObject({ isRegular: true, model: JSON.stringify(model) });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never vouches for an object that is cut short', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (members, share) => {
          const json = JSON.stringify(members);
          expect(scan(json.slice(0, Math.floor(json.length * share))).isRegular).toBe(false);
        },
      ),
    );
  });
});
