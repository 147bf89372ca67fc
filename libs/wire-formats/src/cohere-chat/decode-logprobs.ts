import { isRecord, type TokenLogprob } from '@gateway/domain';

/** `LogprobItem`s. One is about a piece of text and may have several tokens, whose own texts are not told: it counts as one. */
export function decodeLogprobs(items: readonly unknown[]): TokenLogprob[] {
  return items.filter(isRecord).flatMap(({ text, logprobs }) => {
    if (typeof text !== 'string' || !Array.isArray(logprobs) || logprobs.length === 0) return [];
    // The likelihood of all of them is the product of each one's.
    const logprob = logprobs.reduce<number>((sum, one) => sum + (typeof one === 'number' ? one : 0), 0);
    return [{ token: text, logprob, alternatives: [] }];
  });
}
