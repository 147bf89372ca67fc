import type { MigrationInterface, QueryRunner } from '@gateway/storage';

/**
 * Responses that clients asked to have kept: what was said, so neither part of the books nor joined with them. The
 * documents are bytes because nobody asks PostgreSQL about their insides.
 */
export class CreateStoredResponses1795132800001 implements MigrationInterface {
  readonly name = 'CreateStoredResponses1795132800001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE stored_response (
        owner text NOT NULL,
        id text NOT NULL,
        previous_id text,
        response bytea NOT NULL,
        input bytea NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (owner, id)
      )`);
    await runner.query('CREATE INDEX stored_response_expiry ON stored_response (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE stored_response');
  }
}
