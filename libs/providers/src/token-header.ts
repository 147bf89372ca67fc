import { GatewayException } from '@gateway/domain';
import type { ProviderTarget } from '@gateway/provider-kit';

/** The token of the moment as `authorization`; nothing where nobody signs in. Never a call without its token. */
export function tokenHeader({ token }: Pick<ProviderTarget, 'token'>): Record<string, string> {
  if (token === undefined) return {};
  const current = token.current();
  if (current !== null) return { authorization: `Bearer ${current}` };
  // A call is only built while there is one; it may have ended in this moment.
  throw new GatewayException({ code: 'service_unavailable', message: 'The access token has just ended.' });
}

/** What may stand in a header: a line break at the end of a variable would break every call. */
export function isHeaderText(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
