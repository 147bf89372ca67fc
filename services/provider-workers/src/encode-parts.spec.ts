import type { StreamPart } from '@gateway/domain';
import fc from 'fast-check';
import { encodeParts } from './encode-parts';

const delta = (text: string): StreamPart => ({ type: 'text-delta', choice: 0, block: 0, text });
const decode = (payloads: Uint8Array[]): StreamPart[] =>
  payloads.flatMap((payload) => JSON.parse(Buffer.from(payload).toString('utf8')) as StreamPart[]);
const textOf = (parts: StreamPart[]): string => parts.map((part) => ('text' in part ? part.text : '')).join('');

describe('encodeParts', () => {
  it('says the same in payloads that fit a message, whatever the text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.integer({ min: 90_000, max: 320_000 }).map((length) => '😀x'.repeat(length).slice(0, length)),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), (texts) => {
        const payloads = encodeParts(texts.map(delta));
        expect(textOf(decode(payloads))).toBe(texts.join(''));
        for (const payload of payloads) expect(payload.length).toBeLessThan(900_000);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps everything else about a long part in each of its pieces', () => {
    const long: StreamPart = { type: 'tool-call-delta', choice: 1, block: 2, argumentsText: 'a'.repeat(150_000) };
    const parts = decode(encodeParts([long]));
    expect(parts).toHaveLength(2);
    expect(parts.map((part) => ({ ...part, argumentsText: '' }))).toEqual([
      { type: 'tool-call-delta', choice: 1, block: 2, argumentsText: '' },
      { type: 'tool-call-delta', choice: 1, block: 2, argumentsText: '' },
    ]);
  });

  it('cuts the words of a source that would not fit a message, and no others', () => {
    const cite = (citedText: string): StreamPart => {
      return {
        type: 'citation',
        choice: 0,
        block: 0,
        citation: { source: { kind: 'url', url: 'https://a' }, citedText },
      };
    };
    const short = cite('a'.repeat(90_000));
    expect(decode(encodeParts([short]))).toEqual([short]);
    const payloads = encodeParts([cite('a'.repeat(2_000_000))]);
    expect(decode(payloads)).toEqual([cite('a'.repeat(100_000))]);
  });

  it('tells logprobs in pieces that fit a message, each once and in order', () => {
    const bytes = [240, 159, 152, 128];
    const others = Array.from({ length: 20 }, () => ({ token: '😀😀😀😀', logprob: -12.345678901234567, bytes }));
    const tokens = Array.from({ length: 700 }, (_, index) => ({
      token: `${index}`,
      logprob: -1,
      alternatives: others,
    }));
    const long: StreamPart = { type: 'text-delta', choice: 0, block: 0, text: 'a'.repeat(150_000), logprobs: tokens };
    const payloads = encodeParts([long]);
    for (const payload of payloads) expect(payload.length).toBeLessThan(900_000);
    const parts = decode(payloads);
    expect(textOf(parts)).toBe('a'.repeat(150_000));
    expect(parts.flatMap((part) => (part.type === 'text-delta' ? (part.logprobs ?? []) : []))).toEqual(tokens);
  });

  it('makes no payload of nothing', () => {
    expect(encodeParts([])).toEqual([]);
  });
});
