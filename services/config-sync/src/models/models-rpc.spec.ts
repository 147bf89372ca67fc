import { isGrpcFault } from '@gateway/service-kit';
import { SILENT_LOGGER } from '@gateway/telemetry';
import fc from 'fast-check';
import { openMemoryPublisher } from '../../test/memory-publisher';
import { KnownModels } from './known-models';
import type { LockedModels } from './model-store';
import { ModelsRpc } from './models-rpc';
import type { StoredModel } from './stored-model';

const FILE = `model_list:
  - { model_name: of-the-file, model_info: { id: first }, litellm_params: { model: openai/a } }
router_settings: { num_retries: 1 }
`;
const KEY = new Uint8Array(32).fill(7);
const SECRET = 'sk-secret-of-a-model';

/** The table in memory: a change that throws leaves it as it was. */
class MemoryModels {
  rows: readonly StoredModel[] = [];

  list(): Promise<readonly StoredModel[]> {
    return Promise.resolve(this.rows);
  }

  async change<Result>(work: (models: LockedModels) => Promise<Result>): Promise<Result> {
    let next = this.rows;
    const result = await work({
      list: () => Promise.resolve(next),
      put: async (content, before) => {
        const model = { ...content, createdAtUnixMs: 1, createdBy: 'a', updatedAtUnixMs: 1, updatedBy: 'b' };
        next = before ? next.map((row) => (row.id === before.id ? model : row)) : [...next, model];
        return model;
      },
      remove: async (before) => {
        next = next.filter(({ id }) => id !== before.id);
      },
    });
    this.rows = next;
    return result;
  }
}

async function setUp() {
  const store = new MemoryModels();
  const known = new KnownModels(store, SILENT_LOGGER);
  const opened = await openMemoryPublisher(undefined, { encryptionKey: KEY, storedModels: () => known.entries() });
  const republish = () => opened.offer(FILE);
  const rpc = new ModelsRpc({ store, known, publisher: opened.publisher, republish });
  await opened.offer(FILE);
  const published = async () =>
    (await opened.kv.snapshot())?.deployments.map(({ id, modelGroup, providerModel, isStored }) => ({
      id,
      modelGroup,
      providerModel,
      ...(isStored && { isStored }),
    }));
  return { ...opened, store, rpc, published };
}

const write = (id: string, name: string, params: object, info: object = {}) => ({
  id,
  modelName: name,
  paramsJson: JSON.stringify(params),
  infoJson: JSON.stringify(info),
  actor: undefined,
});
const OF_THE_FILE = { id: 'first', modelGroup: 'of-the-file', providerModel: 'a' };

async function faultOf(work: Promise<unknown>): Promise<{ code: string; message: string; field: string | undefined }> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!isGrpcFault(error)) throw new Error(`no fault: ${String(error)}`);
  return { code: error.code, message: error.message, field: error.field };
}

const id = fc.constantFrom('one', 'two', 'three', 'first');
const params = fc.constantFrom(
  { model: 'openai/x', api_key: SECRET },
  { model: 'openai/y', rpm: 5 },
  { rpm: null, model: 'openai/z' },
  { model: 'nobody/x' },
  { rpm: 'many' },
  { api_base: 'os.environ/NOT_SET_HERE' },
);
const command = fc.record({ kind: fc.constantFrom('new', 'update', 'delete', 'file' as const), id, params });

