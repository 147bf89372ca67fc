import { SeededRandom, seedOf } from './seeded-random';

const WORD = /[\p{L}\p{N}]+/gu;

/** How much a document has to do with a query, from 0 to 1: mostly the share of the query's words that it has. */
export function relevanceOf(query: string, document: string): number {
  const asked = wordsOf(query);
  const said = wordsOf(document);
  const shared = asked.size === 0 ? 0 : [...asked].filter((word) => said.has(word)).length / asked.size;
  // No two documents are equally good, so that an order can be told right from wrong.
  const jitter = new SeededRandom(seedOf(`${query} ${document}`)).integer(0, 999) / 1_000;
  return Math.round((shared * 0.9 + jitter * 0.09) * 1e6) / 1e6;
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set((text.match(WORD) ?? []).map((word) => word.toLowerCase()));
}
