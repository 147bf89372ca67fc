type Value = string | number | boolean | null | undefined;

// Odd, so that multiplying loses no bit; without a pattern, so that the two halves do not agree by chance.
const FIRST_FACTOR = 0x2c9277b5;
const SECOND_FACTOR = 0x5f356495;

/**
 * 64 bits of what was added, in the order in which it was added: the same on every machine, different for different
 * values but for chance. It keeps nobody from making two values alike on purpose, so it must only ever settle ties.
 */
export class Fingerprint {
  private first = 0x6b43a9b5;
  private second = 0x1d8e4e27;

  add(value: Value): this {
    if (typeof value === 'string') return this.addText(value);
    if (typeof value === 'number') return this.addNumber(value);
    this.mix(value === true ? 1 : value === false ? 2 : value === null ? 3 : 4);
    return this;
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    return hex(spread(this.first ^ this.second)) + hex(spread(this.second));
  }

  /** The length in front keeps `ab`, `c` apart from `a`, `bc`. */
  private addText(text: string): this {
    this.mix(5);
    this.mix(text.length);
    for (let index = 0; index < text.length; index += 1) this.mix(text.charCodeAt(index));
    return this;
  }

  private addNumber(value: number): this {
    this.mix(6);
    this.mix(value | 0);
    this.mix(Math.floor(value / 0x1_0000_0000) | 0);
    return this;
  }

  private mix(word: number): void {
    const first = Math.imul(this.first ^ word, FIRST_FACTOR);
    const second = Math.imul(this.second ^ word, SECOND_FACTOR);
    this.first = first ^ (first >>> 15);
    this.second = second ^ (second >>> 13);
  }
}

function spread(word: number): number {
  const once = Math.imul(word ^ (word >>> 16), SECOND_FACTOR);
  return Math.imul(once ^ (once >>> 14), FIRST_FACTOR) ^ (once >>> 17);
}

const HEX_BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** By table: `toString(16)` is slow for numbers of 32 bits. */
function hex(word: number): string {
  return (
    HEX_BYTES[word >>> 24]! + HEX_BYTES[(word >>> 16) & 255] + HEX_BYTES[(word >>> 8) & 255] + HEX_BYTES[word & 255]
  );
}
