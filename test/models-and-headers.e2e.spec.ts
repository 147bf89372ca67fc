// Real: the whole mesh. Emulated: the providers.
import { startTestMesh, type TestMesh } from '@gateway/local';
import { type GatewayAnswer, GatewayHttp } from './support/gateway-http';
import { sdkClients } from './support/sdk-clients';
import { claudeModel, configurationYaml, gptModel } from './support/test-configuration';

const ASK = { messages: [{ role: 'user', content: 'Please write 4 tokens' }], max_tokens: 20 };

let mesh: TestMesh;
let gateway: GatewayHttp;

beforeAll(async () => {
  mesh = await startTestMesh({
    configYaml: configurationYaml(
      [
        gptModel('mock-gpt'),
        claudeModel('mock-claude'),
        gptModel('wild/*', { litellm_params: { model: 'openai/mock-*' } }),
        gptModel('keyless', { litellm_params: { api_key: 'os.environ/NOBODY_SETS_THIS_KEY' } }),
        gptModel('retry-gpt', { litellm_params: { model: 'openai/mock-x+status-503+times-1', num_retries: 1 } }),
        gptModel('broken-gpt', { litellm_params: { model: 'openai/mock-y+status-500', num_retries: 1 } }),
      ],
      { router_settings: { num_retries: 0, model_group_alias: { best: 'mock-claude' } } },
    ),
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
});

afterAll(() => mesh?.stop());

const namesFor = async (key: string): Promise<string[]> => {
  const { openAi } = sdkClients(mesh.url, key);
  const page = await openAi.models.list();
  return page.data.map((model) => model.id).sort();
};

describe('GET /v1/models', () => {
  it('A1 lists groups and aliases that can be served, in OpenAI’s shape', async () => {
    const answer = await gateway.send({ path: '/v1/models' });
    expect(answer.status).toBe(200);
    const list = answer.json<{ object: string; data: Record<string, unknown>[] }>();
    expect(list.object).toBe('list');
    for (const model of list.data) {
      expect(model).toEqual({
        id: expect.stringMatching(/./),
        object: 'model',
        created: expect.any(Number),
        owned_by: expect.any(String),
      });
    }
    expect(await namesFor(mesh.masterKey)).toEqual([
      'best',
      'broken-gpt',
      'mock-claude',
      'mock-gpt',
      'retry-gpt',
      'wild/*',
    ]);
    expect((await gateway.send({ path: '/models' })).json()).toEqual(list);
  });

  it('A1 shows a key only what it may use, and every listed name works for it', async () => {
    const key = await gateway.makeKey({ models: ['mock-gpt', 'best', 'wild/*'] });
    const names = await namesFor(key);
    expect(names).toEqual(['best', 'mock-gpt', 'wild/*']);
    for (const name of names) {
      const model = name.replace('*', 'anything');
      expect([model, (await gateway.chat({ ...ASK, model }, { key })).status]).toEqual([model, 200]);
    }
    expect((await gateway.chat({ ...ASK, model: 'mock-claude' }, { key })).status).toBe(403);
  });

  it('A1 a model without its provider’s key is not listed, and says why when asked for', async () => {
    const answer = await gateway.chat({ ...ASK, model: 'keyless' });
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(answer.text).toContain('NOBODY_SETS_THIS_KEY');
  });

  it('A1 an alias answers under its own name', async () => {
    const answer = await gateway.chat({ ...ASK, model: 'best' });
    expect(answer.json()).toMatchObject({ model: 'best' });
  });

  it.each([
    ['mock-gtp', 'mock-gpt'],
    ['mock-cloude', 'mock-claude'],
  ])('A1 the 404 of %s names %s', async (asked, nearest) => {
    const answer = await gateway.chat({ ...ASK, model: asked });
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({ error: { code: 'model_not_found', param: 'model' } });
    expect(answer.text).toContain(`'${nearest}'`);
  });
});

describe('headers of answers', () => {
  const header = (answer: GatewayAnswer, name: string): string => String(answer.headers[name]);

  it.each([
    ['chat', 'mock-gpt', false],
    ['chat', 'mock-claude', true],
    ['messages', 'mock-claude', false],
    ['messages', 'mock-gpt', true],
  ] as const)('B3 a %s call of %s, stream %s, says who served it', async (wire, model, stream) => {
    const answer = await gateway[wire]({ ...ASK, model, stream });
    expect(answer.status).toBe(200);
    expect(header(answer, 'x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(header(answer, 'x-gateway-deployment')).toContain(model);
    expect(header(answer, 'x-gateway-attempts')).toBe('1');
    expect(Number(header(answer, 'x-gateway-overhead-ms'))).toBeGreaterThanOrEqual(0);
    expect(header(answer, 'content-type')).toMatch(stream ? /^text\/event-stream/ : /^application\/json/);
    if (stream) {
      expect(header(answer, 'x-accel-buffering')).toBe('no');
      expect(header(answer, 'cache-control')).toContain('no-cache');
    }
  });

  it('B3 every request has an id of its own', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => gateway.chat({ ...ASK, model: 'mock-gpt' })));
    expect(new Set(answers.map((answer) => answer.headers['x-request-id'])).size).toBe(20);
  });

  it('B3 nothing of the provider’s own headers comes through', async () => {
    const { headers } = await gateway.chat({ ...ASK, model: 'mock-gpt' });
    const foreign = Object.keys(headers).filter((name) => /openai|anthropic|ratelimit|server|powered/.test(name));
    expect(foreign).toEqual([]);
  });

  it('B3 attempts count the retries, of successes and of failures', async () => {
    const healed = await gateway.chat({ ...ASK, model: 'retry-gpt' });
    expect([healed.status, header(healed, 'x-gateway-attempts')]).toEqual([200, '2']);
    const failed = await gateway.chat({ ...ASK, model: 'broken-gpt' });
    expect([failed.status, header(failed, 'x-gateway-attempts')]).toEqual([502, '2']);
    expect(header(failed, 'x-gateway-deployment')).toContain('broken-gpt');
    expect(header(failed, 'x-request-id')).toMatch(/./);
  });

  it.each([
    ['/v1/chat/completions', 'POST', {}],
    ['/v1/models', 'GET', undefined],
    ['/nothing', 'GET', undefined],
    ['/key/info', 'GET', undefined],
  ] as const)('B3 also an error of %s has a request id', async (path, method, body) => {
    const answer = await gateway.send({ path, method, body, key: 'sk-nobody-000000000000' });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(header(answer, 'x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('health', () => {
  it.each(['/health', '/health/ready', '/health/liveliness', '/health/readiness'])('%s needs no key', async (path) => {
    for (const instance of mesh.instances) {
      const answer = await new GatewayHttp(instance.httpUrl, '').send({ path, key: null });
      expect([instance.name, answer.status]).toEqual([instance.name, 200]);
    }
  });
});
