import { sqlOptionalText, sqlText, sqlTime } from '../sql-values';
import type { RequestRow } from './ledger-rows';
import type { Column } from './row-columns';

/** A client may ask for any "model"; only so much of the name is kept. */
const MODEL_NAME_CHARACTERS = 512;

/** What `ledger_request` takes from an event. Without a request record the row is `open`. */
export const REQUEST_COLUMNS: readonly Column<RequestRow>[] = [
  { name: 'request_id', type: 'text', of: ({ event }) => sqlText(event.requestId) },
  { name: 'key_hash', type: 'text', of: ({ event }) => sqlText(event.principal.keyHash) },
  { name: 'key_alias', type: 'text', of: ({ event }) => sqlOptionalText(event.principal.keyAlias) },
  { name: 'user_id', type: 'text', of: ({ event }) => sqlOptionalText(event.principal.userId) },
  { name: 'team_id', type: 'text', of: ({ event }) => sqlOptionalText(event.principal.teamId) },
  {
    name: 'requested_model',
    type: 'text',
    of: ({ event }) => sqlText(event.requestedModel.slice(0, MODEL_NAME_CHARACTERS)),
  },
  { name: 'wire', type: 'text', of: ({ event }) => sqlText(event.wire) },
  { name: 'stream', type: 'boolean', of: ({ event }) => event.stream },
  { name: 'source', type: 'text', of: ({ event }) => event.source },
  { name: 'status', type: 'text', of: ({ event }) => sqlText(event.request?.status ?? 'open') },
  { name: 'http_status', type: 'integer', of: ({ event }) => event.request?.httpStatus ?? null },
  { name: 'error_code', type: 'text', of: ({ event }) => sqlOptionalText(event.request?.errorCode) },
  { name: 'received_at', type: 'timestamptz', of: ({ event }) => sqlTime(receivedAtUnixMs(event)) },
  { name: 'latency_ms', type: 'bigint', of: ({ event }) => event.request?.latencyMs ?? null },
  { name: 'time_to_first_token_ms', type: 'bigint', of: ({ event }) => event.request?.timeToFirstTokenMs ?? null },
  { name: 'attempts', type: 'integer', of: ({ event }) => event.request?.attempts ?? 0 },
  { name: 'version_key', type: 'text', of: (row) => row.versionKey },
];

/** While a request is open, the totals replace this by the start of its earliest attempt. */
function receivedAtUnixMs(event: RequestRow['event']): number {
  return event.request?.receivedAtUnixMs ?? event.attempt?.startedAtUnixMs ?? 0;
}
