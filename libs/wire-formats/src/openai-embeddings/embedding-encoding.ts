const FLOAT_BYTES = 4;

/** OpenAI's base64 form: 32-bit floats, little-endian, one after the other. */
export function encodeVector(vector: readonly number[]): string {
  const bytes = Buffer.allocUnsafe(vector.length * FLOAT_BYTES);
  for (let index = 0; index < vector.length; index += 1) bytes.writeFloatLE(vector[index]!, index * FLOAT_BYTES);
  return bytes.toString('base64');
}

/** The numbers in OpenAI's base64 form; null when the text holds no whole floats. */
export function decodeVector(base64: string): number[] | null {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length === 0 || bytes.length % FLOAT_BYTES !== 0) return null;
  return Array.from({ length: bytes.length / FLOAT_BYTES }, (_, index) => bytes.readFloatLE(index * FLOAT_BYTES));
}
