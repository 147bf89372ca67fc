import type { DatabaseSession } from '@gateway/storage';
import { sqlText } from '../sql-values';
import { arrayLiteral } from '../usage/array-literal';
import type { AttemptRow } from '../usage/ledger-rows';

/** What one attempt is charged at. The amount is whole nano-USD, as text where it comes from PostgreSQL. */
export interface Charge {
  readonly requestId: string;
  readonly attempt: number;
  readonly keyHash: string;
  readonly provider: string;
  readonly nanoUsd: number | string;
}

export interface Transfer extends Charge {
  readonly kind: 'charge' | 'reversal';
}

// Each table is asked for `$1`, so that only the months are opened that these requests are in.
const CHARGES = `
  SELECT a.request_id AS "requestId", a.attempt, r.key_hash AS "keyHash", a.provider, a.cost_nano_usd AS "nanoUsd"
  FROM ledger_attempt a JOIN ledger_request r USING (request_id)
  WHERE a.request_id = ANY ($1::text[]) AND r.request_id = ANY ($1::text[]) AND a.cost_nano_usd > 0`;

// A reversal is its charge, backwards. The order is that of the batch.
const BOOK = `
  INSERT INTO ledger_journal (kind, request_id, attempt, debit, credit, amount_nano_usd)
  SELECT kind, request_id, attempt,
         CASE kind WHEN 'charge' THEN payer ELSE payee END,
         CASE kind WHEN 'charge' THEN payee ELSE payer END,
         nano_usd
  FROM (
    SELECT kind, request_id, attempt, 'key:' || key_hash AS payer, 'provider:' || provider AS payee, nano_usd
    FROM unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::text[], $6::bigint[])
      AS line (kind, request_id, attempt, key_hash, provider, nano_usd)
  ) transfer`;

/** What attempts of these requests are charged at by the tables now. */
export async function chargesOf(session: DatabaseSession, requestIds: readonly string[]): Promise<Charge[]> {
  if (requestIds.length === 0) return [];
  return session.query<Charge>(CHARGES, [arrayLiteral(requestIds, (id) => id)]);
}

/** The charges of attempts of requests that were not there before. */
export function chargesOfNew(
  attempts: readonly AttemptRow[],
  keyOf: (requestId: string) => string | undefined,
): Charge[] {
  const charges: Charge[] = [];
  for (const { requestId, record, cost } of attempts) {
    const keyHash = cost.costNanoUsd > 0 ? keyOf(requestId) : undefined;
    if (keyHash === undefined) continue;
    charges.push({ requestId, attempt: record.attempt, keyHash, provider: record.provider, nanoUsd: cost.costNanoUsd });
  }
  return charges;
}

/** What makes books that say `before` say `after`: a changed charge is reversed and booked anew. */
export function transfersBetween(before: readonly Charge[], after: readonly Charge[]): Transfer[] {
  const old = new Map(before.map((charge) => [placeOf(charge), charge]));
  const transfers: Transfer[] = [];
  for (const charge of after) {
    const booked = old.get(placeOf(charge));
    if (booked !== undefined && isSame(booked, charge)) old.delete(placeOf(charge));
    else transfers.push({ ...charge, kind: 'charge' });
  }
  const reversals = [...old.values()].map((charge): Transfer => ({ ...charge, kind: 'reversal' }));
  return [...reversals, ...transfers];
}

/** Names an attempt. */
export function placeOf({ requestId, attempt }: Pick<Charge, 'requestId' | 'attempt'>): string {
  return `${attempt} ${requestId}`;
}

function isSame(one: Charge, other: Charge): boolean {
  return one.provider === other.provider && String(one.nanoUsd) === String(other.nanoUsd);
}

/** Adds to the journal. */
export async function bookTransfers(session: DatabaseSession, transfers: readonly Transfer[]): Promise<void> {
  if (transfers.length === 0) return;
  await session.query(BOOK, [
    arrayLiteral(transfers, (line) => line.kind),
    arrayLiteral(transfers, (line) => line.requestId),
    arrayLiteral(transfers, (line) => line.attempt),
    arrayLiteral(transfers, (line) => line.keyHash),
    arrayLiteral(transfers, (line) => sqlText(line.provider)),
    arrayLiteral(transfers, (line) => line.nanoUsd),
  ]);
}
