import { randomBytes } from 'node:crypto';
import { Database, type MigrationOptions, runMigrations } from '@gateway/storage';
import { ALL_MIGRATIONS } from '../src/migrations/all-migrations';

export interface TestDatabase {
  readonly url: string;
  readonly database: Database;
  /** Closes and drops it. */
  close(): Promise<void>;
}

/** A database of its own for one spec file, on the server that the tests' global set-up started, with our schema or an older one. */
export async function openTestDatabase(
  migrations: MigrationOptions['migrations'] = ALL_MIGRATIONS,
): Promise<TestDatabase> {
  const serverUrl = process.env.TEST_DATABASE_URL;
  if (serverUrl === undefined) throw new Error('TEST_DATABASE_URL is missing: run with `--selectProjects medium`');
  const name = `ledger_${randomBytes(6).toString('hex')}`;
  const server = new Database({ databaseUrl: serverUrl, applicationName: 'test set-up', statementTimeoutMs: 30_000 });
  await server.query(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await runMigrations({ databaseUrl: url.href, migrations, log: () => undefined });
  const database = new Database({ databaseUrl: url.href, applicationName: 'test', acquireTimeoutMs: 10_000 });
  return {
    url: url.href,
    database,
    close: async () => {
      await database.close();
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await server.close();
    },
  };
}

/** Everything that usage events write. The journal refuses to lose single rows, but a table may be emptied. */
export const TRUNCATE_BOOKS = `TRUNCATE ledger_request, ledger_attempt, ledger_key_spend, ledger_rejected,
  ledger_journal, ledger_rollup_hour, ledger_rollup_day, ledger_dimension, ledger_dropped_month, ledger_dropped_hour`;
