import { isRecord } from '@gateway/domain';
import type { RequestCheck } from '../chat-wire-codec';
import { errorFromIssue } from '../openai-chat/describe-issue';
import { holdsPart, needsOf } from '../openai-chat/needs-of';
import { errorFromFault } from '../request-fault';
import { asChat } from './as-chat';
import { GATEWAY_FIELD_NAMES, type NativeBody, requestSchema } from './request-schema';
import { unknownField } from './unknown-field';

const FOR_GATEWAY: ReadonlySet<string> = new Set(GATEWAY_FIELD_NAMES);

/** Checks a client's parsed body; see `ClientChatCodec.validateRequest`. */
export function validateRequest(body: unknown): RequestCheck {
  if (!isRecord(body)) return { ok: false, error: errorFromFault({ path: '', problem: 'must be an object' }) };
  const unknown = unknownField(body);
  if (unknown !== null) return { ok: false, error: unknown };
  const own = Object.fromEntries(Object.entries(body).filter(([name]) => !FOR_GATEWAY.has(name)));
  const result = requestSchema.safeParse(own);
  if (!result.success) return { ok: false, error: errorFromIssue(result.error.issues[0]!) };
  return { ok: true, ...checkOf(result.data) };
}

/** As `validateRequest`, where the route says that the answer is streamed. */
export function validateStreamRequest(body: unknown): RequestCheck {
  const check = validateRequest(body);
  if (!check.ok) return check;
  const isDenied = (body as NativeBody).stream === false;
  if (!isDenied) return { ...check, stream: true };
  const problem = 'must be true or absent here; POST /v1/gateway/chat answers in one piece.';
  return { ok: false, error: errorFromFault({ path: 'stream', problem }) };
}

function checkOf(request: NativeBody): Omit<Extract<RequestCheck, { ok: true }>, 'ok'> {
  const chat = asChat(request);
  return {
    model: request.model,
    stream: request.stream === true,
    tools: (request.tools?.length ?? 0) > 0,
    images: holdsPart(request.messages, 'image_url'),
    maxOutputTokens: request.parameters?.max_tokens ?? undefined,
    needs: needsOf(chat),
    modelVersion: request.model_version ?? undefined,
    // An answer always tells what it used.
    wantsUsage: true,
  };
}
