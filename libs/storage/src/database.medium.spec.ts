import { ChaosProxy, eventually } from '@gateway/testkit';
import { Database, type DatabaseOptions } from './database';
import { isDatabaseFault } from './database-fault';
import { pingDatabase } from './health';

// Real: PostgreSQL, behind a proxy that can fall silent.
const serverUrl = process.env.TEST_DATABASE_URL ?? '';
const table = `storage_spec_${process.pid}_${Date.now()}`;
/** How long silence is borne where the same database must also answer: a slow machine's answers take their time. */
const PATIENT_MS = 2_000;
const opened: Database[] = [];
let proxy: ChaosProxy;

function open(options: Partial<DatabaseOptions> = {}): Database {
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  const database = new Database({ databaseUrl: url.href, applicationName: 'storage spec', ...options });
  opened.push(database);
  return database;
}

async function kindOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no fault',
    (error: unknown) => (isDatabaseFault(error) ? error.kind : String(error)),
  );
}

beforeAll(async () => {
  proxy = new ChaosProxy({ port: Number(new URL(serverUrl).port) });
  await proxy.start();
  await open().query(`CREATE TABLE ${table} (id integer PRIMARY KEY, small smallint CHECK (small < 100))`);
});
afterEach(async () => {
  proxy.restore();
  await Promise.all(opened.splice(0).map((database) => database.close()));
});
afterAll(async () => {
  await open().query(`DROP TABLE ${table}`);
  await Promise.all(opened.splice(0).map((database) => database.close()));
  await proxy.stop();
});

describe('Database', () => {
  it('names itself to the server and limits statements there', async () => {
    const rows = await open({ statementTimeoutMs: 1_234 }).query(
      `SELECT current_setting('application_name') AS name, current_setting('statement_timeout') AS limit`,
    );
    expect(rows).toEqual([{ name: 'storage spec', limit: '1234ms' }]);
  });

  it('commits what a transaction did, or none of it', async () => {
    const database = open({ poolSize: 1 });
    await database.transaction(async (session) => {
      await session.query(`INSERT INTO ${table} VALUES ($1)`, [1]);
      await session.query(`INSERT INTO ${table} VALUES ($1)`, [2]);
    });
    const failing = database.transaction(async (session) => {
      await session.query(`INSERT INTO ${table} VALUES (3)`);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    const conflicting = database.transaction(async (session) => {
      await session.query(`INSERT INTO ${table} VALUES (4)`);
      await session.query(`INSERT INTO ${table} VALUES (1)`);
    });
    expect(await kindOf(conflicting)).toBe('conflict');
    expect(await database.query(`SELECT id FROM ${table} ORDER BY id`)).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('says what kind of failure it was, without the values', async () => {
    const database = open();
    expect(await kindOf(open({ statementTimeoutMs: 50 }).query('SELECT pg_sleep(5)'))).toBe('unavailable');
    expect(await kindOf(database.query(`INSERT INTO ${table} VALUES (9, 100)`))).toBe('bad-data');
    expect(await kindOf(database.query(`INSERT INTO ${table} VALUES (9, 70000)`))).toBe('bad-data');
    expect(await kindOf(database.query('SELECT * FROM no_such_table'))).toBe('other');
    const fault: unknown = await database
      .query(`INSERT INTO ${table} VALUES ($1::text::integer)`, ['secret'])
      .catch((e) => e);
    expect(Object.keys(fault as object)).toEqual(['kind', 'sqlState', 'constraint', 'name']);
  });

  it('waits for a server that takes more than half a second to let it in', async () => {
    proxy.latency(70);
    expect(await open().query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('gives up waiting for a free connection', async () => {
    const database = open({ poolSize: 1, acquireTimeoutMs: PATIENT_MS });
    await database.transaction(async () => {
      expect(await kindOf(database.query('SELECT 1'))).toBe('unavailable');
    });
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('gives up on a server that falls silent, and works again with the next connection', async () => {
    const database = open({ poolSize: 2, statementTimeoutMs: PATIENT_MS });
    await pingDatabase(database);
    proxy.blackhole();
    expect(await kindOf(database.query('SELECT 1'))).toBe('unavailable');
    expect(await kindOf(database.transaction((session) => session.query('SELECT 1')))).toBe('unavailable');
    expect(await kindOf(pingDatabase(database))).toBe('unavailable');
    proxy.restore();
    expect(await database.query('SELECT 2 AS two')).toEqual([{ two: 2 }]);
  });

  it('does not put a connection back that never answered', async () => {
    const database = open({ poolSize: 1, statementTimeoutMs: PATIENT_MS });
    const [before] = await database.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    proxy.blackhole();
    expect(await kindOf(database.query('SELECT 1'))).toBe('unavailable');
    proxy.restore();
    const [after] = await database.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    expect(after?.pid).not.toBe(before?.pid);
  });

  it('starts before its server and finds it later', async () => {
    const database = open({ acquireTimeoutMs: PATIENT_MS });
    proxy.cut({ refuseNew: true });
    expect(await kindOf(database.query('SELECT 1'))).toBe('unavailable');
    proxy.blackhole();
    expect(await kindOf(database.query('SELECT 1'))).toBe('unavailable');
    proxy.restore();
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('survives connections that break while idle', async () => {
    const idleErrors: Error[] = [];
    const database = open({ onIdleError: (error) => idleErrors.push(error) });
    await pingDatabase(database);
    proxy.cut();
    await eventually('the broken connection to be noticed', () => idleErrors.length === 1);
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('closes even when the server is silent, and then refuses work', async () => {
    const database = open();
    await pingDatabase(database);
    proxy.blackhole();
    await database.close();
    expect(await kindOf(database.query('SELECT 1'))).toBe('other');
  });
});
