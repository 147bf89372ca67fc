// Real: the whole mesh with two of each instance on NATS of its own, which is restarted, and a real file. Emulated: the providers.
import { rmSync, writeFileSync } from 'node:fs';
import { type ServiceInstance, startTestMesh, type TestMesh } from '@gateway/local';
import { eventually } from '@gateway/testkit';
import { type EmulatorControl, emulatorsOf } from './support/emulator-control';
import type { Conversation } from './support/fault-conversation';
import { FaultMesh, measured } from './support/fault-mesh';
import { GatewayHttp } from './support/gateway-http';
import { configurationYaml, gptModel } from './support/test-configuration';

const IN_FLIGHT = 1_000;
/** Streams that begin together. */
const AT_ONCE = 100;
const RELOADS = 50;
/** Long enough for the reloads of a usual machine; on a slow one some have ended before the last. */
const SLOW = '+tokens-20+chunks-1000ms';
const BAD = 'model_list:\n  - model_name: bad\n    litellm_params: { modle: openai/bad }\n';

interface Status {
  readonly version: string;
  readonly in_step: boolean;
  readonly rolled_back_to: string | null;
  readonly instances: readonly { readonly service: string; readonly instance: string; readonly version: string }[];
  readonly last_error: string | null;
  readonly problems: readonly { readonly file: string | null; readonly line: number | null }[];
}

let mesh: TestMesh;
let gateway: GatewayHttp;
let openAi: EmulatorControl;

