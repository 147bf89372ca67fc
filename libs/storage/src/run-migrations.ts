import { DataSource, type MigrationInterface } from 'typeorm';

export interface MigrationOptions {
  readonly databaseUrl: string;
  /** Classes whose names end in a 13-digit time stamp; they run in that order, each in its own transaction. */
  readonly migrations: readonly (new () => MigrationInterface)[];
  readonly log?: (line: string) => void;
}

export interface MigrationReport {
  readonly applied: readonly string[];
}

/** Any constant does, as long as everybody who migrates this database uses the same one. */
const LOCK_ID = 7_262_024_031;
const LOCK_TIMEOUT_MS = 120_000;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Brings the schema up to date. Safe to run from several places at once: an advisory lock lets one work while the others
 * wait and then find nothing to do. Throws when the database cannot be reached or a migration fails; what ran before the
 * failed one stays.
 */
export async function runMigrations(options: MigrationOptions): Promise<MigrationReport> {
  const log = options.log ?? ((line: string) => process.stdout.write(`${line}\n`));
  const source = new DataSource({
    type: 'postgres',
    url: options.databaseUrl,
    applicationName: 'migrations',
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    poolSize: 2, // one connection holds the lock, one works
    migrations: [...options.migrations],
    migrationsTableName: 'schema_migration',
    logging: false,
  });
  await source.initialize();
  try {
    return await underLock(source, () => apply(source, log));
  } finally {
    await source.destroy();
  }
}

async function underLock<Result>(source: DataSource, work: () => Promise<Result>): Promise<Result> {
  const holder = source.createQueryRunner();
  try {
    await holder.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await holder.query('SELECT pg_advisory_lock($1)', [LOCK_ID]);
    const result = await work();
    await holder.query('SELECT pg_advisory_unlock($1)', [LOCK_ID]);
    return result;
  } finally {
    await holder.release();
  }
}

async function apply(source: DataSource, log: (line: string) => void): Promise<MigrationReport> {
  const applied = (await source.runMigrations({ transaction: 'each' })).map((migration) => migration.name);
  for (const name of applied) log(`migrations: applied ${name}`);
  log(applied.length === 0 ? 'migrations: nothing to do' : `migrations: ${applied.length} applied`);
  return { applied };
}
