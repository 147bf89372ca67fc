import { readEnvironment } from '@gateway/config';
import { runMigrations } from '@gateway/storage';
import { ALL_MIGRATIONS } from './migrations/all-migrations';

/** Brings the schema up to date and exits: its own step, before the services start. Exit code 0 also when up to date. */
async function migrate(): Promise<void> {
  const { databaseUrl } = readEnvironment('cost-ledger');
  await runMigrations({ databaseUrl, migrations: ALL_MIGRATIONS });
}

migrate().catch((error: unknown) => {
  process.stderr.write(`migrations failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
