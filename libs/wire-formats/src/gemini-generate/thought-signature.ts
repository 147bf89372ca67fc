/** In front of Gemini's signatures while they are with a client, so that they are never taken for another provider's. */
const PREFIX = 'gemini:';

export function hubSignatureOf(thoughtSignature: string): string {
  return PREFIX + thoughtSignature;
}

/** Null when the signature is missing or somebody else's. */
export function geminiSignatureOf(signature: string | undefined): string | null {
  return signature?.startsWith(PREFIX) ? signature.slice(PREFIX.length) : null;
}
