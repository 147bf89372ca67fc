import type { MigrationInterface, QueryRunner } from '@gateway/storage';

/** Entries of `model_list` that were made through the API. `sealed` holds `litellm_params`, encrypted for this row (`FieldCipher`). */
export class CreateStoredModels1796000004000 implements MigrationInterface {
  readonly name = 'CreateStoredModels1796000004000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE stored_model (
        id text PRIMARY KEY,
        model_name text NOT NULL,
        key_id text NOT NULL,
        sealed bytea NOT NULL,
        info jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
        created_by text NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
        updated_by text NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE stored_model');
  }
}
