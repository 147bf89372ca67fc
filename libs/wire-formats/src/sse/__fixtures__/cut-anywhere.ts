import fc from 'fast-check';

/** Bytes with a way to cut them into chunks: borders fall anywhere, inside characters and line ends too. */
export function arbitraryCuts(maxCuts = 12): fc.Arbitrary<(bytes: Buffer) => Buffer[]> {
  return fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: maxCuts }).map((places) => (bytes) => {
    const borders = places.map((place) => Math.floor(place * bytes.length)).sort((left, right) => left - right);
    return [0, ...borders].map((border, index) => Buffer.from(bytes.subarray(border, borders[index])));
  });
}

export function everyByteAlone(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (byte) => Buffer.from([byte]));
}
