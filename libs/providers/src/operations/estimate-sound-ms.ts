/** 128 kbit/s, the usual rate of compressed speech and music. */
const USUAL_BYTES_PER_MS = 16;
const WAV_HEAD_BYTES = 44;

/**
 * How long a file of sound plays, for providers that do not tell: a WAV file says it in its head, any other is taken for
 * one of the usual rate. The caller marks it as an estimate.
 */
export function estimateSoundMs(file: Uint8Array): number {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  return Math.round(wavMs(bytes) ?? bytes.length / USUAL_BYTES_PER_MS);
}

function wavMs(bytes: Buffer): number | null {
  if (bytes.length < WAV_HEAD_BYTES) return null;
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 16) !== 'WAVEfmt ') return null;
  const bytesPerSecond = bytes.readUInt32LE(28);
  return bytesPerSecond === 0 ? null : ((bytes.length - WAV_HEAD_BYTES) / bytesPerSecond) * 1_000;
}
