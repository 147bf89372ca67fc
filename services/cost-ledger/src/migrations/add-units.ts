import type { MigrationInterface, QueryRunner } from '@gateway/storage';

/** What an attempt was charged for besides tokens: an object of counts by unit (`USAGE_UNITS`), null where there is nothing. */
export class AddUnits1795132800000 implements MigrationInterface {
  readonly name = 'AddUnits1795132800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ledger_attempt ADD COLUMN units jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE ledger_attempt DROP COLUMN units');
  }
}
