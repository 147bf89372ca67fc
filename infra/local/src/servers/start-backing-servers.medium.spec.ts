import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Redis from 'ioredis';
import { connect as connectNats } from 'nats';
import { Client } from 'pg';
import { childPids } from '../process/child-pids';
import { processIdentity } from '../process/process-identity';
import { postgresHome } from './postgres-data';
import { probeServer } from './probe-server';
import { type BackingServers, startBackingServers } from './start-backing-servers';
import { unprivilegedUser } from './unprivileged-user';

// Real here: PostgreSQL, Redis, NATS. Nothing is faked.

async function sql<Row>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows as Row[];
  } finally {
    await client.end();
  }
}

async function redis<Result>(url: string, work: (client: Redis) => Promise<Result>): Promise<Result> {
  const client = new Redis(url, { maxRetriesPerRequest: 1 });
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

function pidsOf(servers: BackingServers): number[] {
  return servers.all.flatMap((server) => (server.pid === undefined ? [] : [server.pid, ...childPids(server.pid)]));
}

function canConnect(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

describe('backing servers', () => {
  let dataDir: string;
  let servers: BackingServers | undefined;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'gateway-servers-'));
    // Open to PostgreSQL's user; a closed directory has a test of its own.
    chmodSync(dataDir, 0o711);
  });

  afterEach(async () => {
    await servers?.stop();
    servers = undefined;
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('keep their data and ports over a stop and a new start, and leave no process', async () => {
    servers = await startBackingServers({ dataDir });
    const urls = servers.all.map((server) => server.url);
    const pids = pidsOf(servers);
    await sql(servers.databaseUrl, 'CREATE TABLE kept (value int); INSERT INTO kept VALUES (41)');
    await redis(servers.redisUrl, (client) => client.set('kept', '42'));
    const nats = await connectNats({ servers: servers.natsUrl });
    const manager = await nats.jetstreamManager();
    await manager.streams.add({ name: 'KEPT', subjects: ['kept.>'] });
    await nats.jetstream().publish('kept.one', 'forty-three');
    await nats.close();

    await servers.stop();
    expect(pids.length).toBeGreaterThan(3);
    expect(pids.filter((pid) => processIdentity(pid) !== undefined)).toEqual([]);

    servers = await startBackingServers({ dataDir });
    expect(servers.all.map((server) => server.url)).toEqual(urls);
    expect(await sql(servers.databaseUrl, 'SELECT value FROM kept')).toEqual([{ value: 41 }]);
    expect(await redis(servers.redisUrl, (client) => client.get('kept'))).toBe('42');
    const again = await connectNats({ servers: servers.natsUrl });
    const message = await (await again.jetstreamManager()).streams.getMessage('KEPT', { seq: 1 });
    expect(Buffer.from(message.data).toString()).toBe('forty-three');
    await again.close();
  });

  it('come back after a kill on the same address with what was acknowledged', async () => {
    servers = await startBackingServers({ dataDir, ephemeral: true });
    await sql(servers.databaseUrl, 'CREATE TABLE kept (value int); INSERT INTO kept VALUES (7)');
    await redis(servers.redisUrl, (client) => client.set('kept', 'seven'));

    for (const server of servers.all) {
      const before = server.pid;
      await server.kill();
      expect(server.pid).toBeUndefined();
      await server.start();
      expect(server.pid).not.toBe(before);
    }

    expect(await sql(servers.databaseUrl, 'SELECT value FROM kept')).toEqual([{ value: 7 }]);
    expect(await redis(servers.redisUrl, (client) => client.get('kept'))).toBe('seven');
  });

  it('can be frozen and thawed', async () => {
    servers = await startBackingServers({ dataDir, ephemeral: true, want: ['redis'] });
    const { redis: server } = servers;
    server.signal('SIGSTOP');
    await expect(probeServer('redis', server.url)).rejects.toThrow('no answer');
    server.signal('SIGCONT');
    await probeServer('redis', server.url);
  });

  it('listen on loopback, only for those who know the password', async () => {
    servers = await startBackingServers({ dataDir, want: ['postgres'] });
    const url = new URL(servers.databaseUrl);
    expect(url.hostname).toBe('127.0.0.1');
    url.password = 'guessed';
    await expect(sql(url.toString(), 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  it('keep PostgreSQL’s data also in a directory that its user cannot enter', async () => {
    const closed = join(dataDir, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const inside = join(closed, 'data');
    servers = await startBackingServers({ dataDir: inside, want: ['postgres'] });
    await sql(servers.databaseUrl, 'CREATE TABLE kept (value int); INSERT INTO kept VALUES (3)');
    await servers.stop();
    servers = await startBackingServers({ dataDir: inside, want: ['postgres'] });
    expect(await sql(servers.databaseUrl, 'SELECT value FROM kept')).toEqual([{ value: 3 }]);
    await servers.stop();
    // The same again as a throw-away run, which takes its data away wherever they are.
    servers = await startBackingServers({ dataDir: inside, want: ['postgres'], ephemeral: true });
    const home = postgresHome(inside, unprivilegedUser());
    await servers.stop();
    servers = undefined;
    expect(existsSync(home)).toBe(false);
  });

  it('delete the data of a throw-away run', async () => {
    servers = await startBackingServers({ dataDir, ephemeral: true, want: ['nats'] });
    const url = servers.natsUrl;
    await servers.stop();
    servers = undefined;
    expect(existsSync(dataDir)).toBe(false);
    expect(await canConnect(url)).toBe(false);
  });

  it('use an address from the environment, and say so when nothing answers there', async () => {
    servers = await startBackingServers({ dataDir, ephemeral: true, want: ['redis'] });
    const second = await startBackingServers({
      dataDir: join(dataDir, 'second'),
      want: ['redis'],
      environment: { LLM_GATEWAY_REDIS_URL: servers.redisUrl },
    });
    expect(second.redisUrl).toBe(servers.redisUrl);
    expect(second.redis.pid).toBeUndefined();
    await second.stop();
    await probeServer('redis', servers.redisUrl);

    const wrong = startBackingServers({
      dataDir: join(dataDir, 'third'),
      want: ['redis'],
      environment: { LLM_GATEWAY_REDIS_URL: 'redis://127.0.0.1:1' },
    });
    await expect(wrong).rejects.toThrow(/LLM_GATEWAY_REDIS_URL is set, but no redis server answers there/);
  });
});