describe('stored models', () => {
  it('L1 whatever the order of changes, what is published is the file and then the stored models; a refused change changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 12 }), async (commands) => {
        const { rpc, store, published, offer } = await setUp();
        for (const { kind, id: asked, params: said } of commands) {
          const before = { rows: store.rows, published: await published() };
          const work =
            kind === 'new'
              ? rpc.createModel(write(asked, `name-of-${asked}`, said))
              : kind === 'update'
                ? rpc.updateModel(write(asked, '', said))
                : kind === 'delete'
                  ? rpc.deleteModel({ id: asked, actor: undefined })
                  : offer(`# again\n${FILE}`);
          const isDone = await work.then(
            () => true,
            (error: unknown) => {
              if (!isGrpcFault(error)) throw error;
              return false;
            },
          );
          if (!isDone) expect({ rows: store.rows, published: await published() }).toEqual(before);
          const stored = store.rows.map((row) => ({
            id: row.id,
            modelGroup: row.name,
            providerModel: String(row.params?.model).slice('openai/'.length),
            isStored: true,
          }));
          expect(await published()).toEqual([OF_THE_FILE, ...stored]);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('L1 a change is answered with the version it is in force in, and without its secrets', async () => {
    const { rpc, kv, store } = await setUp();
    const params = { model: 'openai/x', api_key: SECRET, api_base: `https://me:${SECRET}@host/v1?key=${SECRET}` };
    const made = await rpc.createModel(write('one', 'mine', params, { mode: 'chat', id: 'one', created_by: 'me' }));
    expect(made).toMatchObject({ id: 'one', modelName: 'mine', version: (await kv.state()).inForce?.version });
    expect(JSON.parse(made.shownParamsJson)).toEqual({
      model: 'openai/x',
      api_key: '****',
      api_base: 'https://host/v1',
    });
    expect(JSON.parse(made.infoJson)).toEqual({ mode: 'chat', id: 'one', db_model: true });
    const changed = await rpc.updateModel(write('one', '', { rpm: 5, api_key: null }));
    expect(changed.version).not.toBe(made.version);
    expect(store.rows[0]?.params).toEqual({ ...params, rpm: 5 });
    expect(JSON.stringify([made, changed])).not.toContain(SECRET);
  });

  it.each([
    ['a parameter that is wrong', write('', 'm', { model: 'openai/x', rpm: 'many' }), 'litellm_params.rpm'],
    ['a provider nobody knows', write('', 'm', { model: 'nobody/x' }), 'litellm_params.model'],
    ['an unknown key', write('', 'm', { model: 'openai/x' }, { modee: 'chat' }), 'model_info.modee'],
    [
      'an address that is not there',
      write('', 'm', { model: 'openai/x', api_base: 'os.environ/NOT' }),
      'litellm_params.api_base',
    ],
    ['an id of the file', write('first', 'm', { model: 'openai/x' }), 'model_info.id'],
    ['an id that would not be found', write('a b', 'm', { model: 'openai/x' }), 'model_info.id'],
    ['no name', write('', '', { model: 'openai/x' }), 'model_name'],
  ])('L1 %s is refused by its field', async (_, request, field) => {
    const { rpc, store, news } = await setUp();
    expect(await faultOf(rpc.createModel(request))).toMatchObject({ code: 'INVALID_ARGUMENT', field });
    expect(store.rows).toEqual([]);
    expect(news).toEqual(['in force 1']);
  });

  it('L1 an id is given out once, and only stored models are changed', async () => {
    const { rpc } = await setUp();
    await rpc.createModel(write('one', 'm', { model: 'openai/x' }));
    expect((await faultOf(rpc.createModel(write('one', 'n', { model: 'openai/y' })))).code).toBe('ALREADY_EXISTS');
    for (const work of [rpc.updateModel(write('first', 'n', {})), rpc.deleteModel({ id: 'first', actor: undefined })])
      expect(await faultOf(work)).toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('files') });
  });

  it('L3 while the file is bad a change is refused with what is wrong there, and nothing is stored', async () => {
    const { rpc, store, offer } = await setUp();
    await offer('model_list: 5\n');
    const fault = await faultOf(rpc.createModel(write('one', 'm', { model: 'openai/x' })));
    expect(fault).toMatchObject({ code: 'FAILED_PRECONDITION', message: expect.stringContaining('model_list') });
    expect(store.rows).toEqual([]);
  });

  it('L3 two at once both come into force', async () => {
    const { rpc, published } = await setUp();
    await Promise.all(['one', 'two'].map((one) => rpc.createModel(write(one, one, { model: `openai/${one}` }))));
    expect((await published())?.map((deployment) => deployment.id)).toEqual(['first', 'one', 'two']);
  });

  it('L3 what an instance refuses is not stored, and what was published before is offered again', async () => {
    const { store, publisher, offer } = await setUp();
    let republished = 0;
    const refusing = new ModelsRpc({
      store,
      known: { keep: () => undefined },
      publisher: {
        change: (work) =>
          publisher.change(() => work(async () => ({ kind: 'refused', version: '2-x', reasons: ['edge: cannot'] }))),
      },
      republish: async () => {
        republished += 1;
        await offer(FILE);
      },
    });
    const fault = await faultOf(refusing.createModel(write('one', 'm', { model: 'openai/x' })));
    expect(fault).toMatchObject({ code: 'FAILED_PRECONDITION', message: expect.stringContaining('edge: cannot') });
    expect(store.rows).toEqual([]);
    expect(republished).toBe(1);
  });
});
