import { SILENT_LOGGER } from '@gateway/telemetry';
import { openTestDatabase, type TestDatabase } from '../../test/open-test-database';
import { PeriodicSweep } from '../periodic-sweep';
import { ResponseStore } from './response-store';
import { MOST_STORED_BYTES, ResponsesRpc } from './responses-rpc';

// Real: PostgreSQL.
let pg: TestDatabase;
let rpc: ResponsesRpc;

beforeAll(async () => {
  pg = await openTestDatabase();
  rpc = new ResponsesRpc(new ResponseStore(pg.database));
});
afterAll(() => pg.close());
beforeEach(() => pg.database.query('TRUNCATE stored_response'));

async function put(owner: string, id: string, more: { previousId?: string; bytes?: Buffer } = {}) {
  const { previousId = '', bytes = Buffer.from(`{"id":"${id}","text":"\\u0000é"}`) } = more;
  await rpc.putResponse({ owner, response: { id, previousId, responseJson: bytes, inputJson: Buffer.from('[]') } });
}

const get = (owner: string, id: string, depth = 10) => rpc.getResponses({ owner, id, depth });

describe('A5 stored responses', () => {
  it('come back byte for byte, with those before, newest first', async () => {
    await put('key:a', 'r1');
    await put('key:a', 'r2', { previousId: 'r1' });
    await put('key:a', 'r3', { previousId: 'r2' });
    const { responses, whole } = await get('key:a', 'r3');
    expect(responses.map(({ id }) => id)).toEqual(['r3', 'r2', 'r1']);
    expect(Buffer.from(responses[0]?.responseJson ?? []).toString()).toBe('{"id":"r3","text":"\\u0000é"}');
    expect(whole).toBe(true);
    const near = await get('key:a', 'r3', 2);
    expect(near.responses.map(({ id }) => id)).toEqual(['r3', 'r2']);
    expect(near.whole).toBe(false);
  });

  it('E1 are there for their owner only, also as the beginning of a conversation', async () => {
    await put('key:a', 'r1');
    await put('key:b', 'r2', { previousId: 'r1' });
    await expect(get('key:b', 'r1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(rpc.deleteResponse({ owner: 'key:b', id: 'r1' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await get('key:b', 'r2')).toMatchObject({ whole: false, responses: [{ id: 'r2' }] });
  });

  it('can be forgotten, which is said to who goes on from them', async () => {
    await put('key:a', 'r1');
    await put('key:a', 'r2', { previousId: 'r1' });
    await rpc.deleteResponse({ owner: 'key:a', id: 'r1' });
    await expect(rpc.deleteResponse({ owner: 'key:a', id: 'r1' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await get('key:a', 'r2')).whole).toBe(false);
  });

  it('are out of reach once their time is over, and then gone', async () => {
    await put('key:a', 'r1');
    await put('key:a', 'r2', { previousId: 'r1' });
    await pg.database.query("UPDATE stored_response SET expires_at = now() - interval '1 second' WHERE id = 'r1'");
    await expect(get('key:a', 'r1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await get('key:a', 'r2')).whole).toBe(false);
    const store = new ResponseStore(pg.database);
    await new PeriodicSweep(() => store.deleteExpired(500), SILENT_LOGGER).sweep();
    const left = await pg.database.query<{ id: string; days: string }>(
      'SELECT id, round(extract(epoch FROM expires_at - now()) / 86400)::text AS days FROM stored_response',
    );
    expect(left).toEqual([{ id: 'r2', days: '30' }]);
  });

  it('have a limit, alone and together', async () => {
    const half = Buffer.alloc(MOST_STORED_BYTES / 2 + 1, 'x');
    await expect(put('key:a', 'r0', { bytes: Buffer.alloc(MOST_STORED_BYTES, 'x') })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await put('key:a', 'r1', { bytes: half });
    await put('key:a', 'r2', { bytes: half, previousId: 'r1' });
    await expect(get('key:a', 'r2')).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
    await expect(get('key:a', 'r1')).resolves.toMatchObject({ whole: true });
  });

  it('end where a conversation bites its tail, and take no id that is none', async () => {
    await put('key:a', 'r1', { previousId: 'r2' });
    await put('key:a', 'r2', { previousId: 'r1' });
    expect((await get('key:a', 'r2', 7)).responses).toHaveLength(7);
    for (const id of ['', 'a\0b', 'x'.repeat(300)]) {
      await expect(get('key:a', id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(put('key:a', id)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });
});
