import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bus } from '@gateway/bus';
import { type GatewaySnapshot, readEnvironment } from '@gateway/config';
import { AccountsDefinition, type KeysChanged, LedgerDefinition, NO_CONFIGURATION } from '@gateway/contracts';
import { ROUTING_DEFAULTS } from '@gateway/domain';
import {
  ConfigurationStore,
  createGrpcClient,
  createServiceContext,
  type RunningService,
  startService,
} from '@gateway/service-kit';
import { SILENT_LOGGER } from '@gateway/telemetry';
import { aDeployment, ChaosProxy, eventually } from '@gateway/testkit';
import { openTestDatabase, type TestDatabase } from '../test/open-test-database';
import { attemptRecord, requestRecord, usage, usageEvent } from '../test/usage-events';
import { createCostLedgerModule } from './cost-ledger.module';
import { AccountsRpc } from './keys/accounts-rpc';
import { LedgerRpc } from './reports/ledger-rpc';

// Real: the whole service with PostgreSQL (behind a proxy that can be cut), Redis and NATS.
const CLOSE_TIMEOUT_MS = 60_000;
const namespace = `t${randomBytes(4).toString('hex')}`;
const directory = mkdtempSync(join(tmpdir(), 'ledger-spec-'));
let test: TestDatabase;
let proxy: ChaosProxy;
let bus: Bus;
let service: RunningService;
let accounts: ReturnType<typeof createAccountsClient>;
let ledger: ReturnType<typeof createLedgerClient>;

const createAccountsClient = (address: string) =>
  createGrpcClient(AccountsDefinition, address, { deadlineMs: 60_000, logger: SILENT_LOGGER });
const createLedgerClient = (address: string) =>
  createGrpcClient(LedgerDefinition, address, { deadlineMs: 60_000, logger: SILENT_LOGGER });

const SNAPSHOT: GatewaySnapshot = {
  version: '1-0123456789ab',
  publishedAtUnixMs: 1,
  source: 'test',
  deployments: [
    aDeployment({
      id: 'mock-1',
      modelGroup: 'mock-gpt',
      price: { inputPicoUsdPerToken: 1_000_000, outputPicoUsdPerToken: 2_000_000 },
    }),
  ],
  aliases: {},
  routing: ROUTING_DEFAULTS,
  maxBodyBytes: 1_000,
};

beforeAll(async () => {
  test = await openTestDatabase();
  const url = new URL(test.url);
  proxy = new ChaosProxy({ port: Number(url.port) });
  await proxy.start();
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  const environment = readEnvironment('cost-ledger', {
    LLM_GATEWAY_DATABASE_URL: url.href,
    LLM_GATEWAY_REDIS_URL: process.env.TEST_REDIS_URL,
    LLM_GATEWAY_NATS_URL: process.env.TEST_NATS_URL,
    LLM_GATEWAY_NAMESPACE: namespace,
    LLM_GATEWAY_LOG_LEVEL: 'silent',
  });
  const natsUrl = process.env.TEST_NATS_URL ?? '';
  bus = await Bus.connect({ url: natsUrl, namespace, name: 'spec', logger: SILENT_LOGGER });
  service = await startService(
    {
      name: 'cost-ledger',
      module: createCostLedgerModule,
      grpc: (_context, app) => [app.get(AccountsRpc).binding(), app.get(LedgerRpc).binding()],
    },
    createServiceContext('cost-ledger', environment),
  );
  accounts = createAccountsClient(service.grpcAddress ?? '');
  ledger = createLedgerClient(service.grpcAddress ?? '');
});

afterAll(async () => {
  accounts.close();
  ledger.close();
  await service.stop();
  await bus.close();
  await proxy.stop();
  await test.close();
  rmSync(directory, { recursive: true });
});

const statusOf = async (path: string): Promise<number> => (await fetch(service.httpUrl + path)).status;
const bookedRequests = async (): Promise<number> => {
  const [row] = await test.database.query<{ n: number }>('SELECT count(*)::integer AS n FROM ledger_request');
  return row?.n ?? 0;
};

