const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * Random lowercase hex of `words` × 8 digits. Trace ids need to be distinct, not secret, so `Math.random` does and
 * costs about a tenth of a microsecond where a cryptographic source costs several.
 */
export function randomHex(words: number): string {
  let hex = '';
  for (let index = 0; index < words; index++) {
    const word = (Math.random() * 0x1_0000_0000) >>> 0;
    hex += PAIRS[word >>> 24]! + PAIRS[(word >>> 16) & 255]! + PAIRS[(word >>> 8) & 255]! + PAIRS[word & 255]!;
  }
  return hex;
}
