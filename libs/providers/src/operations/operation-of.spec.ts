import { OPERATIONS } from '@gateway/domain';
import { PROVIDERS } from '../provider-registry';
import { offers, operationOf } from './operation-of';

describe('B2 what a provider is asked for', () => {
  const entries = PROVIDERS.prefixes.flatMap((prefix) => PROVIDERS.find(prefix) ?? []);

  it('is offered where there is a way, and Google’s embeddings wherever there are any', () => {
    for (const entry of entries) {
      for (const operation of OPERATIONS) {
        expect(offers(entry, operation, 'm')).toBe(operationOf(entry, operation, 'm') !== null);
      }
      const embeds = entry.operations?.embeddings !== undefined;
      expect([offers(entry, 'gemini-embed', 'm'), offers(entry, 'gemini-batch-embed', 'm')]).toEqual([embeds, embeds]);
      expect(offers(entry, 'gemini-generate', 'm')).toBe(entry.chat !== null);
    }
  });

  it('goes its own way at Google', () => {
    const gemini = PROVIDERS.find('gemini');
    expect(gemini && operationOf(gemini, 'gemini-embed', 'm')).toBe(gemini?.operations?.['gemini-embed']);
  });

  it('depends on the model where only some of a provider’s do it', () => {
    const vertex = PROVIDERS.find('vertex_ai');
    const counts = (model: string) => vertex && offers(vertex, 'anthropic-count-tokens', model);
    expect([counts('gemini-2.5-pro'), counts('claude-sonnet-4-5'), counts('meta/llama')]).toEqual([true, true, false]);
  });
});
