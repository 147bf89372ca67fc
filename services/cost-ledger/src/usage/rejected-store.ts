import { createHash } from 'node:crypto';
import type { DatabaseSession } from '@gateway/storage';
import { sqlText } from '../sql-values';

export interface RejectedUsage {
  readonly reason: string;
  /** The bytes as they came, as far as they are known. */
  readonly payload: Uint8Array;
}

/** Keeps what the ledger could not book, so that somebody can look and nothing about money is silently dropped. */
export class RejectedStore {
  constructor(private readonly database: DatabaseSession) {}

  /** Returns how many were new: the same payload delivered again is kept once. */
  async keep(rejected: readonly RejectedUsage[]): Promise<number> {
    if (rejected.length === 0) return 0;
    const rows = await this.database.query<{ digest: string }>(
      `INSERT INTO ledger_rejected (digest, reason, payload)
       SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[])
       ON CONFLICT (digest) DO NOTHING RETURNING digest`,
      [
        rejected.map(({ payload }) => createHash('sha256').update(payload).digest('hex')),
        rejected.map(({ reason }) => sqlText(reason)),
        rejected.map(({ payload }) => `\\x${Buffer.from(payload).toString('hex')}`),
      ],
    );
    return rows.length;
  }
}
