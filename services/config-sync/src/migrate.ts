import { readEnvironment } from '@gateway/config';
import { runMigrations } from '@gateway/storage';
import { ALL_MIGRATIONS } from './migrations/all-migrations';

/** Brings this service's tables up to date and exits: its own step, before the services start. */
async function migrate(): Promise<void> {
  const { databaseUrl } = readEnvironment('config-sync');
  if (databaseUrl === undefined) throw new Error('LLM_GATEWAY_DATABASE_URL is not set');
  await runMigrations({ databaseUrl, migrations: ALL_MIGRATIONS });
}

migrate().catch((error: unknown) => {
  process.stderr.write(`migrations failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
