import { randomUUID } from 'node:crypto';

/** Ours, never the caller's: the ledger keeps one row per request id, so a repeated one would lose money. */
export function newRequestId(): string {
  return `req_${randomUUID().replaceAll('-', '')}`;
}
