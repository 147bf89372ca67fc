import type { ChatWire } from '@gateway/domain';
import type { RoutingSlip } from './routing-slip';

/** What a router may know of a request. It never sees the body. */
export interface RequestSummary {
  readonly model: string;
  readonly stream: boolean;
  readonly tools: boolean;
  readonly images: boolean;
  /** Bytes / 4; an estimate for routing, never for money. */
  readonly estimatedPromptTokens: number;
  readonly maxOutputTokens?: number;
}

/** Byte positions inside the original body, so that a worker can splice it without parsing it again. */
export interface BodySpans {
  /** The value of the top-level `model`, quotes included: [start, end). */
  readonly model: readonly [number, number];
  /** The value of the top-level `stream_options`, when present. */
  readonly streamOptions?: readonly [number, number];
}

/** Who pays: the part of the principal that the ledger needs. */
export interface EnvelopePrincipal {
  readonly keyHash: string;
  readonly keyAlias?: string;
  readonly userId?: string;
  readonly teamId?: string;
}

/** One model call on its way through the mesh. The original body bytes travel beside it, untouched. */
export interface Envelope {
  readonly requestId: string;
  /** With `token`, the reply address: `subjects.reply(edge, token)`. `token` differs for every hand-over. */
  readonly edge: string;
  readonly token: string;
  /** 0 for the first hand-over by the edge, 1 for the next after a worker was lost, … */
  readonly dispatch: number;
  readonly receivedAtUnixMs: number;
  readonly deadlineUnixMs: number;
  /** Whoever takes the envelope later than this drops it: the edge has handed it to somebody else by then. */
  readonly handoverByUnixMs: number;
  readonly principal: EnvelopePrincipal;
  /** W3C trace context of the edge's span. */
  readonly traceparent?: string;
  readonly wire: ChatWire;
  readonly summary: RequestSummary;
  /** Left out when the body has fields that are meant for the gateway: such a body must be parsed, not spliced. */
  readonly spans?: BodySpans;
  /** True when the client itself asked for the usage chunk of an OpenAI stream. */
  readonly wantsUsage: boolean;
  /** Name in the bodies object store when the body is too large to travel along; the body bytes are empty then. */
  readonly bodyObject?: string;
  /** `anthropic-version`, `anthropic-beta` and the like: allow-listed client headers for a same-wire provider. */
  readonly forwardHeaders?: Readonly<Record<string, string>>;
  readonly slip?: RoutingSlip;
}

export interface SealedEnvelope {
  readonly envelope: Envelope;
  readonly body: Uint8Array;
}

const VERSION = 1;
const HEADER_BYTES = 5;

/** Layout: version u8, head length u32 big-endian, head as JSON (UTF-8), then the body bytes as they came. */
export function encodeEnvelope(envelope: Envelope, body: Uint8Array): Uint8Array {
  const head = JSON.stringify(envelope);
  const headBytes = Buffer.byteLength(head);
  const message = Buffer.allocUnsafe(HEADER_BYTES + headBytes + body.length);
  message[0] = VERSION;
  message.writeUInt32BE(headBytes, 1);
  message.write(head, HEADER_BYTES, 'utf8');
  message.set(body, HEADER_BYTES + headBytes);
  return message;
}

/** @throws Error when the bytes are not an envelope of this version. `body` is a view of `message`, not a copy. */
export function decodeEnvelope(message: Uint8Array): SealedEnvelope {
  if (message.length < HEADER_BYTES || message[0] !== VERSION) throw new Error('not an envelope of version 1');
  const view = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  const end = HEADER_BYTES + view.readUInt32BE(1);
  if (end > view.length) throw new Error('envelope is cut short');
  return {
    envelope: JSON.parse(view.toString('utf8', HEADER_BYTES, end)) as Envelope,
    body: view.subarray(end),
  };
}
