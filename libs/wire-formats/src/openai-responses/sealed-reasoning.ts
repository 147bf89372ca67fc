import type { ReasoningPart } from '@gateway/domain';

/**
 * Clients of this wire return `encrypted_content` of reasoning items unread, so it carries what another provider wants
 * back with its thinking. The mark tells ours from OpenAI's own, which no other provider can read.
 */
export const SEAL_MARK = 'gateway.';
const SIGNATURE = `${SEAL_MARK}signature.`;
const REDACTED = `${SEAL_MARK}redacted.`;

export type SealedReasoning = Pick<ReasoningPart, 'signature' | 'redactedData'>;

/** Undefined when there is nothing that has to come back. */
export function sealReasoning({ signature, redactedData }: SealedReasoning): string | undefined {
  if (redactedData !== undefined) return REDACTED + redactedData;
  return signature === undefined ? undefined : SIGNATURE + signature;
}

/** Empty for content that is not ours. */
export function openReasoning(encrypted: string): SealedReasoning {
  if (encrypted.startsWith(REDACTED)) return { redactedData: encrypted.slice(REDACTED.length) };
  return encrypted.startsWith(SIGNATURE) ? { signature: encrypted.slice(SIGNATURE.length) } : {};
}
