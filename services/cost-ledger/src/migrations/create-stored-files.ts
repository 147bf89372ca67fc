import type { MigrationInterface, QueryRunner } from '@gateway/storage';

/**
 * Files, in pieces that fit into one message and one statement. A piece whose number is not below its file's `pieces` is not
 * part of the file (yet). `deleted` files are out of reach; the sweep gives their room back little by little.
 */
export class CreateStoredFiles1795219200001 implements MigrationInterface {
  readonly name = 'CreateStoredFiles1795219200001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE stored_file (
        id text PRIMARY KEY,
        owner text NOT NULL,
        state text NOT NULL CHECK (state IN ('uploading', 'growing', 'stored', 'deleted')),
        purpose text NOT NULL DEFAULT '',
        filename text NOT NULL DEFAULT '',
        bytes bigint NOT NULL DEFAULT 0,
        pieces integer NOT NULL DEFAULT 0,
        sha256 bytea,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz
      )`);
    await runner.query("CREATE INDEX stored_file_owner ON stored_file (owner, created_at, id) WHERE state = 'stored'");
    await runner.query("CREATE INDEX stored_file_expiry ON stored_file (expires_at) WHERE state = 'stored'");
    await runner.query(
      "CREATE INDEX stored_file_unfinished ON stored_file (created_at) WHERE state IN ('uploading', 'deleted')",
    );
    await runner.query(`
      CREATE TABLE stored_file_piece (
        file_id text NOT NULL REFERENCES stored_file (id),
        number integer NOT NULL,
        content bytea NOT NULL,
        PRIMARY KEY (file_id, number)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE stored_file_piece');
    await runner.query('DROP TABLE stored_file');
  }
}
