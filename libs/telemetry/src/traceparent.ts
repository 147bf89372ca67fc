import { randomHex } from './random-hex';

/** What a W3C `traceparent` header says. Ids are lowercase hex, 32 and 16 digits, not all zero. */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
}

const SHAPE = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);
const SAMPLED_FLAG = 1;

/** Reads a `traceparent` as the W3C recommendation asks (version ff and zero ids are invalid); null when it is not one. */
export function parseTraceparent(header: string | undefined): TraceParent | null {
  // 512 keeps a hostile header from costing more than a look.
  if (header === undefined || header.length < 55 || header.length > 512) return null;
  const match = SHAPE.exec(header);
  if (match === null) return null;
  const [, version, traceId, spanId, flags, rest] = match;
  if (version === 'ff' || traceId === NO_TRACE || spanId === NO_SPAN) return null;
  // Version 00 has exactly four parts; a later one may have more.
  if (version === '00' && rest !== undefined) return null;
  return { traceId: traceId!, spanId: spanId!, sampled: (Number.parseInt(flags!, 16) & SAMPLED_FLAG) === SAMPLED_FLAG };
}

export function formatTraceparent(parent: TraceParent): string {
  return `00-${parent.traceId}-${parent.spanId}-${parent.sampled ? '01' : '00'}`;
}

export function newTraceId(): string {
  const id = randomHex(4);
  return id === NO_TRACE ? newTraceId() : id;
}

export function newSpanId(): string {
  const id = randomHex(2);
  return id === NO_SPAN ? newSpanId() : id;
}
