import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { request } from 'undici';
import { processIdentity } from '../process/process-identity';
import { livingRunRecords } from '../process/run-record';
import { waitUntil } from '../process/wait-until';
import type { MeshOptions } from './mesh-options';
import { EMULATORS_ENTRY, MIGRATIONS, SERVICES } from './service-table';
import { type Mesh, startMesh } from './start-mesh';
import type { SupervisorEvent } from './supervised-service';

// Real here: processes, signals, ports. The services are stand-ins, no backing server is used.

const PATIENCE = { timeoutMs: 120_000, pauseMs: 20 };

let home: string;
let mesh: Mesh | undefined;
let events: SupervisorEvent[];

function fakeCheckout(): string {
  const checkout = join(home, 'checkout');
  const put = (fixture: string, entry: string): void => {
    mkdirSync(dirname(join(checkout, entry)), { recursive: true });
    copyFileSync(join(__dirname, '__fixtures__', fixture), join(checkout, entry));
  };
  for (const { entry } of Object.values(SERVICES)) put('fake-service.js', entry);
  put('fake-emulators.js', EMULATORS_ENTRY);
  for (const { service, entry } of MIGRATIONS)
    writeFileSync(
      join(checkout, entry),
      `require('node:fs').appendFileSync(process.env.LLM_GATEWAY_DATA_DIR + '/migrated', '${service} ')`,
    );
  return checkout;
}

function options(extra: Partial<MeshOptions> = {}): MeshOptions {
  const configPath = join(home, 'gateway.yaml');
  writeFileSync(
    configPath,
    'model_list:\n  - litellm_params:\n      api_base: os.environ/MY_BASE\n      api_key: os.environ/MY_KEY\n',
  );
  return {
    dataDir: home,
    configPath,
    servers: { databaseUrl: 'postgres://d', redisUrl: 'redis://r', natsUrl: 'nats://n' },
    masterKey: 'sk-master',
    encryptionKey: 'a-secret',
    userEnvironment: { PATH: process.env.PATH, OPENAI_API_KEY: 'sk-openai', MY_BASE: 'http://base', MY_KEY: 'sk-mine' },
    checkout: fakeCheckout(),
    onEvent: (event) => events.push(event),
    ...extra,
  };
}

async function environmentOf(url: string): Promise<Record<string, string>> {
  const response = await request(`${url}/environment`);
  return (await response.body.json()) as Record<string, string>;
}

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'gateway-mesh-'));
  events = [];
});

afterEach(async () => {
  await mesh?.stop();
  mesh = undefined;
  rmSync(home, { recursive: true, force: true });
});

