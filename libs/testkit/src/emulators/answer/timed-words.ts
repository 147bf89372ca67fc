export interface TimedWord {
  readonly word: string;
  /** Seconds from the beginning. */
  readonly start: number;
  readonly end: number;
}

/** When each word of a text is said: all of them take the same time. */
export function timedWords(text: string, seconds: number): TimedWord[] {
  const words = text.split(' ');
  const at = (index: number): number => Math.round((seconds * 1_000 * index) / words.length) / 1_000;
  return words.map((word, index) => ({ word, start: at(index), end: at(index + 1) }));
}
