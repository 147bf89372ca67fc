import type { MigrationInterface, QueryRunner } from '@gateway/storage';

/**
 * Batches of calls. `fence` grows with every lease, and nothing is written in the name of an older one. `sequence` counts the
 * commits, so that one which is sent twice counts once. The work is done up to `next_line`, and in the lines of `done_ahead`.
 */
export class CreateBatches1795219200002 implements MigrationInterface {
  readonly name = 'CreateBatches1795219200002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE batch (
        id text PRIMARY KEY,
        owner text NOT NULL,
        key_hash text NOT NULL,
        endpoint text NOT NULL,
        input_file_id text NOT NULL,
        completion_window text NOT NULL,
        metadata text NOT NULL,
        output_expires_after_seconds integer NOT NULL,
        status text NOT NULL DEFAULT 'validating' CHECK (status IN ('validating', 'in_progress', 'finalizing',
          'cancelling', 'completed', 'failed', 'cancelled', 'expired')),
        outcome text NOT NULL DEFAULT '',
        errors text NOT NULL DEFAULT '',
        total integer NOT NULL DEFAULT 0,
        completed integer NOT NULL DEFAULT 0,
        failed integer NOT NULL DEFAULT 0,
        output_file_id text REFERENCES stored_file (id) ON DELETE SET NULL,
        error_file_id text REFERENCES stored_file (id) ON DELETE SET NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        in_progress_at timestamptz,
        expires_at timestamptz NOT NULL,
        finalizing_at timestamptz,
        cancelling_at timestamptz,
        ended_at timestamptz,
        fence bigint NOT NULL DEFAULT 0,
        lease_holder text,
        lease_until timestamptz,
        sequence integer NOT NULL DEFAULT 0,
        next_line integer NOT NULL DEFAULT 0,
        next_piece integer NOT NULL DEFAULT 0,
        next_offset integer NOT NULL DEFAULT 0,
        done_ahead integer[] NOT NULL DEFAULT '{}'
      )`);
    await runner.query('CREATE INDEX batch_owner ON batch (owner, created_at, id)');
    // What there is to do: few, however many batches there were.
    await runner.query('CREATE INDEX batch_open ON batch (created_at) WHERE ended_at IS NULL');
    await runner.query('CREATE INDEX batch_open_input ON batch (input_file_id) WHERE ended_at IS NULL');
    await runner.query('CREATE INDEX batch_output ON batch (output_file_id)');
    await runner.query('CREATE INDEX batch_errors ON batch (error_file_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE batch');
  }
}
