import { type Deployment, isRecord } from '@gateway/domain';
import type { JsonBody } from '@gateway/provider-kit';
import {
  type BodyEdit,
  parseClientToolCallId,
  SEAL_MARK,
  spliceBody,
  TOOL_CALL_SIGNATURE_MARK,
  topLevelSpanOf,
} from '@gateway/wire-formats';
import { modelEdit, type SpliceSpans } from './splice-same-wire';

const SEALED = Buffer.from(`"${SEAL_MARK}`);
const OPENING_BRACE = 0x7b;

/** OpenAI's chat wire has these and its Responses have not; it refuses what it does not know. */
const NOT_RESPONSES: readonly string[] = [
  ...['stop', 'seed', 'n', 'frequency_penalty', 'presence_penalty', 'logit_bias', 'response_format'],
];

/**
 * Puts the provider's model name into a Responses body without parsing it, and says that the provider is to keep
 * nothing: the gateway does (docs/decisions/0009), and the next turn may go to another deployment.
 */
export function spliceUnstored(body: Uint8Array, spans: SpliceSpans, model: string): Uint8Array {
  return spliceBody(body, [modelEdit(spans, model), storeEdit(body)]);
}

/**
 * What another provider wants back, sealed into reasoning items or signed into the ids of calls, means nothing to one that
 * speaks this wire itself, and may be more than it takes.
 */
export function hasOthersProof(body: Uint8Array): boolean {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return bytes.includes(SEALED) || bytes.includes(TOOL_CALL_SIGNATURE_MARK);
}

/** The same for a parsed body, in place. An operator's own `store` wins. */
export function keepAtGateway(
  body: JsonBody,
  { defaultParams, extraBody }: Pick<Deployment, 'defaultParams' | 'extraBody'>,
): void {
  body.store = extraBody?.store ?? defaultParams?.store ?? false;
  if (Array.isArray(body.input))
    body.input = (body.input as unknown[]).filter((item) => !isSealed(item)).map(withoutSignature);
  for (const name of NOT_RESPONSES) {
    if (Object.hasOwn(defaultParams ?? {}, name)) delete body[name];
  }
}

function withoutSignature(item: unknown): unknown {
  if (!isRecord(item) || typeof item.call_id !== 'string') return item;
  return { ...item, call_id: parseClientToolCallId(item.call_id).id };
}

function isSealed(item: unknown): boolean {
  if (!isRecord(item) || item.type !== 'reasoning') return false;
  return typeof item.encrypted_content === 'string' && item.encrypted_content.startsWith(SEAL_MARK);
}

function storeEdit(body: Uint8Array): BodyEdit {
  const span = topLevelSpanOf(body, 'store');
  if (span) return { start: span[0], end: span[1], text: 'false' };
  // Before the client's first field, which is there: the body has a model.
  const inside = body.indexOf(OPENING_BRACE) + 1;
  return { start: inside, end: inside, text: '"store":false,' };
}
