// Real: the whole mesh, which follows a real price file, and PostgreSQL. Emulated: the providers.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestMesh, type TestMesh } from '@gateway/local';
import { eventually } from '@gateway/testkit';
import { type EmulatorControl, emulatorsOf } from './support/emulator-control';
import { type GatewayAnswer, GatewayHttp } from './support/gateway-http';
import { loggedRequest } from './support/spend-logs';
import { configurationYaml, gptModel } from './support/test-configuration';

const LISTED = 'openai/mock-listed';
const SLOW = 'openai/mock-slow+chunks-50ms';
const price = (input: number, more: Record<string, unknown> = {}) => ({
  input_cost_per_token: input,
  output_cost_per_token: 0,
  ...more,
});
const FIRST = { [LISTED]: price(2e-6, { input_cost_per_token_priority: 4e-6 }), [SLOW]: price(2e-6) };

let home: string;
let mesh: TestMesh;
let gateway: GatewayHttp;
let openAi: EmulatorControl;

/** As deployment tools do: never half a file. */
function writePrices(content: unknown): void {
  const next = join(home, 'next.json');
  writeFileSync(next, typeof content === 'string' ? content : JSON.stringify(content, null, 1));
  renameSync(next, join(home, 'prices.json'));
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'prices-'));
  writePrices(FIRST);
  const of = (model: string, more: Record<string, unknown> = {}) => ({
    litellm_params: { model },
    model_info: more,
  });
  mesh = await startTestMesh({
    configYaml: configurationYaml([
      gptModel('listed', of(LISTED)),
      gptModel('own', of(LISTED, price(7e-6))),
      gptModel('slow', of(SLOW)),
      gptModel('wild/*', of('openai/mock-*')),
      gptModel('nobody-knows', of('openai/mock-unpriced')),
    ]),
    extraServiceEnvironment: { 'config-sync': { LLM_GATEWAY_PRICE_CATALOG_PATH: join(home, 'prices.json') } },
  });
  gateway = new GatewayHttp(mesh.url, mesh.masterKey);
  openAi = emulatorsOf(mesh).openAi;
});

afterAll(async () => {
  await mesh?.stop();
  if (home) rmSync(home, { recursive: true });
});

const ask = (model: string, more: Record<string, unknown> = {}): Promise<GatewayAnswer> =>
  gateway.chat({ model, messages: [{ role: 'user', content: 'Please write 6 tokens' }], ...more });

/** Nano-USD for a token of the prompt: answers are free here. */
async function rateOf(answer: GatewayAnswer): Promise<number> {
  const row = await loggedRequest(gateway, String(answer.headers['x-request-id']));
  return row.spend_nano_usd / row.prompt_tokens;
}

const rate = async (model: string, more: Record<string, unknown> = {}) => rateOf(await ask(model, more));
/** Each process hears of new prices for itself. */
const becomes = (nanoUsd: number, model = 'listed') =>
  eventually(`${nanoUsd} nano-USD a token of ${model}`, async () => (await rate(model)) === nanoUsd);

interface Shown {
  readonly deployment: string;
  readonly model_name: string;
  readonly source: string | null;
  readonly version: number | null;
  readonly prices: Readonly<Record<string, number>> | null;
}

async function shown(query: string): Promise<readonly Shown[]> {
  const answer = await gateway.send({ path: `/v1/gateway/prices${query}` });
  if (answer.status !== 200) throw new Error(`/v1/gateway/prices${query} answered ${answer.status}: ${answer.text}`);
  return answer.json<{ data: Shown[] }>().data;
}

const priceOfListed = (method: 'GET' | 'PUT' | 'DELETE', body?: unknown, key?: string) =>
  gateway.send({
    path: `/v1/gateway/prices/${LISTED}`,
    method,
    ...(body !== undefined && { body }),
    ...(key !== undefined && { key }),
  });

