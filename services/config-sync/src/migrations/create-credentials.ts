import type { MigrationInterface, QueryRunner } from '@gateway/storage';

/** Named provider credentials. `sealed` holds all values of one, encrypted for this row (`FieldCipher`). */
export class CreateCredentials1795046500000 implements MigrationInterface {
  readonly name = 'CreateCredentials1795046500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE provider_credential (
        name text PRIMARY KEY,
        key_id text NOT NULL,
        sealed bytea NOT NULL,
        info jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
        updated_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now())
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE provider_credential');
  }
}
