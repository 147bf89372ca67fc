import { randomBytes } from 'node:crypto';
import { Database, FieldCipher, runMigrations } from '@gateway/storage';
import { ALL_MIGRATIONS } from '../migrations/all-migrations';
import { ModelStore } from './model-store';

const SECRET = 'sk-secret-of-a-model';
const KEY = randomBytes(32);
const ACTOR = { keyHash: 'hash', userId: 'somebody', changedBy: '' };
/** The ledger's table, as far as it is written here. */
const LOG_OF_CHANGES = `CREATE TABLE audit_entry (
  id uuid, changed_at timestamptz, actor_key_hash text, actor_user_id text, changed_by text,
  action text, table_name text, object_id text, before jsonb, after jsonb)`;

const name = `config_${randomBytes(6).toString('hex')}`;
let server: Database;
let database: Database;
let store: ModelStore;

// Real: PostgreSQL.
beforeAll(async () => {
  const serverUrl = process.env.TEST_DATABASE_URL ?? '';
  server = new Database({ databaseUrl: serverUrl, applicationName: 'test set-up', statementTimeoutMs: 30_000 });
  await server.query(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await runMigrations({ databaseUrl: url.href, migrations: ALL_MIGRATIONS, log: () => undefined });
  database = new Database({ databaseUrl: url.href, applicationName: 'test', acquireTimeoutMs: 10_000 });
  await database.query(LOG_OF_CHANGES);
  store = new ModelStore(database, new FieldCipher(KEY));
});

afterAll(async () => {
  await database?.close();
  await server?.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await server?.close();
});

beforeEach(async () => {
  await database.query('DELETE FROM stored_model');
  await database.query('DELETE FROM audit_entry');
});

const content = (id: string, rpm = 1) => ({
  id,
  name: 'a-model',
  params: { model: 'openai/x', api_key: SECRET, rpm },
  info: { mode: 'chat' },
});
const add = (id: string) => store.change((models) => models.put(content(id), null, ACTOR));
const logged = () =>
  database.query<{ action: string; after: object | null }>('SELECT * FROM audit_entry ORDER BY changed_at');

describe('ModelStore', () => {
  it('L1 E2 keeps models in the order they were made in, and their parameters in clear nowhere', async () => {
    await add('b');
    await add('a');
    expect((await store.list()).map(({ id }) => id)).toEqual(['b', 'a']);
    expect((await store.list())[0]).toMatchObject({ ...content('b'), createdBy: 'somebody', updatedBy: 'somebody' });
    const rows = await database.query("SELECT *, encode(sealed, 'escape') AS text FROM stored_model");
    expect(JSON.stringify([rows, await logged()])).not.toContain(SECRET);
  });

  it('E2 parameters that were moved to another row, or are under a lost key, do not open', async () => {
    await add('a');
    await add('b');
    await database.query(
      "UPDATE stored_model SET sealed = (SELECT sealed FROM stored_model WHERE id = 'a') WHERE id = 'b'",
    );
    expect((await store.list()).map(({ params }) => params === null)).toEqual([false, true]);
    const elsewhere = new ModelStore(database, new FieldCipher(randomBytes(32)));
    expect((await elsewhere.list()).map(({ params }) => params)).toEqual([null, null]);
  });

  it('E4 a change is in the log of changes by names and without secrets; one that is taken back is nowhere', async () => {
    const made = await add('a');
    await store.change((models) => models.put(content('a', 2), made, ACTOR));
    await expect(
      store.change(async (models) => {
        await models.put(content('b'), null, ACTOR);
        await models.remove(made, ACTOR);
        throw new Error('an instance refused it');
      }),
    ).rejects.toThrow('an instance refused it');
    expect((await store.list()).map(({ id, params }) => [id, params?.rpm])).toEqual([['a', 2]]);
    await store.change((models) => models.remove(made, ACTOR));
    expect(await logged()).toMatchObject([
      { action: 'created', object_id: 'a', before: null, actor_user_id: 'somebody', table_name: 'stored_model' },
      { action: 'updated', before: { litellm_params: { rpm: 1 } }, after: { changed_params: ['rpm'] } },
      { action: 'deleted', after: null },
    ]);
  });

  it('L3 no change of several at once is lost', async () => {
    await add('a');
    const increase = () =>
      store.change(async (models) => {
        const [before] = await models.list();
        if (!before) throw new Error('there is no model');
        return models.put(content('a', Number(before.params?.rpm) + 1), before, ACTOR);
      });
    await Promise.all([1, 2, 3, 4, 5].map(increase));
    expect((await store.list())[0]?.params?.rpm).toBe(6);
  });

  it('E2 is encrypted anew by a rotation, and says what it cannot open', async () => {
    await add('a');
    const newKey = randomBytes(32);
    expect(await new ModelStore(database, new FieldCipher(newKey)).rotate()).toEqual({ rotated: 0, lost: ['a'] });
    expect(await new ModelStore(database, new FieldCipher(newKey, [KEY])).rotate()).toEqual({ rotated: 1, lost: [] });
    const [row] = await new ModelStore(database, new FieldCipher(newKey)).list();
    expect(row?.params).toEqual(content('a').params);
  });
});
