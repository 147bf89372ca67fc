import type { CallBudget, ClientAccess, ClientWire, CostBound, ModelCapability, RoutingWishes } from '@gateway/domain';
import type { BodyOffer } from './body-transfer';
import { readHead, readSlip, writeHead, writeSlip } from './envelope-text';
import type { RoutingSlip } from './routing-slip';

/** What a router may know of a request. It never sees the body. */
export interface RequestSummary {
  readonly model: string;
  readonly stream: boolean;
  readonly tools: boolean;
  readonly images: boolean;
  /** By the length of the text: for routing, and for booking a call whose provider never told; marked there. */
  readonly estimatedPromptTokens: number;
  readonly maxOutputTokens?: number;
  /** What the model must be able to do beside answering tools and seeing images; absent when nothing. */
  readonly needs?: readonly ModelCapability[];
  /** Choices asked for, where not one. */
  readonly choices?: number;
  readonly wishes?: RoutingWishes;
  /** The most that one call can use: where what the request may cost must hold whatever its estimate is worth. */
  readonly bound?: CostBound;
}

/** Byte positions inside the original body, so that a worker can splice it without parsing it again. */
export interface BodySpans {
  /** The value of the top-level `model`, quotes included: [start, end); empty where the path says it, not the body. */
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
  /** On whose behalf the key's owner calls: the request's `user`, where it counts. */
  readonly customerId?: string;
}

/** What is the same for every hand-over of a model call. */
export interface RequestEnvelope {
  readonly requestId: string;
  readonly edge: string;
  readonly receivedAtUnixMs: number;
  readonly deadlineUnixMs: number;
  readonly principal: EnvelopePrincipal;
  /** W3C trace context of the edge's span. */
  readonly traceparent?: string;
  readonly wire: ClientWire;
  readonly summary: RequestSummary;
  /** Left out when the body has fields that are meant for the gateway: such a body must be parsed, not spliced. */
  readonly spans?: BodySpans;
  /** True when the client itself asked for the usage chunk of an OpenAI stream. */
  readonly wantsUsage: boolean;
  /** The client wants to read in the answer what it cost, and for what. */
  readonly wantsCost?: boolean;
  /** `anthropic-version`, `anthropic-beta` and the like: allow-listed client headers for a same-wire provider. */
  readonly forwardHeaders?: Readonly<Record<string, string>>;
  /** Of a body that is not JSON: a form says in it where its parts end. */
  readonly contentType?: string;
  /** The batch of which the call is a line; for the books. */
  readonly batchId?: string;
  /** Where the client wants to be served, and with its own key: a secret of the client's, for the worker alone. */
  readonly clientAccess?: ClientAccess;
  /** Where what it costs must be reserved before a provider is called. */
  readonly budget?: CallBudget;
  /** The configuration that the request was admitted by, and is served by. */
  readonly configVersion: string;
}

/** What differs from one hand-over of a model call to the next. */
export interface HandedOver {
  /** With `edge`, the reply address: `subjects.reply(edge, token)`. */
  readonly token: string;
  /** 0 for the first hand-over by the edge, 1 for the next after a worker was lost, … */
  readonly dispatch: number;
  /** Whoever takes the envelope later than this drops it: the edge has handed it to somebody else by then. */
  readonly handoverByUnixMs: number;
  /** When the edge published it, to the microsecond; for timings only. */
  readonly handedAtUnixMs?: number;
  /** Size of a body that stayed with the edge: whoever takes the request asks for it. None travels along then. */
  readonly bodyBytes?: number;
  /** Where that body is to be had without NATS. */
  readonly bodyOffer?: BodyOffer;
  /** Where the edge takes the answer without NATS: `host:port/secret`. */
  readonly replyLine?: string;
}

/** One model call on its way through the mesh. The original body bytes travel beside it, untouched. */
export interface Envelope extends RequestEnvelope, HandedOver {
  readonly slip?: RoutingSlip;
}

export interface SealedEnvelope {
  readonly envelope: Envelope;
  readonly body: Uint8Array;
}

const VERSION = 6;
const HEADER_BYTES = 9;

/**
 * Layout: version u8, head length u32, slip length u32 (big-endian), head and slip as text (UTF-8), then the body bytes as
 * they came. The slip has a section of its own so that attaching one does not write the head again.
 */
export function encodeEnvelope(envelope: Envelope, body: Uint8Array): Uint8Array {
  return assemble(Buffer.from(writeHead(envelope, envelope)), envelope.slip, body);
}

/** As `encodeEnvelope`, before there is a slip: the edge writes the two halves without joining them first. */
export function encodeHandOver(request: RequestEnvelope, handed: HandedOver, body: Uint8Array): Uint8Array {
  return assemble(Buffer.from(writeHead(request, handed)), undefined, body);
}

/** The same message with this slip instead of whatever slip it had; head and body are copied unread. */
export function replaceSlip(message: Uint8Array, slip: RoutingSlip): Uint8Array {
  const view = asBuffer(message);
  const { headEnd, slipEnd } = sectionsOf(view);
  return assemble(view.subarray(HEADER_BYTES, headEnd), slip, view.subarray(slipEnd));
}

/** @throws Error when the bytes are not an envelope of this version. `body` is a view of `message`, not a copy. */
export function decodeEnvelope(message: Uint8Array): SealedEnvelope {
  const view = asBuffer(message);
  const { headEnd, slipEnd } = sectionsOf(view);
  const slip = slipEnd === headEnd ? undefined : readSlip(view.toString('utf8', headEnd, slipEnd));
  return { envelope: readHead(view.toString('utf8', HEADER_BYTES, headEnd), slip), body: view.subarray(slipEnd) };
}

function assemble(head: Buffer, slip: RoutingSlip | undefined, body: Uint8Array): Uint8Array {
  const slipText = slip === undefined ? '' : writeSlip(slip);
  const slipBytes = Buffer.byteLength(slipText);
  const message = Buffer.allocUnsafe(HEADER_BYTES + head.length + slipBytes + body.length);
  message[0] = VERSION;
  message.writeUInt32BE(head.length, 1);
  message.writeUInt32BE(slipBytes, 5);
  message.set(head, HEADER_BYTES);
  message.write(slipText, HEADER_BYTES + head.length, 'utf8');
  message.set(body, HEADER_BYTES + head.length + slipBytes);
  return message;
}

function sectionsOf(view: Buffer): { headEnd: number; slipEnd: number } {
  if (view.length < HEADER_BYTES || view[0] !== VERSION) throw new Error(`not an envelope of version ${VERSION}`);
  const headEnd = HEADER_BYTES + view.readUInt32BE(1);
  const slipEnd = headEnd + view.readUInt32BE(5);
  if (slipEnd > view.length) throw new Error('envelope is cut short');
  return { headEnd, slipEnd };
}

function asBuffer(message: Uint8Array): Buffer {
  return Buffer.from(message.buffer, message.byteOffset, message.byteLength);
}
