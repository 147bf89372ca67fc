// Real: the whole mesh, whose worker is killed. Emulated: the providers, with their own bills.
import { request } from 'node:http';
import { startTestMesh, type TestMesh } from '@gateway/local';
import { eventually } from '@gateway/testkit';
import { type EmulatorControl, emulatorsOf } from './support/emulator-control';
import { Conversation } from './support/fault-conversation';
import { type GatewayAnswer, GatewayHttp } from './support/gateway-http';
import { NativeSocket } from './support/native-socket';
import { loggedRequest } from './support/spend-logs';
import { configurationYaml, gptModel, MOCK_MODELS, PRICE } from './support/test-configuration';

const TEXT = 'Please write 6 tokens';
const USER = [{ role: 'user', content: TEXT }];
const MODELS = ['mock-gpt', 'mock-claude', 'mock-gemini'] as const;
const NANO_USD = 1_000_000_000;

let mesh: TestMesh;
let gateway: GatewayHttp;
let openAi: EmulatorControl;

beforeAll(async () => {
  const dated = (version: string) =>
    gptModel('dated-gpt', { litellm_params: { model: `openai/mock-gpt-${version}` }, model_info: { id: version } });
  mesh = await startTestMesh({
    configYaml: configurationYaml([
      ...MOCK_MODELS,
      dated('2024-05-13'),
      dated('2024-08-06'),
      gptModel('unpriced-gpt', { litellm_params: { model: 'openai/unheard-of-model' }, model_info: {} }),
    ]),
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  ({ openAi } = emulatorsOf(mesh));
});

afterAll(() => mesh?.stop());

const chat = (body: object, path = '/v1/gateway/chat') => gateway.send({ path, body: { messages: USER, ...body } });

interface Piece {
  readonly token?: string;
  readonly cost_usd?: number;
  readonly done?: true;
  readonly total_cost_usd?: number;
}

function eventsOf({ text }: Pick<GatewayAnswer, 'text'>): Piece[] {
  const blocks = text.split('\n\n').filter((block) => block.startsWith('data: '));
  return blocks.map((block) => JSON.parse(block.slice('data: '.length)) as Piece);
}

const idOf = ({ headers }: GatewayAnswer) => String(headers['x-request-id']);

describe('A11 chat', () => {
  it.each(MODELS)('of %s says what it cost, as the headers and the ledger do', async (model) => {
    const answer = await chat({ model });
    const told = answer.json<{ message: { content: string }; cost: Record<string, number> }>();
    expect(told).toMatchObject({
      object: 'gateway.chat',
      model,
      message: { role: 'assistant' },
      finish_reason: 'stop',
      cost: { output_tokens: 6, estimated: false, unknown: false },
    });
    expect(told.message.content).not.toBe('');
    const row = await loggedRequest(gateway, idOf(answer));
    expect([row.spend_nano_usd, row.prompt_tokens, row.completion_tokens, row.call_type]).toEqual([
      told.cost.actual_nano_usd,
      told.cost.input_tokens,
      told.cost.output_tokens,
      'native',
    ]);
    expect(Number(answer.headers['x-gateway-cost-usd'])).toBe(told.cost.actual_usd);
    expect(told.cost.estimated_usd).toBeGreaterThan(told.cost.actual_usd ?? 0);
  });

  it.each(MODELS)('of %s is told what it cost so far, and at the end what it did cost', async (model) => {
    const whole = await chat({ model });
    const answer = await chat({ model }, '/v1/gateway/stream');
    expect(answer.headers['content-type']).toContain('text/event-stream');
    const events = eventsOf(answer);
    const done = events.at(-1);
    const tokens = events.slice(0, -1);
    expect(tokens.map(({ token }) => token).join('')).toBe(
      whole.json<{ message: { content: string } }>().message.content,
    );
    const costs = tokens.map(({ cost_usd: cost }) => cost ?? Number.NaN);
    expect(costs).toEqual([...costs].sort((left, right) => left - right));
    expect(costs[0]).toBeGreaterThan(0);
    const row = await loggedRequest(gateway, idOf(answer));
    expect(done).toMatchObject({ done: true, total_cost_usd: row.spend_nano_usd / NANO_USD, finish_reason: 'stop' });
    // The body can say it as well.
    expect(eventsOf(await chat({ model, stream: true })).at(-1)).toMatchObject({ done: true });
  });

  it.each(MODELS)('of %s has tools, whole and in pieces', async (model) => {
    const tools = [
      {
        type: 'function',
        function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
      },
    ];
    const body = { model, tools, tool_choice: 'required', messages: [{ role: 'user', content: 'use get_weather' }] };
    const whole = (await chat(body)).json<{ message: { tool_calls: [{ function: object }] }; finish_reason: string }>();
    expect(whole.finish_reason).toBe('tool_calls');
    const pieces = eventsOf(await chat(body, '/v1/gateway/stream')) as {
      tool_calls?: [{ function: Record<string, string> }];
    }[];
    const said = pieces.flatMap(({ tool_calls: calls }) => calls ?? []);
    expect(whole.message.tool_calls).toMatchObject([
      {
        type: 'function',
        function: { name: 'get_weather', arguments: said.map((call) => call.function.arguments).join('') },
      },
    ]);
    // What was answered can be sent back.
    const [call] = whole.message.tool_calls as unknown as [{ id: string }];
    const messages = [...body.messages, whole.message, { role: 'tool', tool_call_id: call.id, content: 'Sunny' }];
    expect((await chat({ ...body, tool_choice: 'auto', messages })).status).toBe(200);
  });

  it('reaches the provider in its own words, and nothing that is for the gateway does', async () => {
    await openAi.reset();
    const format = { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } };
    const parameters = { temperature: 0.5, max_tokens: 40, stop: ['END'] };
    const answer = await chat({
      model: 'mock-gpt',
      parameters,
      response_format: format,
      max_cost_usd: 1,
      num_retries: 0,
    });
    expect(answer.status).toBe(200);
    expect(JSON.parse((await openAi.onlyRequest()).body)).toEqual({
      ...{
        model: 'mock-gpt',
        messages: USER,
        temperature: 0.5,
        max_tokens: 40,
        stop: ['END'],
        response_format: format,
      },
    });
  });

  it('says that nobody knows a price, and never that it is none', async () => {
    const answer = await chat({ model: 'unpriced-gpt' }, '/v1/gateway/stream');
    const events = eventsOf(answer);
    expect(events[0]).toMatchObject({ cost_usd: null, unknown: true });
    expect(events.at(-1)).toMatchObject({ total_cost_usd: null, cost: { actual_usd: null, unknown: true } });
  });

  it.each([
    [{ model: 'mock-gpt', temprature: 1 }, 400, 'invalid_request', 'temprature'],
    [{ model: 'mock-gpt', parameters: { temperature: 9 } }, 400, 'invalid_request', 'parameters.temperature'],
    [{ model: 'no-such-model' }, 404, 'model_not_found', 'model'],
    [{ model: 'mock-gpt', max_cost_usd: 'little' }, 400, 'invalid_request', 'max_cost_usd'],
    [{ model: 'mock-gpt+status-429' }, 429, 'rate_limited', null],
  ])('refuses %j in its own words', async (body, status, code, param) => {
    const answer = await chat(body);
    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({ error: { code, param, request_id: idOf(answer) } });
  });

  it('lets nobody in without a key', async () => {
    const answer = await gateway.send({ path: '/v1/gateway/stream', key: null, body: {} });
    expect([answer.status, answer.json<{ error: { code: string } }>().error.code]).toEqual([401, 'missing_api_key']);
  });
});

describe('A11 model_version', () => {
  it.each(['2024-05-13', '2024-08-06'])('%s is the one that is called', async (version) => {
    const answers = await Promise.all([1, 2, 3].map(() => chat({ model: 'dated-gpt', model_version: version })));
    expect(answers.map(({ headers }) => headers['x-gateway-deployment'])).toEqual([version, version, version]);
    expect(answers[0]?.json()).toMatchObject({ model: 'dated-gpt', model_version: `mock-gpt-${version}` });
  });

  it('that there is not is refused with those that there are', async () => {
    const answer = await chat({ model: 'dated-gpt', model_version: '2023-01-01' });
    expect([answer.status, answer.json()]).toMatchObject([
      404,
      { error: { code: 'model_not_found', param: 'model_version' } },
    ]);
    expect(answer.text).toContain('There is: 2024-05-13, 2024-08-06.');
  });
});

describe('A11 max_cost_usd', () => {
  const ENDLESS = 'mock-gpt-capped+tokens-5000';
  const MOST_USD = 0.00006;
  const most = Math.round(MOST_USD * NANO_USD);

  it('is never overspent, by however many clients at once: answers end where the money does', async () => {
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, at) =>
        chat({ model: ENDLESS, max_cost_usd: MOST_USD, messages: [{ role: 'user', content: 'x'.repeat(at) }] }),
      ),
    );
    const costs = answers.map((answer) => answer.json<{ cost: { actual_nano_usd: number } }>().cost.actual_nano_usd);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(Math.max(...costs)).toBeLessThanOrEqual(most);
    // Not one of them is cut shorter than its bytes as tokens make it.
    expect(Math.min(...costs)).toBeGreaterThan(most / 4);
    expect(answers.map((answer) => answer.json().finish_reason)).toEqual(answers.map(() => 'length'));
    const bill = (await openAi.bill()).filter(({ model }) => model === ENDLESS);
    expect(bill).toHaveLength(64);
    for (const row of bill) {
      const { promptNanoUsd, completionNanoUsd } = PRICE.gpt;
      expect(row.promptTokens * promptNanoUsd + row.completionTokens * completionNanoUsd).toBeLessThanOrEqual(most);
    }
  });

  it.each([
    [{ model: 'mock-gpt-poor', max_cost_usd: 0.000001 }, 'invalid_request'],
    [{ model: 'mock-gpt-poor', max_cost_usd: MOST_USD, parameters: { max_tokens: 5_000 } }, 'invalid_request'],
    [{ model: 'unpriced-gpt', max_cost_usd: MOST_USD }, 'model_unpriced'],
  ])('that is too little, or cannot be kept, is refused before anybody is called: %j', async (body, code) => {
    await openAi.reset();
    const answer = await chat(body);
    expect([answer.status, answer.json()]).toMatchObject([400, { error: { code, param: 'max_cost_usd' } }]);
    expect(await openAi.requests()).toEqual([]);
  });

  it('is what a dry run of the same request reckons with', async () => {
    const body = { model: 'mock-gpt', parameters: {}, max_cost_usd: MOST_USD, messages: USER };
    const dry = (more: object) => gateway.send({ path: '/v1/gateway/dry-run', body: { ...body, ...more } });
    const told = (await dry({})).json<{ estimate: Record<string, number> }>();
    expect(told).toMatchObject({ route: '/v1/gateway/chat', would_be_called: true });
    expect(told.estimate.highest_cost_usd).toBeLessThanOrEqual(MOST_USD);
    expect(told.estimate.max_completion_tokens).toBeGreaterThan(16);
    expect((await dry({ max_cost_usd: 0.000001 })).status).toBe(400);
  });
});

