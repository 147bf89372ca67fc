import type { Actor } from '@gateway/contracts';
import { GrpcFault } from '@gateway/service-kit';
import type { DatabaseSession } from '@gateway/storage';

/** One change of what this service keeps, as `GET /audit` tells it. */
export interface LoggedChange {
  readonly actor: Actor | undefined;
  /** The table in PostgreSQL. */
  readonly table: string;
  readonly objectId: string;
  /** JSON texts without secrets; null where there was nothing. */
  readonly before: string | null;
  readonly after: string | null;
}

/** For changes that no request asked for, as the ledger names them. */
const NOBODY: Actor = { keyHash: 'gateway', userId: '', changedBy: '' };

const INSERT = `
  INSERT INTO audit_entry
    (id, changed_at, actor_key_hash, actor_user_id, changed_by, action, table_name, object_id, before, after)
  VALUES (gen_random_uuid(), clock_timestamp(), $1, nullif($2, ''), nullif($3, ''), $4, $5, $6, $7::jsonb, $8::jsonb)`;

/**
 * Writes a change into the gateway's one log of changes, in the transaction of the change: neither is there without the other. The table is
 * the ledger's, which reads it (decision 0033). @throws GrpcFault `UNAVAILABLE` as long as the ledger has not made it
 */
export async function logChange(session: DatabaseSession, change: LoggedChange): Promise<void> {
  const { actor = NOBODY, table, objectId, before, after } = change;
  const [row] = await session.query<{ is_there: boolean }>("SELECT to_regclass('audit_entry') IS NOT NULL AS is_there");
  if (!row?.is_there) throw new GrpcFault('UNAVAILABLE', 'The ledger has not made its tables yet. Try again.');
  const action = before === null ? 'created' : after === null ? 'deleted' : 'updated';
  const who = [actor.keyHash, actor.userId, actor.changedBy];
  await session.query(INSERT, [...who, action, table, objectId, before, after]);
}
