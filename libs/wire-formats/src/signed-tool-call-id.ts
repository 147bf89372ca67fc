/**
 * Neither OpenAI's nor Anthropic's wire has a place for the signature of a tool call, but every client returns a call's
 * id as it came. So the id carries it, behind the mark that LiteLLM uses for the same, in the alphabet both wires take
 * for ids. Signatures are Base64, of which that alphabet is a spelling.
 */
export const TOOL_CALL_SIGNATURE_MARK = '__thought__';
const MARK = TOOL_CALL_SIGNATURE_MARK;

export interface SignedToolCall {
  readonly id: string;
  readonly signature?: string;
}

/** What a client is given as the id. */
export function clientToolCallId({ id, signature }: SignedToolCall): string {
  if (signature === undefined) return id;
  return id + MARK + signature.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** What a client returned as the id, of a call or of its result. */
export function parseClientToolCallId(clientId: string): SignedToolCall {
  const at = clientId.lastIndexOf(MARK);
  if (at <= 0) return { id: clientId };
  const spelled = clientId
    .slice(at + MARK.length)
    .replaceAll('-', '+')
    .replaceAll('_', '/');
  const signature = spelled.padEnd(Math.ceil(spelled.length / 4) * 4, '=');
  return { id: clientId.slice(0, at), signature };
}
