/**
 * Neither OpenAI's nor Anthropic's wire has a place for the signature of a tool call, but every client returns a call's
 * id as it came. So the id carries it, in the alphabet both take for ids; LiteLLM's users know the mark.
 */
const MARK = '__thought__';

export interface SignedToolCall {
  readonly id: string;
  readonly signature?: string;
}

/** What a client is given as the id. */
export function clientToolCallId({ id, signature }: SignedToolCall): string {
  return signature === undefined ? id : `${id}${MARK}${Buffer.from(signature, 'utf8').toString('base64url')}`;
}

/** What a client returned as the id, of a call or of its result. */
export function parseClientToolCallId(clientId: string): SignedToolCall {
  const at = clientId.lastIndexOf(MARK);
  if (at <= 0) return { id: clientId };
  return {
    id: clientId.slice(0, at),
    signature: Buffer.from(clientId.slice(at + MARK.length), 'base64url').toString('utf8'),
  };
}
