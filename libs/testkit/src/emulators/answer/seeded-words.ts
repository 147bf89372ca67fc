import type { SeededRandom } from './seeded-random';

const WORDS = (
  'amber basin canyon delta ember forest garden harbor island jungle kernel lantern meadow north ocean pebble quarry ' +
  'river summit timber umbra valley willow zenith bridge copper engine fabric signal thread vector window carries ' +
  'follows gathers holds keeps lifts moves opens reaches sends shapes turns bright calm early gentle quiet steady'
).split(' ');

export function seededWords(random: SeededRandom, count: number): string {
  return Array.from({ length: count }, () => random.pick(WORDS)).join(' ');
}

/** A sentence of five to ten words with a capital and a full stop. */
export function seededSentence(random: SeededRandom): string {
  const words = seededWords(random, random.integer(5, 10));
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