describe('A11 a stream that does not come to its end', () => {
  const start = (model: string) =>
    Conversation.start({ url: mesh.url, key: mesh.masterKey, dialect: 'native', model, stream: true });

  it('says so once, and never that it is done', async () => {
    const broken = await start('mock-gpt+tokens-9+cut-after-3').over();
    expect([broken.status, broken.ending, broken.saidDone]).toEqual([200, 'complete', false]);
    expect(broken.pieces).toHaveLength(3);
    expect(broken.errors.map(({ data }) => JSON.parse(data))).toMatchObject([
      { error: { code: 'stream_interrupted', request_id: broken.requestId } },
    ]);
  });

  it('because its worker was killed is booked as lost', async () => {
    const broken = start('mock-gpt+tokens-4000+chunks-20ms');
    const talk = await NativeSocket.open(mesh.url, mesh.masterKey);
    talk.ask(TEXT, { model: 'mock-gpt+tokens-4000+chunks-20ms' });
    await Promise.all([broken.said(2), talk.said(1, 2)]);
    const pids = mesh.workers.map(({ pid }) => pid);
    for (const worker of mesh.workers) worker.kill();
    await broken.over();
    expect([broken.saidDone, broken.errors.length]).toEqual([false, 1]);
    const row = await loggedRequest(gateway, broken.requestId);
    expect([row.http_status, row.attempts[0]?.status, row.estimated]).toEqual([502, 'lost', true]);
    await eventually('workers to be back', async () => {
      const isBack = mesh.workers.every(({ pid }, at) => pid !== pids[at]);
      return isBack && (await chat({ model: 'mock-gpt' })).status === 200;
    });
    // A conversation goes on, without what was not answered.
    expect(await talk.over(1)).toMatchObject({ error: { code: 'stream_interrupted' } });
    talk.ask(TEXT, { model: 'mock-gpt' });
    expect(await talk.over(2)).toMatchObject({ done: true });
    talk.socket.close();
  });

  it('because its client left costs what it used', async () => {
    const model = 'mock-gpt-left+tokens-4000+chunks-20ms';
    const left = start(model);
    await left.said(3);
    left.leave();
    const row = await loggedRequest(gateway, left.requestId);
    expect([row.status, row.http_status]).toEqual(['cancelled', 499]);
    await eventually('the provider to notice', async () => {
      const bill = (await openAi.bill()).filter((one) => one.model === model);
      return bill.some(({ cancelledByClient }) => cancelledByClient);
    });
    expect(row.spend_nano_usd).toBeGreaterThan(0);
  });
});

