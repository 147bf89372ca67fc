import type { MigrationInterface, QueryRunner } from '@gateway/storage';

/** The batch of which a request was a line: what a batch cost can be asked for. Null for all other requests. */
export class AddBatchId1795219200003 implements MigrationInterface {
  readonly name = 'AddBatchId1795219200003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ledger_request ADD COLUMN batch_id text');
    await runner.query(`
      CREATE INDEX ledger_request_batch ON ledger_request (batch_id, received_at, request_id) WHERE batch_id IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ledger_request DROP COLUMN batch_id');
  }
}
