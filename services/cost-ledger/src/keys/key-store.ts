import type { DatabaseSession } from '@gateway/storage';
import type { VirtualKeyRow } from './virtual-key-row';

/** A key to be stored; empty texts are absent ones. */
export interface NewKeyRow {
  readonly keyHash: string;
  readonly keyName: string;
  readonly keyAlias: string | null;
  readonly models: readonly string[];
  readonly userId: string | null;
  readonly teamId: string | null;
  /** A JSON object as text. */
  readonly metadataJson: string;
  readonly expiresAtUnixMs: number | null;
}

const COLUMNS = 'key_hash, key_name, key_alias, models, user_id, team_id, metadata, created_at, expires_at, revoked_at';

const WITH_SPEND = `
  SELECT k.*, coalesce(s.spend_nano_usd, 0)::text AS spend_nano_usd
  FROM found k LEFT JOIN ledger_key_spend s ON s.key_hash = k.key_hash
  ORDER BY k.key_hash`;

/** The table of virtual keys. Times are cut to milliseconds, which is what travels. */
export class KeyStore {
  constructor(private readonly database: DatabaseSession) {}

  /** @throws DatabaseFault of kind `conflict` when the key or a live alias is taken. */
  async insert(key: NewKeyRow): Promise<VirtualKeyRow> {
    const rows = await this.database.query<VirtualKeyRow>(
      `INSERT INTO virtual_key
         (key_hash, key_name, key_alias, models, user_id, team_id, metadata, created_at, expires_at)
       VALUES ($1, $2, $3, $4::text[], $5, $6, $7::jsonb, date_trunc('milliseconds', now()), $8)
       RETURNING ${COLUMNS}, '0' AS spend_nano_usd`,
      [
        key.keyHash,
        key.keyName,
        key.keyAlias,
        key.models,
        key.userId,
        key.teamId,
        key.metadataJson,
        key.expiresAtUnixMs === null ? null : new Date(key.expiresAtUnixMs).toISOString(),
      ],
    );
    return rows[0]!;
  }

  /** Also finds revoked keys. */
  async find(keyHash: string): Promise<VirtualKeyRow | null> {
    const rows = await this.database.query<VirtualKeyRow>(
      `WITH found AS (SELECT ${COLUMNS} FROM virtual_key WHERE key_hash = $1) ${WITH_SPEND}`,
      [keyHash],
    );
    return rows[0] ?? null;
  }

  /** Revokes what is still valid among these and returns it. */
  async revoke(keyHashes: readonly string[], keyAliases: readonly string[]): Promise<VirtualKeyRow[]> {
    return this.database.query<VirtualKeyRow>(
      `WITH found AS (
         UPDATE virtual_key SET revoked_at = date_trunc('milliseconds', clock_timestamp())
         WHERE (key_hash = ANY ($1::text[]) OR key_alias = ANY ($2::text[])) AND revoked_at IS NULL
         RETURNING ${COLUMNS}
       ) ${WITH_SPEND}`,
      [keyHashes, keyAliases],
    );
  }

  /** Revoked keys that Redis and the edges may not know of yet, oldest first. */
  async unannounced(limit: number): Promise<VirtualKeyRow[]> {
    return this.database.query<VirtualKeyRow>(
      `SELECT ${COLUMNS}, '0' AS spend_nano_usd FROM virtual_key
       WHERE revoked_at IS NOT NULL AND revocation_announced_at IS NULL ORDER BY revoked_at LIMIT $1`,
      [limit],
    );
  }

  async markAnnounced(keyHashes: readonly string[]): Promise<void> {
    await this.database.query(
      'UPDATE virtual_key SET revocation_announced_at = now() WHERE key_hash = ANY ($1::text[])',
      [keyHashes],
    );
  }
}