describe('cost-ledger', () => {
  it('D1 is not ready, and books nothing, before it knows the operator’s prices', async () => {
    const outbox = await bus.openUsageOutbox(join(directory, 'early'));
    outbox.add(usageEvent('early', { attempt: attemptRecord({ provider: 'openai', usage: usage(3, 4) }) }));
    expect(await statusOf('/health/ready')).toBe(503);
    expect(await bookedRequests()).toBe(0);
    const store = await ConfigurationStore.open(bus);
    const content = await store.writeContent(SNAPSHOT);
    const inForce = { ...SNAPSHOT, sourceDigest: '', content, changes: null };
    await store.write({ ...NO_CONFIGURATION, counter: 1, inForce }, null);
    await eventually('the event to be booked', async () => (await bookedRequests()) === 1);
    const { logs } = await ledger.listSpendLogs({ requestId: 'early' });
    // 3 tokens at 1,000 nano-USD and 4 at 2,000.
    expect(logs).toEqual([expect.objectContaining({ costNanoUsd: 11_000, unpriced: false, status: 'open' })]);
    await eventually('readiness', async () => (await statusOf('/health/ready')) === 200);
    await outbox.close(CLOSE_TIMEOUT_MS);
  });

  it('E1 serves keys over gRPC and tells the edges of a revocation', async () => {
    const heard: string[] = [];
    const stop = bus.subscribe(bus.subjects.keysChanged, (bytes) => {
      heard.push(...(JSON.parse(Buffer.from(bytes).toString('utf8')) as KeysChanged).keyHashes);
    });
    await bus.flush();
    const { key, info } = await accounts.generateKey({ settings: { keyAlias: 'alice' } });
    expect(key).toMatch(/^sk-/);
    await expect(accounts.generateKey({ settings: { keyAlias: 'alice' } })).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
      field: 'key_alias',
    });
    await accounts.deleteKeys({ keyAliases: ['alice'] });
    await eventually('the message', () => heard.includes(info?.keyHash ?? ''));
    expect((await accounts.getKey({ keyHash: info?.keyHash ?? '' })).revokedAtUnixMs).toBeGreaterThan(0);
    stop();
  });

  it('D1 flags what it cannot price', async () => {
    const outbox = await bus.openUsageOutbox(join(directory, 'unpriced'));
    const attempt = attemptRecord({ deployment: 'gone', provider: 'nobody', providerModel: 'nothing' });
    outbox.add(usageEvent('unpriced', { attempt }));
    const [log] = await eventually('the event to be booked', async () => {
      const { logs } = await ledger.listSpendLogs({ requestId: 'unpriced' });
      return logs.length > 0 ? logs : null;
    });
    expect(log).toMatchObject({ unpriced: true, costNanoUsd: 0 });
    const metrics = await (await fetch(`${service.httpUrl}/metrics`)).text();
    expect(metrics).toMatch(/gateway_ledger_unpriced_total\{.*provider="nobody".*\} 1/);
    expect(metrics).toMatch(/llm_cost_usd_total\{.*provider="openai".*\} 0.000011/);
    await outbox.close(CLOSE_TIMEOUT_MS);
  });

  it('D3 books the good lines of a broken message and keeps the rest', async () => {
    const good = JSON.stringify(usageEvent('neighbour', { attempt: attemptRecord() }));
    bus.publish(bus.subjects.usage, Buffer.from(`{broken\n${good}\n`));
    await eventually('the neighbour to be booked', async () => {
      return (await ledger.listSpendLogs({ requestId: 'neighbour' })).logs.length === 1;
    });
    const kept = await test.database.query<{ payload: Buffer }>('SELECT payload FROM ledger_rejected');
    expect(kept.map(({ payload }) => payload.toString('utf8'))).toEqual(['{broken']);
  });

  it('D3 loses nothing and doubles nothing while PostgreSQL is away, and says so meanwhile', async () => {
    const outbox = await bus.openUsageOutbox(join(directory, 'storm'));
    const before = await bookedRequests();
    const send = (from: number, to: number): void => {
      for (let index = from; index < to; index += 1) {
        const requestId = `storm-${index}`;
        const attempt = attemptRecord({ provider: 'openai', usage: usage(1, 1) });
        outbox.add(usageEvent(requestId, { attempt }));
        outbox.add(usageEvent(requestId, { source: 'edge', request: requestRecord() }));
      }
    };
    send(0, 200);
    await eventually('the first rows', async () => (await bookedRequests()) > before);
    proxy.cut({ refuseNew: true });
    send(200, 400);
    await expect(ledger.listSpendLogs({})).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(accounts.getKey({ keyHash: 'f'.repeat(64) })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await eventually('readiness to fail', async () => (await statusOf('/health/ready')) === 503);
    proxy.restore();
    await eventually('every row', async () => (await bookedRequests()) === before + 400);
    await eventually('every request to be complete', async () => {
      const rows = await test.database.query(
        `SELECT 1 FROM ledger_request WHERE request_id LIKE 'storm-%' AND (status <> 'success' OR cost_nano_usd <> 3000)`,
      );
      return rows.length === 0;
    });
    const [sum] = await test.database.query(
      `SELECT count(*)::integer AS attempts, sum(cost_nano_usd)::integer AS cost FROM ledger_attempt
       WHERE request_id LIKE 'storm-%'`,
    );
    expect(sum).toEqual({ attempts: 400, cost: 400 * 3_000 });
    await outbox.close(CLOSE_TIMEOUT_MS);
  });
});
