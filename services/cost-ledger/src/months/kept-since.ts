import { GrpcFault } from '@gateway/service-kit';
import type { DatabaseSession } from '@gateway/storage';
import { timeOfId } from './id-time';
import { monthOf } from './month';

/** Since when there are requests one by one: those of earlier months were dropped. 0 while none were. */
export async function requestsKeptSince(session: DatabaseSession): Promise<number> {
  const [row] = await session.query<{ last: string | null }>(
    "SELECT max(month)::text AS last FROM ledger_dropped_month WHERE books = 'requests'",
  );
  return typeof row?.last === 'string' ? monthOf(Date.parse(row.last), 1) : 0;
}

/** What a question for requests may be limited to. */
interface Wanted {
  readonly requestId: string;
  /** 0 leaves it open. */
  readonly toUnixMs: number;
}

/** @throws GrpcFault where nothing of what is asked for can be there any more: an empty answer would say that there never was. */
export function refuseDropped({ requestId, toUnixMs }: Wanted, keptSinceUnixMs: number): void {
  const madeUnixMs = timeOfId(requestId);
  const isDropped = madeUnixMs !== null && madeUnixMs < keptSinceUnixMs;
  if (!isDropped && (toUnixMs === 0 || toUnixMs > keptSinceUnixMs)) return;
  const field = isDropped ? 'request_id' : 'end_date';
  const since = new Date(keptSinceUnixMs).toISOString();
  throw new GrpcFault(
    'INVALID_ARGUMENT',
    `${field}: requests before ${since} are not kept one by one any more; their sums are in the reports`,
    field,
  );
}
