import { OPERATIONS } from '@gateway/domain';
import { PROVIDERS } from '../provider-registry';
import { offers, operationOf } from './operation-of';

describe('B2 what a provider is asked for', () => {
  const entries = PROVIDERS.prefixes.flatMap((prefix) => PROVIDERS.find(prefix) ?? []);

  it('is offered where there is a way, and Google’s embeddings wherever there are any', () => {
    for (const entry of entries) {
      for (const operation of OPERATIONS) {
        expect(offers(entry, operation)).toBe(operationOf(entry, operation) !== null);
      }
      const embeds = entry.operations?.embeddings !== undefined;
      expect([offers(entry, 'gemini-embed'), offers(entry, 'gemini-batch-embed')]).toEqual([embeds, embeds]);
      expect(offers(entry, 'gemini-generate')).toBe(entry.chat !== null);
    }
  });

  it('goes its own way at Google', () => {
    const gemini = PROVIDERS.find('gemini');
    expect(gemini && operationOf(gemini, 'gemini-embed')).toBe(gemini?.operations?.['gemini-embed']);
  });
});
