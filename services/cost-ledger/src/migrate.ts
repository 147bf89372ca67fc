import { EnvironmentError, readEnvironment } from '@gateway/config';
import { runMigrations } from '@gateway/storage';
import { ALL_MIGRATIONS } from './migrations/all-migrations';

/** Brings the schema up to date and exits: its own step, before the services start. Exit code 0 also when up to date. */
async function migrate(): Promise<void> {
  const { databaseUrl } = readEnvironment('cost-ledger');
  await runMigrations({ databaseUrl, migrations: ALL_MIGRATIONS });
}

migrate().catch((error: unknown) => {
  const reason = error instanceof EnvironmentError || !(error instanceof Error) ? String(error) : error.message;
  process.stderr.write(`migrations failed: ${reason}\n`);
  process.exitCode = 1;
});
