import { randomBytes } from 'node:crypto';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Database } from './database';
import { runMigrations } from './run-migrations';

// Real: PostgreSQL.
class CreateFirst1700000000001 implements MigrationInterface {
  readonly name = 'CreateFirst1700000000001';
  async up(runner: QueryRunner): Promise<void> {
    // Slow enough that without a lock another run would begin the same migration.
    await runner.query('SELECT pg_sleep(0.2)');
    await runner.query('CREATE TABLE first (id integer)');
  }
  async down(): Promise<void> {}
}

class CreateSecond1700000000002 implements MigrationInterface {
  readonly name = 'CreateSecond1700000000002';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE second (id integer)');
  }
  async down(): Promise<void> {}
}

class Broken1700000000003 implements MigrationInterface {
  readonly name = 'Broken1700000000003';
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE third (id integer)');
    await runner.query('CREATE TABLE first (id integer)');
  }
  async down(): Promise<void> {}
}

const server = new Database({ databaseUrl: process.env.TEST_DATABASE_URL ?? '', applicationName: 'migration spec' });
let name: string;
let databaseUrl: string;
let lines: string[];
const log = (line: string): void => {
  lines.push(line);
};

beforeEach(async () => {
  lines = [];
  name = `migrate_${randomBytes(6).toString('hex')}`;
  await server.query(`CREATE DATABASE ${name}`);
  const url = new URL(process.env.TEST_DATABASE_URL ?? '');
  url.pathname = `/${name}`;
  databaseUrl = url.href;
});
afterEach(() => server.query(`DROP DATABASE ${name} WITH (FORCE)`));
afterAll(() => server.close());

async function tables(): Promise<string[]> {
  const database = new Database({ databaseUrl, applicationName: 'migration spec' });
  const rows = await database.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
  );
  await database.close();
  return rows.map((row) => row.name);
}

describe('runMigrations', () => {
  it('applies what is new, once, and says so', async () => {
    await runMigrations({ databaseUrl, migrations: [CreateFirst1700000000001], log });
    const second = await runMigrations({
      databaseUrl,
      migrations: [CreateFirst1700000000001, CreateSecond1700000000002],
      log,
    });
    expect(second.applied).toEqual(['CreateSecond1700000000002']);
    await runMigrations({ databaseUrl, migrations: [CreateFirst1700000000001, CreateSecond1700000000002], log });
    expect(lines).toEqual([
      'migrations: applied CreateFirst1700000000001',
      'migrations: 1 applied',
      'migrations: applied CreateSecond1700000000002',
      'migrations: 1 applied',
      'migrations: nothing to do',
    ]);
    expect(await tables()).toEqual(['first', 'schema_migration', 'second']);
  });

  it('may be run from several places at once', async () => {
    const migrations = [CreateFirst1700000000001, CreateSecond1700000000002];
    const reports = await Promise.all(Array.from({ length: 4 }, () => runMigrations({ databaseUrl, migrations, log })));
    expect(reports.flatMap((report) => report.applied).sort()).toEqual(migrations.map((migration) => migration.name));
  });

  it('leaves nothing of a migration that fails, and what ran before it stays', async () => {
    const migrations = [CreateFirst1700000000001, CreateSecond1700000000002, Broken1700000000003];
    await expect(runMigrations({ databaseUrl, migrations, log })).rejects.toThrow('already exists');
    expect(await tables()).toEqual(['first', 'schema_migration', 'second']);
    // The lock is free again.
    expect((await runMigrations({ databaseUrl, migrations: migrations.slice(0, 2), log })).applied).toEqual([]);
  });

  it('says when the database cannot be reached', async () => {
    const away = { databaseUrl: 'postgres://nobody@127.0.0.1:1/none', migrations: [], log };
    await expect(runMigrations(away)).rejects.toThrow('ECONNREFUSED');
  });
});