describe('the mesh', () => {
  it('E2 gives each secret only to the services that need it', async () => {
    mesh = await startMesh(options());
    const holders = async (variable: string): Promise<string[]> => {
      const all = await Promise.all(mesh!.instances.map(async ({ httpUrl }) => environmentOf(httpUrl)));
      return all
        .filter((environment) => environment[variable] !== undefined)
        .map((environment) => environment.LLM_GATEWAY_INSTANCE_ID!);
    };
    expect(await holders('OPENAI_API_KEY')).toEqual(['provider-workers-1']);
    expect(await holders('MY_KEY')).toEqual(['provider-workers-1']);
    expect((await holders('MY_BASE')).sort()).toEqual(['config-sync-1', 'provider-workers-1']);
    expect(await holders('LLM_GATEWAY_MASTER_KEY')).toEqual(['edge-api-1']);
    expect((await holders('LLM_GATEWAY_DATABASE_URL')).sort()).toEqual(['config-sync-1', 'cost-ledger-1']);
    expect((await holders('LLM_GATEWAY_ENCRYPTION_KEY')).sort()).toEqual(['config-sync-1', 'provider-workers-1']);
    expect((await holders('LLM_GATEWAY_NATS_URL')).length).toBe(5);
  });

  it('tells services where the others are, and migrates before they start', async () => {
    mesh = await startMesh(options({ instances: { 'edge-api': 2, 'provider-workers': 2 } }));
    expect(readFileSync(join(home, 'migrated'), 'utf8')).toBe('cost-ledger config-sync ');
    const edge = await environmentOf(mesh.url);
    const ledger = await environmentOf(mesh.ledgers[0]!.httpUrl);
    expect(edge.LLM_GATEWAY_LEDGER_URL).toBe(`127.0.0.1:${ledger.LLM_GATEWAY_GRPC_PORT}`);
    expect(edge.EMULATOR_OPENAI_URL).toBe(mesh.emulators?.urls.openai);
    expect(mesh.edges.map(({ name }) => name)).toEqual(['edge-api-1', 'edge-api-2']);
    expect(mesh.workers.length).toBe(2);
    expect(new Set(mesh.instances.map(({ httpUrl }) => httpUrl)).size).toBe(mesh.instances.length);
  });

  it('O5 stops the edge first and the ledger after the workers, leaving no process', async () => {
    mesh = await startMesh(options());
    const pids = mesh.instances.map(({ pid }) => pid!);
    await mesh.stop();
    mesh = undefined;
    const stops = readFileSync(join(home, 'stops'), 'utf8').trim().split('\n');
    expect(stops).toEqual(['edge-api-1', 'router-1', 'provider-workers-1', 'cost-ledger-1', 'config-sync-1']);
    expect(pids.filter((pid) => processIdentity(pid) !== undefined)).toEqual([]);
    expect(livingRunRecords(join(home, 'run'))).toEqual([]);
  });

  it('starts a service that dies again, on the same address', async () => {
    mesh = await startMesh(options());
    const [router] = mesh.routers;
    const before = router!.pid;
    router!.kill();
    await waitUntil(async () => expect(router!.pid ?? before).not.toBe(before), PATIENCE);
    await router!.ready();
    expect((await environmentOf(router!.httpUrl)).LLM_GATEWAY_INSTANCE_ID).toBe('router-1');
    expect(events.map(({ kind, name }) => `${name} ${kind}`)).toEqual(['router-1 died']);
  });

  it('leaves a stopped service down until it is started', async () => {
    mesh = await startMesh(options());
    const [worker] = mesh.workers;
    await worker!.stop();
    expect(worker!.pid).toBeUndefined();
    expect(events).toEqual([]);
    await worker!.start();
    expect(worker!.pid).toBeGreaterThan(0);
  });

  it('gives up loudly on a service that keeps dying', async () => {
    mesh = await startMesh(options());
    await expect(request(`${mesh.routers[0]!.httpUrl}/die`)).rejects.toThrow();
    await waitUntil(async () => expect(events.at(-1)?.kind).toBe('gave-up'), { timeoutMs: 120_000, pauseMs: 50 });
    expect(events.at(-1)?.message).toMatch(
      /router-1 died 7 times in a row; not starting it again\n {2}its last lines:/,
    );
  });

  it('says why a service did not start, and leaves nothing running', async () => {
    const broken = options({
      extraServiceEnvironment: { 'config-sync': { FAKE_BROKEN: 'gateway.yaml:3: no such setting' } },
    });
    await expect(startMesh(broken)).rejects.toThrow(
      /config-sync-1 is not ready[\s\S]*gateway\.yaml:3: no such setting/,
    );
    expect(livingRunRecords(join(home, 'run'))).toEqual([]);
  });

  it('does not outlive a launcher that is killed', async () => {
    // A process of its own, so that it can be killed without a chance to clean up.
    const script = `
      require('@swc/core');
      const { readFileSync } = require('node:fs');
      const { transformSync } = require('@swc/core');
      require.extensions['.ts'] = (module, file) => module._compile(transformSync(readFileSync(file, 'utf8'), {
        filename: file, swcrc: false, jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' },
      }).code, file);
      const { startMesh } = require(${JSON.stringify(join(__dirname, 'start-mesh.ts'))});
      startMesh(JSON.parse(process.argv[1])).then(() => process.stdout.write('up'));
      setInterval(() => undefined, 1000);
    `;
    const { onEvent: _, ...plain } = options();
    const launcher = spawn(process.execPath, ['-e', script, JSON.stringify(plain)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => launcher.stdout.once('data', resolve));
    const records = livingRunRecords(join(home, 'run'));
    expect(records.length).toBe(6);
    launcher.kill('SIGKILL');
    await waitUntil(async () => expect(livingRunRecords(join(home, 'run'))).toEqual([]), PATIENCE);
  });
});
