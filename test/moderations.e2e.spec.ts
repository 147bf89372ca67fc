// Real: the whole mesh, PostgreSQL, NATS, Redis, OpenAI's own client. Emulated: the providers.
import { startTestMesh, type TestMesh } from '@gateway/local';
import OpenAI from 'openai';
import { type EmulatorControl, emulatorsOf } from './support/emulator-control';
import { GatewayHttp } from './support/gateway-http';
import { sdkClients } from './support/sdk-clients';
import { loggedRequest } from './support/spend-logs';
import { claudeModel, configurationYaml, gptModel } from './support/test-configuration';

const MODEL = 'mock-moderation';

let mesh: TestMesh;
let gateway: GatewayHttp;
let openAi: OpenAI;
let emulator: EmulatorControl;

beforeAll(async () => {
  mesh = await startTestMesh({
    configYaml: configurationYaml([
      gptModel('mock-gpt'),
      gptModel(MODEL),
      gptModel('mock-moderation*'),
      claudeModel('mock-claude'),
    ]),
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  ({ openAi } = sdkClients(mesh.url, mesh.masterKey));
  emulator = emulatorsOf(mesh).openAi;
});

afterAll(() => mesh?.stop());

beforeEach(() => emulator.reset());

const moderate = (body: unknown, key?: string) => gateway.send({ path: '/v1/moderations', body, key });

describe('POST /v1/moderations', () => {
  it('A5 OpenAI’s client gets a verdict for each text', async () => {
    const answer = await openAi.moderations.create({ model: MODEL, input: ['a quiet day', 'so much violence'] });
    expect(answer.results.map(({ flagged }) => flagged)).toEqual([false, true]);
    expect(answer.results[1]?.categories.violence).toBe(true);
    expect(answer.results[1]?.category_scores.violence).toBeGreaterThan(0.5);
    expect(answer.model).toBe(MODEL);
  });

  it('A5 the parts of a message reach the provider as they are, and are judged together', async () => {
    const input = [
      { type: 'text' as const, text: 'some hate' },
      { type: 'image_url' as const, image_url: { url: 'https://pictures.example/a.png' } },
    ];
    const answer = await openAi.moderations.create({ model: MODEL, input });
    expect(answer.results.map(({ flagged }) => flagged)).toEqual([true]);
    expect(JSON.parse((await emulator.onlyRequest()).body)).toEqual({ model: MODEL, input });
  });

  it('A5 without a model the one that is made for it is asked, if the key may', async () => {
    const answer = await openAi.moderations.create({ input: 'a quiet day' });
    expect(answer.model).toBe(MODEL);
    expect(JSON.parse((await emulator.onlyRequest()).body)).toEqual({ model: MODEL, input: 'a quiet day' });
    const refused = await moderate({ input: 'x' }, await gateway.makeKey({ models: ['mock-gpt'] }));
    expect(refused.status).toBe(400);
    expect(refused.json()).toMatchObject({ error: { param: 'model', type: 'invalid_request_error' } });
  });

  it('D3 is in the ledger', async () => {
    const { request_id } = await openAi.moderations.create({ model: MODEL, input: 'a quiet day' }).withResponse();
    expect(await loggedRequest(gateway, request_id ?? '')).toMatchObject({
      status: 'success',
      call_type: 'amoderation',
      model: MODEL,
      completion_tokens: 0,
    });
  });

  it.each([
    [{ model: MODEL }, 'input'],
    [{ model: MODEL, input: 5 }, 'input'],
    [{ model: MODEL, input: [] }, 'input'],
    [{ model: MODEL, input: [{ type: 'text' }] }, 'input[0].text'],
    [{ model: 7, input: 'x' }, 'model'],
    [{ model: 'mock-claude', input: 'x' }, 'model'],
  ])('A5 %j is refused by name, and nobody is asked', async (body, param) => {
    const answer = await moderate(body);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { param, type: 'invalid_request_error' } });
    expect(await emulator.requests()).toEqual([]);
  });

  it.each([
    [401, 502],
    [429, 429],
    [500, 502],
  ])('B7 a provider’s %i is the client’s %i', async (theirs, ours) => {
    const failure: unknown = await openAi.moderations
      .create({ model: `${MODEL}+status-${theirs}`, input: 'x' })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OpenAI.APIError);
    expect((failure as InstanceType<typeof OpenAI.APIError>).status).toBe(ours);
  });

  it.each(['cut-after-1', 'malformed-after-1', 'empty-body'])(
    'B7 an answer nobody can read (%s) is one error',
    async (fault) => {
      const answer = await moderate({ model: `${MODEL}+${fault}`, input: 'x' });
      expect(answer.status).toBe(502);
      expect(answer.json()).toMatchObject({ error: { type: 'upstream_error' } });
    },
  );
});