beforeAll(async () => {
  mesh = await startTestMesh({
    configYaml: documentOf(0),
    ownServers: true,
    instances: { 'edge-api': 2, router: 2, 'provider-workers': 2 },
    // A machine that is busy with a thousand streams is not what this is about.
    extraServiceEnvironment: {
      'edge-api': { LLM_GATEWAY_HANDOVER_TIMEOUT_MS: '15000', LLM_GATEWAY_WORKER_SILENCE_MS: '15000' },
      'config-sync': { LLM_GATEWAY_CONFIG_PATIENCE_MS: '1500' },
      'provider-workers': { LLM_GATEWAY_PROVIDER_CONNECTIONS: String(IN_FLIGHT) },
    },
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  openAi = emulatorsOf(mesh).openAi;
});

afterAll(async () => mesh?.stop());

/**
 * `steady` keeps its name and its id and changes all else: the model comes with the router's plan and the temperature from
 * the worker, so that a request that two versions have served shows both.
 */
function documentOf(edit: number): string {
  return configurationYaml([
    gptModel('mock-gpt*'),
    gptModel('steady', {
      litellm_params: { model: `openai/mock-gpt-v${edit}`, temperature: edit / 1_000 },
      model_info: { id: 'steady' },
    }),
  ]);
}

const write = (text: string): void => writeFileSync(mesh.configPath, text);
const get = async <Document>(path: string): Promise<Document> => (await gateway.send({ path })).json<Document>();
const status = (): Promise<Status> => get<Status>('/hot-reload/status');
const numberOf = (version: string): number => Number.parseInt(version, 10);

async function post(path: string, body: unknown = {}): Promise<Status> {
  const answer = await gateway.send({ path, body });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return answer.json<Status>();
}

/** Resolves with the state in which every running instance works by a version that `isIt`. */
function inStep(what: string, isIt: (version: string) => boolean): Promise<Status> {
  return eventually(what, async () => {
    const now = await status();
    return now.in_step && isIt(now.version) ? now : null;
  });
}

describe('Property 5: model and config hot reload', () => {
  it('L3 1,000 requests in flight across 50 reloads, good and bad: none fails, none sees two versions', async () => {
    const before = numberOf((await status()).version);
    await openAi.reset();
    const faults = new FaultMesh(mesh);
    const streams: Conversation[] = [];
    while (streams.length < IN_FLIGHT) {
      const begun = Array.from({ length: AT_ONCE }, () => faults.start(faults.model('openai', SLOW)));
      streams.push(...begun);
      await Promise.all(begun.map((stream) => stream.head()));
    }
    const steady: Promise<number>[] = [];
    for (let edit = 1; edit <= RELOADS; edit += 1) {
      if (edit % 10 === 5) {
        write(BAD);
        expect((await post('/config/reload')).problems[0]).toMatchObject({ file: mesh.configPath, line: 3 });
      }
      write(documentOf(edit));
      for (let count = 0; count < 2; count += 1) {
        const body = { model: 'steady', messages: [{ role: 'user', content: 'Please write 2 tokens' }] };
        steady.push(gateway.chat(body).then((answer) => answer.status));
      }
      expect((await post('/config/reload')).last_error).toBeNull();
    }
    const left = streams.filter(({ ending }) => ending === null).length;
    process.stderr.write(`      streams still in flight at the last reload: ${left}\n`);
    const startedMs = performance.now();
    write(documentOf(RELOADS + 1));
    const last = await inStep('the last edit', (version) => numberOf(version) > before + RELOADS);
    measured('from the last edit to all instances', performance.now() - startedMs);
    expect(last.instances.map(({ service }) => service).sort()).toEqual([
      'cost-ledger',
      'edge-api',
      'edge-api',
      'provider-workers',
      'provider-workers',
      'router',
      'router',
    ]);
    expect(numberOf(last.version)).toBe(before + RELOADS + 1);
    expect(new Set(await Promise.all(steady))).toEqual(new Set([200]));
    for (const stream of streams) await stream.over();
    expect(
      streams.filter(({ status: code, saidDone, errors }) => code !== 200 || !saidDone || errors.length > 0),
    ).toEqual([]);
    const asked = (await openAi.requests()).map(
      ({ body }) => JSON.parse(body) as { model: string; temperature?: number },
    );
    const ofSteady = asked.filter(({ model }) => model.startsWith('mock-gpt-v'));
    expect(ofSteady.length).toBeGreaterThanOrEqual(RELOADS * 2);
    for (const { model, temperature = -1 } of ofSteady) expect(model).toBe(`mock-gpt-v${temperature * 1_000}`);
  });

  it('L3 NATS restarted and the source away in the middle: what is written then comes into force, what is bad never', async () => {
    const before = await status();
    await mesh.servers.nats.stop();
    write(BAD);
    await mesh.servers.nats.start();
    await eventually('the refusal', async () => (await status()).problems[0]?.line === 3);
    await mesh.servers.nats.stop();
    write(documentOf(100));
    await mesh.servers.nats.start();
    const after = await inStep('the version written without NATS', (version) => version !== before.version);
    expect(numberOf(after.version)).toBe(numberOf(before.version) + 1);
    rmSync(mesh.configPath);
    expect((await post('/config/reload')).last_error).toMatch(/does not exist/);
    write(documentOf(100));
    expect(await post('/config/reload')).toMatchObject({ version: after.version, last_error: null });
  });

  it('L3 an instance that hangs is outwaited, and takes the version in force when it is back', async () => {
    const before = await status();
    const [router] = mesh.routers as [ServiceInstance];
    router.kill('SIGSTOP');
    write(documentOf(101));
    const after = await eventually('the version in force', async () => {
      const now = await status();
      return now.version !== before.version ? now : null;
    });
    router.kill('SIGCONT');
    await eventually('the router that was stopped', async () =>
      (await status()).instances.some(({ instance, version }) => instance === router.name && version === after.version),
    );
  });

  it('L4 goes back to an earlier version, which stays until the source changes', async () => {
    const [now, earlier] = (await get<{ data: Status[] }>('/config/history')).data as [Status, Status];
    const back = await post('/config/rollback', { version: earlier.version });
    expect(back).toMatchObject({ rolled_back_to: earlier.version, last_error: null });
    expect(numberOf(back.version)).toBeGreaterThan(numberOf(now.version));
    await mesh.configSync.restart();
    expect(await post('/config/reload')).toMatchObject({ version: back.version, rolled_back_to: earlier.version });
    const unknown = await gateway.send({ path: '/config/rollback', body: { version: '999999' } });
    expect([unknown.status, unknown.text]).toEqual([404, expect.stringContaining(earlier.version)]);
    write(`${documentOf(103)}\n`);
    expect(await post('/config/reload')).toMatchObject({ rolled_back_to: null, last_error: null });
  });
});
