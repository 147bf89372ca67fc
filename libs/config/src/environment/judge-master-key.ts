const LEAST_LENGTH = 16;

/** Keys people copy from examples: words that say "replace me", a count, or one sign repeated to fill the space. */
const PLACEHOLDER = /^sk-(?:(.)\1*$|0?1234|change|replace|example|placeholder|your|master|secret|test)/i;

/**
 * A weak master key is a warning on loopback, where only this machine can try it, and refused anywhere else.
 * Null when there is nothing to say. Never repeats the key.
 */
export function judgeMasterKey(
  masterKey: unknown,
  host: unknown,
): { readonly refused: boolean; readonly message: string } | null {
  if (typeof masterKey !== 'string' || typeof host !== 'string') return null;
  const short = masterKey.length < LEAST_LENGTH;
  if (!short && !PLACEHOLDER.test(masterKey)) return null;
  const fault = short ? `has fewer than ${LEAST_LENGTH} characters` : 'looks like a placeholder from an example';
  if (isLoopback(host)) {
    return {
      refused: false,
      message: `LLM_GATEWAY_MASTER_KEY ${fault}: good enough for this machine only (make one with: echo "sk-$(openssl rand -hex 24)")`,
    };
  }
  return {
    refused: true,
    message: `LLM_GATEWAY_MASTER_KEY ${fault} and LLM_GATEWAY_HOST ${JSON.stringify(host)} is reachable from outside; make a real key with: echo "sk-$(openssl rand -hex 24)"`,
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
