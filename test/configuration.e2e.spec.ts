// Real: the whole mesh, which follows a real file. Emulated: the providers.
import { rmSync, writeFileSync } from 'node:fs';
import { startTestMesh, type TestMesh } from '@gateway/local';
import { eventually } from '@gateway/testkit';
import { type EmulatorControl, emulatorsOf } from './support/emulator-control';
import { type GatewayAnswer, GatewayHttp } from './support/gateway-http';
import { httpResponse, ScriptedProvider } from './support/scripted-provider';
import { loggedRequest } from './support/spend-logs';
import { claudeModel, configurationYaml, gptModel, type ModelEntry } from './support/test-configuration';

const ASK = { messages: [{ role: 'user', content: 'Please write 6 tokens' }] };

let mesh: TestMesh;
let gateway: GatewayHttp;
let emulators: { openAi: EmulatorControl; anthropic: EmulatorControl };
const scripted = new ScriptedProvider();
let scriptedOrigin: string;

beforeAll(async () => {
  scriptedOrigin = await scripted.start();
  mesh = await startTestMesh({
    configYaml: configurationYaml([gptModel('mock-gpt*')]),
    extraServiceEnvironment: { 'provider-workers': { KEY_OF_THE_WORKERS: 'sk-from-the-environment' } },
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  emulators = emulatorsOf(mesh);
});

afterAll(async () => {
  await mesh?.stop();
  await scripted.stop();
});

const ask = (model: string, more: Record<string, unknown> = {}): Promise<GatewayAnswer> =>
  gateway.chat({ ...ASK, model, ...more });

let versions = 0;

/** Writes the file, and waits until every service on the way of a request works by it. */
async function configure(
  models: readonly ModelEntry[],
  more: {
    readonly router_settings?: Record<string, unknown>;
    readonly litellm_settings?: Record<string, unknown>;
  } = {},
): Promise<void> {
  versions += 1;
  const marker = `marker-${versions}`;
  const markerModel = gptModel(marker, { litellm_params: { model: 'openai/mock-marker' } });
  writeFileSync(
    mesh.configPath,
    configurationYaml([...models, markerModel], {
      ...more,
      router_settings: { num_retries: 0, ...more.router_settings },
    }),
  );
  await eventually(`the version with ${marker}`, async () => (await ask(marker)).status === 200);
  await Promise.all([emulators.openAi.reset(), emulators.anthropic.reset()]);
}

describe('a changed file', () => {
  it('L3 takes effect without a restart, and no request in flight or meanwhile fails', async () => {
    await configure([gptModel('mock-gpt*'), gptModel('staying', { litellm_params: { model: 'openai/mock-gpt' } })]);
    const pids = mesh.instances.map((instance) => instance.pid);
    // A stream of 1.5 s by a deployment that the next version no longer has.
    const slow = gateway.chat({
      model: 'mock-gpt+chunks-50ms',
      messages: [{ role: 'user', content: 'Please write 30 tokens' }],
      stream: true,
    });
    let stop = false;
    const statuses: number[] = [];
    const meanwhile = Array.from({ length: 6 }, async () => {
      while (!stop) statuses.push((await ask('staying')).status);
    });
    await eventually('the stream to begin', async () =>
      (await emulators.openAi.bill()).some((row) => /chunks/.test(row.model)),
    );
    for (let change = 0; change < 6; change += 1) {
      await configure([
        // Not the same deployment any more: where it is and what it is sent have changed.
        gptModel('staying', { litellm_params: { model: `openai/mock-gpt-${change}`, temperature: change / 10 } }),
        claudeModel(`added-${change}`, { litellm_params: { model: 'anthropic/mock-claude' } }),
      ]);
    }
    stop = true;
    await Promise.all(meanwhile);
    const streamed = await slow;
    expect(streamed.status).toBe(200);
    expect(streamed.text.trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect(streamed.text.split('"content":"').length - 1).toBeGreaterThanOrEqual(30);
    expect(statuses.length).toBeGreaterThan(5);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect((await ask('added-5')).status).toBe(200);
    expect((await ask('added-0')).status).toBe(404);
    expect((await ask('mock-gpt')).status).toBe(404);
    expect(mesh.instances.map((instance) => instance.pid)).toEqual(pids);
  });

  it('L3 a new price counts from then on', async () => {
    const priced = (input: number) => [
      gptModel('priced', {
        litellm_params: { model: 'openai/mock-gpt' },
        model_info: { input_cost_per_token: input, output_cost_per_token: 0 },
      }),
    ];
    const spend = async (): Promise<number> => {
      const answer = await ask('priced');
      const row = await loggedRequest(gateway, String(answer.headers['x-request-id']));
      return row.spend_nano_usd / row.prompt_tokens;
    };
    await configure(priced(2e-6));
    await eventually('the first price', async () => (await spend()) === 2_000);
    await configure(priced(5e-6));
    await eventually('the second price', async () => (await spend()) === 5_000);
  });
});

describe('a file that is not good', () => {
  const GOOD = [gptModel('good', { litellm_params: { model: 'openai/mock-gpt' } })];

  it.each([
    [
      'a mistyped key',
      'model_list:\n  - model_name: other\n    litellm_params:\n      model: openai/x\n      api_bse: http://x\n',
      /gateway\.yaml:5:\d+.*api_bse.*did you mean "api_base"/,
    ],
    ['no YAML', 'model_list:\n  - model_name: "other\n  broken', /gateway\.yaml:[23]:\d+/],
    [
      'a provider nobody knows',
      'model_list:\n  - model_name: other\n    litellm_params:\n      model: opneai/x\n',
      /gateway\.yaml:4:\d+.*opneai/,
    ],
    [
      'a fallback to nowhere',
      'model_list:\n  - model_name: other\n    litellm_params: {model: openai/x, api_key: k}\nrouter_settings:\n  fallbacks: [{other: [nowhere]}]\n',
      /gateway\.yaml:5:\d+.*nowhere/,
    ],
    ['an empty file', '', /gateway\.yaml/],
  ])('L3 %s is refused with file and line, and the last good version stays', async (_title, text, complaint) => {
    await configure(GOOD);
    const before = mesh.configSync.recentLog.length;
    writeFileSync(mesh.configPath, text);
    await eventually(`the complaint ${complaint}`, () =>
      mesh.configSync.recentLog
        .slice(Math.min(before, 150))
        .some((line) => complaint.test(JSON.stringify(JSON.parse(line)).replaceAll('\\"', '"'))),
    );
    expect((await ask('good')).status).toBe(200);
    expect((await ask('other')).status).toBe(404);
    await configure([...GOOD, gptModel('later', { litellm_params: { model: 'openai/mock-gpt' } })]);
    expect((await ask('later')).status).toBe(200);
  });

  it('L3 a file that disappears, and a config-sync that starts with a bad one, change nothing', async () => {
    await configure(GOOD);
    rmSync(mesh.configPath);
    expect((await ask('good')).status).toBe(200);
    writeFileSync(mesh.configPath, 'model_list: 17\n');
    await mesh.configSync.restart();
    for (const edge of mesh.edges) await edge.restart();
    expect((await ask('good')).status).toBe(200);
    await configure(GOOD);
  });
});

describe('which deployment serves', () => {
  it('L1 shares follow the weights, and weight 0 gets nothing', async () => {
    await configure([
      gptModel('shared', { litellm_params: { model: 'openai/mock-nine', weight: 9 } }),
      gptModel('shared', { litellm_params: { model: 'openai/mock-one', weight: 1 } }),
      gptModel('shared', { litellm_params: { model: 'openai/mock-zero', weight: 0 } }),
    ]);
    for (let round = 0; round < 10; round += 1) await Promise.all(Array.from({ length: 20 }, () => ask('shared')));
    const bill = await emulators.openAi.bill();
    const count = (model: string): number => bill.filter((row) => row.model === model).length;
    expect(bill).toHaveLength(200);
    expect(count('mock-zero')).toBe(0);
    // 180 ± 6 standard deviations.
    expect(count('mock-nine')).toBeGreaterThan(154);
    expect(count('mock-one')).toBeGreaterThan(0);
  });

  it('L1 fallbacks are tried in their order, across providers, and the last error is told', async () => {
    await configure(
      [
        gptModel('first', { litellm_params: { model: 'openai/mock-a+status-500' } }),
        gptModel('second', { litellm_params: { model: 'openai/mock-b+status-503' } }),
        claudeModel('third', { litellm_params: { model: 'anthropic/mock-claude' } }),
        gptModel('hopeless', { litellm_params: { model: 'openai/mock-c+status-500' } }),
      ],
      { router_settings: { fallbacks: [{ first: ['second', 'third'] }, { hopeless: ['second'] }] } },
    );
    const answer = await ask('first', { max_tokens: 20 });
    expect([answer.status, answer.headers['x-gateway-attempts']]).toEqual([200, '3']);
    expect(answer.json()).toMatchObject({ model: 'first' });
    expect((await emulators.openAi.bill()).map((row) => row.model)).toEqual(['mock-a+status-500', 'mock-b+status-503']);
    const hopeless = await ask('hopeless');
    expect([hopeless.status, hopeless.headers['x-gateway-attempts']]).toEqual([503, '2']);
  });

  it('L1 aliases and wildcards: exact before alias before the longest wildcard', async () => {
    await configure(
      [
        gptModel('wild/*', { litellm_params: { model: 'openai/mock-short-*' } }),
        gptModel('wild/long-*', { litellm_params: { model: 'openai/mock-long-*' } }),
        gptModel('wild/long-exact', { litellm_params: { model: 'openai/mock-exact' } }),
      ],
      { router_settings: { model_group_alias: { best: 'wild/long-exact', 'wild/long-alias': 'wild/long-exact' } } },
    );
    for (const model of ['wild/x', 'wild/long-x', 'wild/long-exact', 'best', 'wild/long-alias']) {
      expect([model, (await ask(model)).json().model]).toEqual([model, model]);
    }
    expect((await emulators.openAi.bill()).map((row) => row.model)).toEqual([
      'mock-short-x',
      'mock-long-x',
      'mock-exact',
      'mock-exact',
      'mock-exact',
    ]);
  });

  it('L1 a deployment that is too slow to begin is given up', async () => {
    await configure(
      [
        gptModel('slow', { litellm_params: { model: 'openai/mock-slow+never-respond', timeout: 0.3 } }),
        gptModel('saved', { litellm_params: { model: 'openai/mock-slow+never-respond', timeout: 0.3 } }),
        gptModel('quick', { litellm_params: { model: 'openai/mock-quick' } }),
      ],
      { router_settings: { fallbacks: [{ saved: ['quick'] }] } },
    );
    expect((await ask('slow')).status).toBe(504);
    expect((await ask('saved')).status).toBe(200);
    expect((await ask('saved', { stream: true })).status).toBe(200);
  });
});

describe('what is sent to a provider', () => {
  const REPLY = { id: 'x', object: 'chat.completion', created: 1, model: 'whatever', choices: [], usage: undefined };

  it('L1 openai/NAME with api_base reaches any server of OpenAI’s wire, below any path', async () => {
    const answer = {
      ...REPLY,
      choices: [{ index: 0, message: { role: 'assistant', content: 'hello from elsewhere' }, finish_reason: 'stop' }],
    };
    const body = Buffer.from(JSON.stringify(answer));
    scripted.script(httpResponse(body, { contentType: 'application/json', chunkBytes: null }), []);
    const bases = [`${scriptedOrigin}/v1`, `${scriptedOrigin}/deep/er/v1/`, scriptedOrigin];
    await configure(
      bases.map((api_base, index) =>
        gptModel(`own-${index}`, { litellm_params: { model: 'openai/org/my model:7b', api_base, api_key: 'own-key' } }),
      ),
    );
    scripted.requests.length = 0;
    for (const index of bases.keys()) {
      const got = await ask(`own-${index}`);
      expect(got.json()).toMatchObject({
        model: `own-${index}`,
        choices: [{ message: { content: 'hello from elsewhere' } }],
      });
    }
    expect(scripted.requests.map((request) => request.split('\r\n')[0])).toEqual([
      'POST /v1/chat/completions HTTP/1.1',
      'POST /deep/er/v1/chat/completions HTTP/1.1',
      'POST /chat/completions HTTP/1.1',
    ]);
    for (const request of scripted.requests) {
      expect(request).toMatch(/\r\nauthorization: Bearer own-key\r\n/i);
      expect(JSON.parse(request.split('\r\n\r\n')[1] ?? '')).toEqual({ ...ASK, model: 'org/my model:7b' });
    }
  });

  it('L1 defaults give way to the client, extra_body does not, extra_headers are sent', async () => {
    await configure([
      gptModel('dressed', {
        litellm_params: {
          model: 'openai/mock-gpt',
          temperature: 0.25,
          top_p: 0.5,
          extra_body: { x_always: { on: true } },
          extra_headers: { 'x-team': 'blue' },
        },
      }),
    ]);
    expect((await ask('dressed', { temperature: 1 })).status).toBe(200);
    const { body, headers } = await emulators.openAi.onlyRequest();
    expect(JSON.parse(body)).toMatchObject({ temperature: 1, top_p: 0.5, x_always: { on: true }, model: 'mock-gpt' });
    expect(headers['x-team']).toBe('blue');
  });

  it('L1 a key in the environment is read by the workers alone', async () => {
    await configure([
      gptModel('keyed', { litellm_params: { model: 'openai/mock-gpt', api_key: 'os.environ/KEY_OF_THE_WORKERS' } }),
    ]);
    expect((await ask('keyed')).status).toBe(200);
    expect((await emulators.openAi.onlyRequest()).headers.authorization).toBe('Bearer sk-from-the-environment');
  });
});
