/** In front of Gemini's signatures while they are with a client, so that they are never taken for another provider's. */
const PREFIX = 'gemini:';

export function hubSignatureOf(thoughtSignature: string): string {
  return PREFIX + thoughtSignature;
}

/** Null when the signature is missing or somebody else's. */
export function geminiSignatureOf(signature: string | undefined): string | null {
  return signature?.startsWith(PREFIX) ? signature.slice(PREFIX.length) : null;
}

/** The proof of a thought in the hub. */
export interface ThoughtProof {
  readonly signature?: string;
  readonly redactedData?: string;
}

/**
 * A client of this wire keeps a signature as Base64 and returns it as it came, so another provider's proof is put into
 * Base64 behind a mark. Both marks are a multiple of three bytes long, so that they look the same whatever follows.
 */
const MARKS = {
  signature: Buffer.from('gateway-signature:').toString('base64'),
  redactedData: Buffer.from('gateway-redaction:').toString('base64'),
} as const;

/** What a client of this wire gets as `thoughtSignature`; undefined where there is no proof. */
export function clientSignatureOf(proof: ThoughtProof): string | undefined {
  if (proof.redactedData !== undefined) return MARKS.redactedData + Buffer.from(proof.redactedData).toString('base64');
  if (proof.signature === undefined) return undefined;
  return geminiSignatureOf(proof.signature) ?? MARKS.signature + Buffer.from(proof.signature).toString('base64');
}

/** What a client returned as `thoughtSignature`. */
export function hubProofOf(thoughtSignature: string): ThoughtProof {
  for (const kind of ['signature', 'redactedData'] as const) {
    const mark = MARKS[kind];
    if (thoughtSignature.startsWith(mark)) {
      return { [kind]: Buffer.from(thoughtSignature.slice(mark.length), 'base64').toString('utf8') };
    }
  }
  return { signature: hubSignatureOf(thoughtSignature) };
}
