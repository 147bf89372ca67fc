import type { PreparedAnswer } from '../server/vendor-wire';

/** An answer that generates nothing and is never streamed: vectors, ranks, verdicts. Only its prompt is charged. */
export function wholeAnswer(id: string, promptTokens: number, write: () => unknown): PreparedAnswer {
  return {
    id,
    promptTokens,
    completionTokens: 0,
    reasoningTokens: 0,
    cachedTokens: 0,
    cacheWriteTokens: 0,
    whole: () => JSON.stringify(write()),
    emissions: () => [],
    errorEvent: () => '',
  };
}
