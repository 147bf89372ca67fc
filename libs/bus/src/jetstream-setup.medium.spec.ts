import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BackingServers, startBackingServers } from '@gateway/local';
import { connect, type JetStreamManager, type NatsConnection } from 'nats';
import { ensureUsageStream } from './jetstream-setup';

const GIGABYTE = 1024 ** 3;

/** Real: NATS with JetStream, whose room is really taken. A server of its own: others would find no room meanwhile. */
describe('ensureUsageStream', () => {
  const namespace = `t${randomBytes(4).toString('hex')}`;
  const made: string[] = [];
  let servers: BackingServers;
  let connection: NatsConnection;
  let manager: JetStreamManager;

  beforeAll(async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'llm-gateway-jetstream-'));
    servers = await startBackingServers({ dataDir, ephemeral: true, want: ['nats'] });
    connection = await connect({ servers: servers.natsUrl });
    manager = await connection.jetstreamManager();
  });

  afterEach(async () => {
    for (const name of made.splice(0)) await manager.streams.delete(name).catch(() => false);
  });

  afterAll(async () => {
    await connection?.close();
    await servers?.stop();
  });

  async function reserve(bytes: number): Promise<string> {
    const name = `${namespace}_room_${made.length}`;
    await manager.streams.add({ name, subjects: [name], max_bytes: bytes });
    made.push(name);
    return name;
  }

  /** Reserves room until about this much is left. */
  async function leaveRoom(leaveBytes: number): Promise<void> {
    const spare = await reserve(leaveBytes);
    for (let bytes = 64 * 1024 * GIGABYTE; bytes >= leaveBytes / 16; ) {
      await reserve(bytes).catch(() => {
        bytes /= 2;
      });
    }
    await manager.streams.delete(spare);
  }

  it('D3 makes do with a small disk, and keeps what is there', async () => {
    const name = `${namespace}_USAGE`;
    made.push(name);
    await leaveRoom(GIGABYTE / 2);
    await ensureUsageStream(manager, name, `${namespace}.usage`);
    const { config } = await manager.streams.info(name);
    expect(config.max_bytes).toBeGreaterThanOrEqual(64 * 1024 ** 2);
    expect(config.max_bytes).toBeLessThan(GIGABYTE);
    await ensureUsageStream(manager, name, `${namespace}.usage`);
    expect((await manager.streams.info(name)).config.max_bytes).toBe(config.max_bytes);
  });

  it('D3 is made once when all services ask at the same time, and its subject is nobody else’s', async () => {
    const name = `${namespace}_AT_ONCE`;
    made.push(name, `${namespace}_OTHER`);
    await Promise.all(Array.from({ length: 8 }, () => ensureUsageStream(manager, name, `${namespace}.once`)));
    expect((await manager.streams.info(name)).config.subjects).toEqual([`${namespace}.once`]);
    await expect(ensureUsageStream(manager, `${namespace}_OTHER`, `${namespace}.once`)).rejects.toThrow(/overlap/);
  });
});
