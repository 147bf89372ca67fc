import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bus } from '@gateway/bus';
import { type GatewaySnapshot, readEnvironment } from '@gateway/config';
import { ConfigurationDefinition } from '@gateway/contracts';
import {
  ConfigurationStore,
  createGrpcClient,
  createServiceContext,
  type RunningService,
  startService,
} from '@gateway/service-kit';
import { SILENT_LOGGER } from '@gateway/telemetry';
import { CONFIG_SYNC } from './config-sync-service';

const file = (group: string) => `model_list:
  - model_name: ${group}
    litellm_params: { model: openai/${group}, api_key: sk-literal }
`;
const BAD = 'model_list:\n  - model_name: broken\n    litellm_params: { modle: openai/x }\n';

// Real: NATS, the file system, HTTP and gRPC. The service runs inside this process.
describe('config-sync', () => {
  let directory: string;
  let bus: Bus;
  let namespace: string;
  let service: RunningService | null = null;
  const snapshots: GatewaySnapshot[] = [];
  let arrived: () => void = () => undefined;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'config-sync-'));
    namespace = `test_${process.pid}_${Math.random().toString(36).slice(2)}`;
    bus = await Bus.connect({ url: natsUrl(), namespace, name: 'watcher', logger: SILENT_LOGGER });
    snapshots.length = 0;
    const store = await ConfigurationStore.open(bus);
    let reading = Promise.resolve();
    await store.watch((read) => {
      const inForce = read?.state.inForce;
      reading = reading.then(async () => {
        if (!inForce || snapshots.at(-1)?.version === inForce.version) return;
        snapshots.push((await (await store.readContent(inForce))?.decode()) as GatewaySnapshot);
        arrived();
      });
    });
  });

  afterEach(async () => {
    await service?.stop();
    service = null;
    await bus.close();
    rmSync(directory, { recursive: true });
  });

  const path = () => join(directory, 'gateway.yaml');

  async function start(): Promise<RunningService> {
    const environment = readEnvironment('config-sync', {
      LLM_GATEWAY_NATS_URL: natsUrl(),
      LLM_GATEWAY_NAMESPACE: namespace,
      LLM_GATEWAY_CONFIG: path(),
      LLM_GATEWAY_CONFIG_POLL_MS: '50',
      LLM_GATEWAY_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64'),
      LLM_GATEWAY_LOG_LEVEL: 'silent',
    });
    service = await startService(CONFIG_SYNC, createServiceContext('config-sync', environment));
    return service;
  }

  async function published(count: number): Promise<GatewaySnapshot> {
    while (snapshots.length < count) {
      await new Promise<void>((resolve) => {
        arrived = resolve;
      });
    }
    return snapshots[count - 1]!;
  }

  function rpc(running: RunningService) {
    return createGrpcClient(ConfigurationDefinition, running.grpcAddress ?? '', {
      deadlineMs: 60_000,
      logger: SILENT_LOGGER,
    });
  }

  async function readiness(running: RunningService): Promise<number> {
    return (await fetch(`${running.httpUrl}/health/ready`)).status;
  }

  it('L3 publishes the file and each good change, sealed, and refuses a bad one with its place', async () => {
    writeFileSync(path(), file('one'));
    const running = await start();
    const client = rpc(running);
    const first = await published(1);
    expect(first.version).toMatch(/^1-[0-9a-f]{12}$/);
    expect(first.deployments[0]).toMatchObject({ modelGroup: 'one', apiKey: expect.stringMatching(/^sealed:v1:/) });
    expect(await readiness(running)).toBe(200);

    writeFileSync(join(directory, 'next.yaml'), file('two'));
    renameSync(join(directory, 'next.yaml'), path());
    expect((await published(2)).deployments[0]?.modelGroup).toBe('two');

    writeFileSync(path(), BAD);
    const status = await client.reload({});
    expect(status.lastError).toContain(`${path()}:3:23 model_list[0].litellm_params.modle is not a key`);
    expect(status.version).toBe(snapshots[1]?.version);
    expect(snapshots).toHaveLength(2);
    expect(await readiness(running)).toBe(200);

    rmSync(path());
    expect((await client.reload({})).lastError).toBe(`${path()} does not exist`);
    writeFileSync(path(), file('two'));
    expect(await client.reload({})).toMatchObject({ version: status.version, lastError: '' });
    client.close();
  });

  it('L1 publishes files as LiteLLM’s users have them', async () => {
    const folder = join(__dirname, '__fixtures__/litellm');
    const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    cpSync(join(folder, 'parts'), join(directory, 'parts'), { recursive: true });
    writeFileSync(path(), file('before'));
    const running = await start();
    const client = rpc(running);
    for (const [index, name] of names.entries()) {
      writeFileSync(path(), readFileSync(join(folder, name)));
      const { lastError } = await client.reload({});
      expect([name, lastError]).toEqual([name, '']);
      const snapshot = await published(index + 2);
      expect([name, Number.parseInt(snapshot.version, 10)]).toEqual([name, index + 2]);
    }
    client.close();
  });

  it('L3 serves the last good version when it starts with a bad file, and goes on counting', async () => {
    writeFileSync(path(), file('one'));
    const before = await start();
    const first = await published(1);
    await before.stop();
    writeFileSync(path(), BAD);
    const running = await start();
    const client = rpc(running);
    expect(await readiness(running)).toBe(200);
    const status = await client.getStatus({});
    expect(status).toMatchObject({ version: first.version, source: path() });
    expect(status.lastError).toContain('litellm_params.modle');
    writeFileSync(path(), file('two'));
    expect((await published(2)).version).toMatch(/^2-/);
    client.close();
  });

  it('L3 is not ready, and says why, while there never was a good version', async () => {
    writeFileSync(path(), BAD);
    const running = await start();
    const client = rpc(running);
    expect(await readiness(running)).toBe(503);
    expect(await client.getStatus({})).toMatchObject({
      version: '',
      lastError: expect.stringContaining('did you mean "model"?'),
    });
    expect(snapshots).toHaveLength(0);
    client.close();
  });
});

function natsUrl(): string {
  const url = process.env.TEST_NATS_URL;
  if (!url) throw new Error('TEST_NATS_URL is not set: run through the medium project of Jest');
  return url;
}
