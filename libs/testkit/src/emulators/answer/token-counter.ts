/**
 * The emulators' own tokenizer: a token is up to eight letters, digits, underscores or apostrophes, or one other
 * character, together with the white space before it; white space at the very end is a token too. Joining the tokens
 * gives the text back, so a stream of one token per chunk can be counted by its chunks.
 */
const TOKEN = /\s*(?:[\p{L}\p{N}\p{M}_']{1,8}|[^\s\p{L}\p{N}\p{M}_'])|\s+/gu;

export function splitTokens(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

export function countTokens(text: string): number {
  return splitTokens(text).length;
}
