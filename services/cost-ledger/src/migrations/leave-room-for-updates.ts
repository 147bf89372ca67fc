import type { MigrationInterface, QueryRunner } from '@gateway/storage';

/**
 * The end of a request often comes a batch later than its attempt, from the edge. With room on the page, PostgreSQL puts
 * the new version of the row beside the old one and leaves all four indexes alone. Holds for pages written from now on.
 */
export class LeaveRoomForUpdates1795046400002 implements MigrationInterface {
  readonly name = 'LeaveRoomForUpdates1795046400002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ledger_request SET (fillfactor = 70)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ledger_request RESET (fillfactor)');
  }
}