describe('D1 the price file', () => {
  it('prices what has no price of its own, at the tier of service that was billed, wildcards too', async () => {
    expect(await rate('listed')).toBe(2_000);
    expect(await rate('listed', { service_tier: 'priority' })).toBe(4_000);
    expect(await rate('own')).toBe(7_000);
    expect(await rate('wild/listed')).toBe(2_000);
  });

  it('is followed, and a call under way keeps the price that it began with', async () => {
    await openAi.reset();
    const slow = gateway.chat({
      model: 'slow',
      messages: [{ role: 'user', content: 'Please write 60 tokens' }],
      stream: true,
    });
    await eventually('the stream to begin', async () => (await openAi.bill()).some((row) => /slow/.test(row.model)));
    writePrices({ [LISTED]: price(3e-6), [SLOW]: price(3e-6) });
    await becomes(3_000);
    expect(await rateOf(await slow)).toBe(2_000);
    await becomes(3_000, 'slow');
  });

  it('that is bad changes nothing, and its fault is told', async () => {
    writePrices(`{\n  "${LISTED}": { "input_cost_per_tokn": 1 }\n}\n`);
    const complaint = await eventually('the complaint', async () => {
      const status = (await gateway.send({ path: '/v1/gateway/status' })).json<{
        prices: { last_error: string | null };
      }>();
      return status.prices.last_error;
    });
    expect(complaint).toMatch(/prices\.json:2:\d+ .*did you mean "input_cost_per_token"\?/);
    await becomes(3_000);
    writePrices(FIRST);
    await becomes(2_000);
    expect((await gateway.send({ path: '/v1/gateway/status' })).json()).toMatchObject({ prices: { last_error: null } });
  });
});

describe('D1 a price set through the API', () => {
  it('wins over the file until it is taken out, and every version is remembered with who made it', async () => {
    expect((await priceOfListed('PUT', price(9e-6))).json()).toMatchObject({ version: 1, changed_by: 'master' });
    await becomes(9_000);
    expect(await rate('own')).toBe(7_000);
    const now = await eventually('the price at the edge', async () => (await shown('?source=api&model=listed'))[0]);
    expect(now).toMatchObject({ version: 1, prices: { input_cost_per_token: 9e-6 } });
    expect((await priceOfListed('DELETE')).json()).toMatchObject({ version: 2, price: null });
    await becomes(2_000);
    expect((await priceOfListed('DELETE')).status).toBe(404);
    expect((await priceOfListed('GET')).json()).toMatchObject({
      data: [
        { version: 2, price: null },
        { version: 1, price: { input_cost_per_token: 9e-6 }, changed_by_api_key: 'master' },
      ],
    });
    const log = await gateway.send({ path: '/audit?table_name=model_price_version&sort_order=asc' });
    const before = { input_cost_per_token: 9e-6 };
    expect(log.json()).toMatchObject({
      audit_logs: [
        { action: 'created', changed_by_api_key: 'master', before_value: null, updated_values: before },
        { action: 'deleted', changed_by_api_key: 'master', before_value: before, updated_values: null },
      ],
    });
  });

  it.each<[string, unknown, string | undefined]>([
    ['another currency', price(1e-6, { currency: 'EUR' }), 'currency'],
    ['a slip', { input_cost_per_tokn: 1 }, 'input_cost_per_tokn'],
    ['nothing', {}, undefined],
  ])('is refused for %s', async (_title, body, param) => {
    const answer = await priceOfListed('PUT', body);
    expect(answer.status).toBe(400);
    if (param) expect(answer.json()).toMatchObject({ error: { param } });
    expect(
      (await gateway.send({ path: '/v1/gateway/prices/opneai/m', method: 'PUT', body: price(1e-6) })).text,
    ).toContain('did you mean');
  });

  it('is for administrators, and can be there before its model', async () => {
    const key = await gateway.makeKey();
    expect((await priceOfListed('PUT', price(1e-6), key)).status).toBe(403);
    expect((await gateway.send({ path: '/v1/gateway/prices', key })).status).toBe(403);
    await gateway.send({ path: '/v1/gateway/prices/azure/later/on', method: 'PUT', body: price(1e-6) });
    expect((await gateway.send({ path: '/v1/gateway/prices' })).json()).toMatchObject({
      unused: [{ provider: 'azure', model: 'later/on', version: 1 }],
    });
  });
});

describe('D4 a price that nobody knows', () => {
  it('is told by the status and the list of prices', async () => {
    const status = (await gateway.send({ path: '/v1/gateway/status' })).json<{ prices: { unpriced: unknown[] } }>();
    expect(status.prices.unpriced).toEqual([
      { id: expect.any(String), model_name: 'nobody-knows', model: 'openai/mock-unpriced' },
    ]);
    expect((await shown('?unpriced=true')).map(({ model_name }) => model_name)).toEqual(['nobody-knows']);
    expect((await shown('?unpriced=false')).map(({ model_name }) => model_name)).not.toContain('nobody-knows');
  });
});
