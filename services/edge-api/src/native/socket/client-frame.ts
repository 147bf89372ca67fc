import { type GatewayError, isRecord } from '@gateway/domain';

/** What a client says in one message of its connection. */
export type ClientFrame =
  | {
      readonly type: 'message';
      /** What it adds to the conversation. */
      readonly messages: readonly unknown[];
      /** The other fields of a canonical request that it says. */
      readonly fields: Readonly<Record<string, unknown>>;
    }
  | { readonly type: 'cancel' };

export type ReadFrame =
  | { readonly ok: true; readonly frame: ClientFrame }
  | { readonly ok: false; readonly error: GatewayError };

/** Whether what it holds is right is for the checks of the call; here it only has to be one of the two. */
export function readClientFrame(text: string): ReadFrame {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch (error) {
    return refuse('invalid_json', `The message is not valid JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  if (!isRecord(said)) return refuse('invalid_request', 'A message must be a JSON object.');
  const { type, content, messages, ...fields } = said;
  if (type === 'cancel') return { ok: true, frame: { type } };
  if (type !== 'message') return refuse('invalid_request', 'type: must be "message" or "cancel".', 'type');
  if (content === undefined && Array.isArray(messages)) return { ok: true, frame: { type, messages, fields } };
  if (messages === undefined && content !== undefined)
    return { ok: true, frame: { type, messages: [{ role: 'user', content }], fields } };
  const param = messages === undefined || content !== undefined ? 'content' : 'messages';
  return refuse(
    'invalid_request',
    `${param}: a message has content, or messages, which is a list; one of them.`,
    param,
  );
}

function refuse(code: 'invalid_json' | 'invalid_request', message: string, param?: string): ReadFrame {
  return { ok: false, error: { code, message, ...(param !== undefined && { param }) } };
}
