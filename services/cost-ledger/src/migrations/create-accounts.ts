import type { MigrationInterface, QueryRunner } from '@gateway/storage';

/** Virtual keys. A plain key is never stored: `key_hash` is its SHA-256 and `key_name` shows its last four characters. */
export class CreateAccounts1795046400000 implements MigrationInterface {
  readonly name = 'CreateAccounts1795046400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE virtual_key (
        key_hash text PRIMARY KEY CHECK (key_hash ~ '^[0-9a-f]{64}$'),
        key_name text NOT NULL,
        key_alias text,
        models text[] NOT NULL,
        user_id text,
        team_id text,
        metadata jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz,
        revoked_at timestamptz,
        revocation_announced_at timestamptz
      )`);
    // An alias is free again once its key is revoked.
    await runner.query(`
      CREATE UNIQUE INDEX virtual_key_live_alias ON virtual_key (key_alias) WHERE revoked_at IS NULL`);
    // The outbox of revocations that Redis and the edges have not heard of yet: almost always empty.
    await runner.query(`
      CREATE INDEX virtual_key_unannounced ON virtual_key (revoked_at)
      WHERE revoked_at IS NOT NULL AND revocation_announced_at IS NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE virtual_key');
  }
}
