import fc from 'fast-check';
import { readTokenCounterBody } from './token-counter-request';
import { tokenize } from './tokenizer';

describe('A8 our own count of tokens', () => {
  it('is the tokenizer’s, by the model’s vocabulary', async () => {
    expect(await tokenize('gpt-4o', ['hello world'])).toBe(2);
    expect(await tokenize('gpt-4', ['hello world', ' again'])).toBe(3);
    expect(await tokenize('gpt-4o', ['antidisestablishmentarianism 東京'])).not.toBe(
      await tokenize('gpt-4', ['antidisestablishmentarianism 東京']),
    );
    // Not the model's own end of text, which would be one token.
    expect(await tokenize('gpt-4o', ['<|endoftext|>'])).toBeGreaterThan(1);
  });

  it('any text has between none and one token a byte, and texts count alone', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 3000 }), fc.string(), async (left, right) => {
        const tokens = await tokenize('gpt-4o', [left]);
        expect(tokens).toBeLessThanOrEqual(Buffer.byteLength(left));
        expect(tokens > 0).toBe(left !== '');
        expect(await tokenize('gpt-4o', [left, right])).toBe(tokens + (await tokenize('gpt-4o', [right])));
      }),
      { numRuns: 30 },
    );
  });

  it('an unbroken run is cut up: twice as long costs twice as many', async () => {
    const run = await tokenize('gpt-4o', ['a'.repeat(1024 * 50)]);
    expect(await tokenize('gpt-4o', ['a'.repeat(1024 * 100)])).toBe(run * 2);
  });
});

describe('what LiteLLM’s users have counted', () => {
  it.each([
    [{ model: 'm', prompt: 'hi' }, 'text'],
    [{ model: 'm', messages: [{ role: 'user', content: 'hi' }] }, 'chat'],
    [{ model: 'm', system: 'brief', messages: [{ role: 'user', content: 'hi' }] }, 'chat'],
    [{ model: 'm', contents: [{ parts: [{ text: 'hi' }] }] }, 'chat'],
  ])('%j is a %s', (body, kind) => {
    expect(readTokenCounterBody(body).input.kind).toBe(kind);
  });

  it.each([
    [[], undefined],
    [{ prompt: 'hi' }, 'model'],
    [{ model: 'm' }, 'messages'],
    [{ model: 'm', prompt: 5 }, 'prompt'],
    [{ model: 'm', messages: [{ role: 'user' }] }, 'messages[0].content'],
    [{ model: 'm', contents: [{ parts: [] }] }, 'contents[0].parts'],
  ])('%j is refused by name', (body, param) => {
    expect(() => readTokenCounterBody(body)).toThrow(
      expect.objectContaining({ detail: expect.objectContaining({ code: 'invalid_request' }) }),
    );
    try {
      readTokenCounterBody(body);
    } catch (error) {
      expect((error as { detail: { param?: string } }).detail.param).toBe(param);
    }
  });
});