describe('A11 a conversation in one connection', () => {
  const SLOW = 'mock-gpt+tokens-4000+chunks-20ms';
  const bodiesOf = async () => (await openAi.requests()).map(({ body }) => JSON.parse(body) as { messages: unknown[] });

  it('goes on from every answer, and each turn is a call with its own cost', async () => {
    await openAi.reset();
    const talk = await NativeSocket.open(mesh.url, mesh.masterKey);
    talk.ask(TEXT, { model: 'mock-gpt', parameters: { temperature: 0.5 } });
    talk.ask('Please write 4 tokens');
    const ends = [await talk.over(1), await talk.over(2)];
    const [first, second] = await bodiesOf();
    expect(first).toMatchObject({ messages: USER, temperature: 0.5 });
    expect(second).toMatchObject({
      temperature: 0.5,
      messages: [
        ...USER,
        { role: 'assistant', content: talk.textOf(1) },
        { role: 'user', content: 'Please write 4 tokens' },
      ],
    });
    for (const [at, end] of ends.entries()) {
      const [start] = talk.of(at + 1);
      const row = await loggedRequest(gateway, String(start?.request_id));
      expect([row.call_type, row.spend_nano_usd / NANO_USD]).toEqual(['native', end.total_cost_usd]);
      const costs = talk.of(at + 1).flatMap(({ cost_usd: cost }) => (cost === undefined ? [] : [cost]));
      expect(costs).toEqual([...costs].sort((left, right) => left - right));
    }
    talk.socket.close();
  });

  it('forgets a turn that was cancelled, whose provider is told', async () => {
    const talk = await NativeSocket.open(mesh.url, mesh.masterKey);
    talk.ask('Tell me everything', { model: SLOW });
    await talk.said(1, 2);
    talk.ask('Not this one either');
    talk.say({ type: 'cancel' });
    expect(await talk.over(1)).toMatchObject({ error: { code: 'client_closed_request' } });
    const row = await loggedRequest(gateway, String(talk.of(1)[0]?.request_id));
    expect(row.status).toBe('cancelled');
    await openAi.reset();
    talk.ask(TEXT, { model: 'mock-gpt' });
    expect(await talk.over(2)).toMatchObject({ done: true });
    expect(await bodiesOf()).toMatchObject([{ messages: USER }]);
    talk.socket.close();
  });

  it('complains about what it cannot read, and goes on; closes on what no text is', async () => {
    const talk = await NativeSocket.open(mesh.url, mesh.masterKey);
    talk.say('{');
    expect((await talk.complaint(1)).error?.code).toBe('invalid_json');
    talk.say({ type: 'talk' });
    expect((await talk.complaint(2)).error?.param).toBe('type');
    talk.ask('Hi', { model: 'mock-gpt', temprature: 1 });
    expect((await talk.over(1)).error).toMatchObject({ code: 'invalid_request', param: 'temprature' });
    // The mistake does not stay.
    talk.ask(TEXT, { model: 'mock-gpt' });
    expect(await talk.over(2)).toMatchObject({ done: true });
    talk.say(Buffer.from([1, 2, 3]));
    expect((await talk.close()).code).toBe(1003);
    const shouting = await NativeSocket.open(mesh.url, mesh.masterKey);
    shouting.say('x'.repeat(16 * 1024 * 1024 + 1));
    expect((await shouting.close()).code).toBe(1009);
  });

  it('lets in who may call it, turn by turn, and lets go whose key is revoked', async () => {
    const refused = (headers: Record<string, string>) => new NativeSocket(mesh.url, headers).refusal();
    expect(await refused({})).toBe(401);
    const elsewhere = await gateway.makeKey({ allowed_routes: ['/v1/messages'] });
    expect(await refused({ authorization: `Bearer ${elsewhere}` })).toBe(403);
    const key = await gateway.makeKey({ rpm_limit: 1 });
    const talk = await NativeSocket.open(mesh.url, key);
    talk.ask(TEXT, { model: 'mock-gpt' });
    expect(await talk.over(1)).toMatchObject({ done: true });
    talk.ask(TEXT);
    expect((await talk.over(2)).error?.code).toBe('rate_limited');
    expect((await gateway.send({ path: '/key/delete', body: { keys: [key] } })).status).toBe(200);
    talk.ask(TEXT);
    expect((await talk.over(3)).error?.code).toBe('invalid_api_key');
    expect((await talk.close()).code).toBe(1008);
  });

  it('leaves requests alone that offer another protocol', async () => {
    const body = JSON.stringify({ model: 'mock-gpt', messages: USER });
    const headers = {
      ...{ authorization: `Bearer ${mesh.masterKey}`, 'content-type': 'application/json' },
      ...{ connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' },
    };
    const status = await new Promise((resolve, reject) => {
      const outgoing = request(`${mesh.url}/v1/chat/completions`, { method: 'POST', agent: false, headers });
      outgoing.on('response', (incoming) => resolve(incoming.resume().statusCode));
      outgoing.on('error', reject);
      outgoing.end(body);
    });
    expect(status).toBe(200);
  });

  it('comes to the end of its turn when the gateway stops, and is closed then', async () => {
    const [busy, idle] = [
      await NativeSocket.open(mesh.url, mesh.masterKey),
      await NativeSocket.open(mesh.url, mesh.masterKey),
    ];
    busy.ask(TEXT, { model: 'mock-gpt+tokens-60+chunks-20ms' });
    await busy.said(1, 2);
    await mesh.edges[0]?.stop();
    expect(await busy.over(1)).toMatchObject({ done: true });
    expect([(await busy.close()).code, (await idle.close()).code]).toEqual([1001, 1001]);
  });
});
