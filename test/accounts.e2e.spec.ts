// Real: the whole mesh with two edges, PostgreSQL, NATS, Redis. Emulated: the providers.
import { startTestMesh, type TestMesh } from '@gateway/local';
import { eventually } from '@gateway/testkit';
import { type GatewayAnswer, GatewayHttp } from './support/gateway-http';
import { configurationYaml, MOCK_MODELS } from './support/test-configuration';

let mesh: TestMesh;
let gateway: GatewayHttp;
let edges: readonly GatewayHttp[];
/** Who is in the team `red`: its administrator and a member; and the administrator of the team `blue`. */
let ann: string;
let bob: string;
let eve: string;

beforeAll(async () => {
  const configYaml = configurationYaml(MOCK_MODELS, {
    litellm_settings: {
      default_internal_user_params: { models: ['mock-gpt'] },
      default_team_params: { rpm_limit: 5_000 },
    },
  });
  mesh = await startTestMesh({ configYaml, instances: { 'edge-api': 2 } });
  edges = mesh.edges.map((edge) => new GatewayHttp(edge.httpUrl, mesh.masterKey));
  gateway = edges[0] as GatewayHttp;
  [ann, bob, eve] = await Promise.all([newUser('ann'), newUser('bob'), newUser('eve')]);
  await post('/team/new', {
    team_id: 'red',
    team_alias: 'Red',
    members_with_roles: [
      { user_id: 'ann', role: 'admin' },
      { user_id: 'bob', role: 'user' },
    ],
  });
  await post('/team/new', { team_id: 'blue', members_with_roles: [{ user_id: 'eve', role: 'admin' }] });
});

afterAll(() => mesh?.stop());

async function post<Document = Record<string, unknown>>(path: string, body: unknown, key?: string): Promise<Document> {
  const answer = await gateway.send({ path, body, ...(key !== undefined && { key }) });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return answer.json<Document>();
}

async function newUser(id: string): Promise<string> {
  return (await post<{ key: string }>('/user/new', { user_id: id, user_email: `${id}@example.com` })).key;
}

const get = (path: string, key?: string) => gateway.send({ path, ...(key !== undefined && { key }) });
const chat = (edge: GatewayHttp, key: string, more: object = {}, headers: Record<string, string> = {}) =>
  edge.chat(
    { model: 'mock-gpt', messages: [{ role: 'user', content: 'Please write 3 tokens' }], ...more },
    { key, headers },
  );

/** On every edge: news travels. */
async function everywhere(status: number, call: (edge: GatewayHttp) => Promise<GatewayAnswer>): Promise<void> {
  for (const edge of edges)
    await eventually(`an answer of ${status}`, async () => (await call(edge)).status === status);
}

describe('teams of two tenants', () => {
  it('E4 members see their team; another’s looks like one that does not exist', async () => {
    for (const key of [ann, bob]) {
      const seen = await get('/team/info?team_id=red', key);
      expect(seen.json()).toMatchObject({ team_id: 'red', team_info: { team_alias: 'Red' } });
    }
    const [others, none] = [await get('/team/info?team_id=red', eve), await get('/team/info?team_id=none', eve)];
    expect([others.status, none.status]).toEqual([404, 404]);
    expect(others.json().error).toMatchObject({ message: (none.json().error as { message: string }).message });
    const listed = (await get('/v2/team/list', eve)).json<{ teams: { team_id: string }[]; total: number }>();
    expect([listed.teams.map((team) => team.team_id), listed.total]).toEqual([['blue'], 1]);
    expect((await get('/v2/team/list?team_id=red', eve)).json()).toMatchObject({ teams: [], total: 0 });
    expect((await get('/team/list?user_id=ann', eve)).status).toBe(403);
    const teamKey = await gateway.makeKey({ team_id: 'blue' });
    expect((await get('/v2/team/list?team_id=red', teamKey)).json()).toMatchObject({ total: 0 });
    expect((await get('/v2/team/list')).json()).toMatchObject({ total: 2 });
  });

  it('E4 a team’s administrator changes who is in it, and nobody else does', async () => {
    const add = (key: string) =>
      gateway.send({
        path: '/team/member_add',
        body: { team_id: 'red', member: { user_id: 'dan', role: 'user' } },
        key,
      });
    expect((await add(eve)).status).toBe(404);
    expect((await add(bob)).status).toBe(403);
    expect((await add(ann)).json()).toMatchObject({ updated_users: [{ user_id: 'dan' }] });
    expect((await add(ann)).status).toBe(409);
    const dan = { team_id: 'red', user_id: 'dan' };
    const changed = await post('/team/member_update', { ...dan, max_budget_in_team: 1.5, rpm_limit: 7 }, ann);
    expect(changed).toMatchObject({ ...dan, max_budget_in_team: 1.5, rpm_limit: 7 });
    const promoted = { path: '/team/member_update', body: { team_id: 'red', user_id: 'ann', role: 'user' }, key: ann };
    expect((await gateway.send(promoted)).status).toBe(403);
    const after = await post<{ members_with_roles: { user_id: string }[] }>('/team/member_delete', dan, ann);
    expect(after.members_with_roles.map((member) => member.user_id)).toEqual(['ann', 'bob']);
    expect((await get('/team/red/members/me', bob)).json()).toMatchObject({ user_id: 'bob', role: 'user' });
  });

  it('E4 what administrators do, nobody else does', async () => {
    const calls = [
      ['/team/new', {}],
      ['/team/update', { team_id: 'red' }],
      ['/team/delete', { team_ids: ['red'] }],
      ['/team/block', { team_id: 'red' }],
      ['/team/unblock', { team_id: 'red' }],
      ['/team/model/add', { team_id: 'red', models: ['x'] }],
      ['/team/model/delete', { team_id: 'red', models: ['x'] }],
      ['/user/new', {}],
      ['/user/update', { user_id: 'ann', user_role: 'proxy_admin' }],
      ['/user/delete', { user_ids: ['bob'] }],
      ['/customer/new', { user_id: 'c' }],
      ['/end_user/block', { user_ids: ['c'] }],
      ['/budget/new', {}],
      ['/budget/delete', { id: 'b' }],
      ['/v1/access_group', { access_group_name: 'g' }],
      ['/access_group/new', { access_group: 'g', model_names: ['m'] }],
    ] as const;
    for (const [path, body] of calls) {
      expect([path, (await gateway.send({ path, body, key: ann })).status]).toEqual([path, 403]);
      expect([path, (await gateway.send({ path, body, key: null })).status]).toEqual([path, 401]);
    }
    expect((await get('/user/info?user_id=bob', ann)).status).toBe(404);
    expect((await get('/user/info', ann)).json()).toMatchObject({ user_id: 'ann', teams: [{ team_id: 'red' }] });
    expect((await get('/user/list', ann)).status).toBe(403);
    expect((await get('/user/list?team=red')).json()).toMatchObject({ total: 2 });
  });
});

describe('keys of a team', () => {
  const manage = (path: string, body: object, key: string) => gateway.send({ path, body, key });
  const statuses = async (path: string, body: object, keys: readonly string[]) => {
    const answers = [];
    for (const key of keys) answers.push(await manage(path, body, key));
    return answers.map(({ status }) => status);
  };

  it('E4 are made, changed and revoked by the team’s administrator, and by nobody of another team', async () => {
    expect(await statuses('/key/generate', { team_id: 'red', user_id: 'bob' }, [eve, bob])).toEqual([403, 403]);
    const made = await post<{ key: string; token: string }>('/key/generate', { team_id: 'red', user_id: 'bob' }, ann);
    const { token } = made;
    for (const path of ['/key/update', '/key/block', '/key/unblock', `/key/${token}/reset_spend`, '/key/regenerate']) {
      const body = path.endsWith('reset_spend') ? { reset_to: 0 } : { key: token };
      expect([path, await statuses(path, body, [eve, bob])]).toEqual([path, [403, 403]]);
    }
    expect(await post('/key/update', { key: token, rpm_limit: 7 }, ann)).toMatchObject({
      rpm_limit: 7,
      team_id: 'red',
    });
    await post('/key/block', { key: token }, ann);
    await everywhere(401, (edge) => chat(edge, made.key));
    await post('/key/unblock', { key: token }, ann);
    await everywhere(200, (edge) => chat(edge, made.key));
    const { key: renewed } = await post<{ key: string }>('/key/regenerate', { key: token }, ann);
    await everywhere(401, (edge) => chat(edge, made.key));
    await everywhere(200, (edge) => chat(edge, renewed));
    const bulk = (key: string) => post('/key/bulk_update', { keys: [{ key: token, tags: ['x'] }] }, key);
    expect(await bulk(eve)).toMatchObject({ successful_updates: [], failed_updates: [{ key: token }] });
    expect(await bulk(ann)).toMatchObject({ successful_updates: [{ key: token }], failed_updates: [] });
    const listed = async (key: string) => (await get('/key/list?team_id=red', key)).json<{ keys: string[] }>().keys;
    expect(await listed(ann)).toContain(token);
    expect(await listed(eve)).toEqual([]);
    expect(await statuses('/key/delete', { keys: [token] }, [eve, bob, ann])).toEqual([403, 403, 200]);
    await everywhere(401, (edge) => chat(edge, renewed));
  });

  it('E4 are for members and services, and nobody gets more by one than the team has', async () => {
    const service = await post('/key/service-account/generate', { team_id: 'red' }, ann);
    expect(service).toMatchObject({ team_id: 'red', user_id: null });
    await post('/user/new', { user_id: 'root', user_role: 'proxy_admin', auto_create_key: false });
    await post('/team/member_add', { team_id: 'red', member: { user_id: 'root', role: 'user' } });
    const roots = await post<{ token: string }>('/key/generate', { team_id: 'red', user_id: 'root' });
    for (const [path, body] of [
      ['/key/service-account/generate', { team_id: 'blue' }],
      ['/key/generate', { team_id: 'red', user_id: 'eve' }],
      ['/key/generate', { team_id: 'red', user_id: 'root' }],
      ['/key/generate', { team_id: 'red', budget_id: 'any' }],
      ['/key/regenerate', { key: roots.token }],
      ['/key/update', { key: roots.token, rpm_limit: 1 }],
      ['/key/update', { key: String(service.token), user_id: 'root' }],
      ['/key/update', { key: String(service.token), team_id: 'blue' }],
    ] as const) {
      expect([path, body, await statuses(path, body, [ann])]).toEqual([path, body, [403]]);
    }
  });

  it('E4 act in their team alone: who administers one team gets at no other by the keys of its members', async () => {
    await post('/team/member_add', { team_id: 'red', member: { user_id: 'eve', role: 'user' } });
    const { key } = await post<{ key: string }>('/key/generate', { team_id: 'red', user_id: 'eve' }, ann);
    expect((await get('/team/info?team_id=blue', key)).status).toBe(404);
    expect((await get('/team/list', key)).json<{ team_id: string }[]>().map((team) => team.team_id)).toEqual(['red']);
    expect(await statuses('/key/generate', { team_id: 'blue' }, [key])).toEqual([403]);
    expect((await get('/user/info', key)).json()).toMatchObject({ user_id: 'eve', teams: [{ team_id: 'red' }] });
    await post('/team/member_delete', { team_id: 'red', user_id: 'eve' }, ann);
  });
});

describe('what a team lets its members do', () => {
  const status = async (path: string, body: object, key: string) => (await gateway.send({ path, body, key })).status;
  const let_ = (...team_member_permissions: string[]) =>
    post('/team/permissions_update', { team_id: 'pink', team_member_permissions }, ann);
  let member: string;

  beforeAll(async () => {
    const members_with_roles = [
      { user_id: 'ann', role: 'admin' },
      { user_id: 'bob', role: 'user' },
    ];
    await post('/team/new', { team_id: 'pink', members_with_roles });
    member = await gateway.makeKey({ team_id: 'pink', user_id: 'bob' });
  });

  it('E4 is said by its administrators, and binds from the next call on', async () => {
    expect((await get('/team/permissions_list?team_id=pink', ann)).json()).toMatchObject({
      team_member_permissions: null,
      all_available_permissions: expect.arrayContaining(['/key/generate', '/spend/logs']),
    });
    expect(await status('/team/permissions_update', { team_id: 'pink', team_member_permissions: [] }, member)).toBe(
      403,
    );
    const generate = { team_id: 'pink' };
    expect(await status('/key/generate', generate, member)).toBe(200);
    expect(await let_('/key/info')).toMatchObject({ team_member_permissions: ['/key/info'] });
    expect(await status('/key/generate', generate, member)).toBe(403);
    await let_('/key/generate', '/key/update', '/key/service-account/generate');
    // Also by a key of theirs that belongs to no team.
    const made = await post<{ token: string }>('/key/generate', generate, bob);
    expect(await post('/key/update', { key: made.token, rpm_limit: 9 }, member)).toMatchObject({ rpm_limit: 9 });
    expect(await status('/key/block', { key: made.token }, member)).toBe(403);
    expect(await status('/key/delete', { keys: [made.token] }, member)).toBe(403);
    const service = await post<{ token: string }>('/key/service-account/generate', generate, member);
    expect(await post('/key/update', { key: service.token, tags: ['x'] }, member)).toMatchObject({ tags: ['x'] });
    const anns = await post<{ token: string }>('/key/generate', { ...generate, user_id: 'ann' });
    expect(await status('/key/update', { key: anns.token, rpm_limit: 9 }, member)).toBe(403);
    expect(await status('/key/update', { key: service.token, user_id: 'ann' }, member)).toBe(403);
    await post('/team/permissions_bulk_update', { permissions: ['/key/list'], team_ids: ['pink'] });
    const listed = (await get('/key/list?team_id=pink&size=100', member)).json<{ keys: string[] }>().keys;
    expect(listed).toEqual(expect.arrayContaining([made.token, service.token, anns.token]));
  });

  it('D5 E4 shows them what the team spent, where it says so', async () => {
    const by = await gateway.makeKey({ team_id: 'pink' });
    const { headers } = await chat(gateway, by);
    const requestId = String(headers['x-request-id']);
    await eventually('the call to be booked', async () => {
      return (await get(`/spend/logs?request_id=${requestId}`)).json<unknown[]>().length === 1;
    });
    const isSeen = async (path: string, key: string) => (await get(path, key)).text.includes(requestId);
    const v2 = `/spend/logs/v2?team_id=pink&request_id=${requestId}`;
    const v1 = `/spend/logs?team_id=pink&request_id=${requestId}`;
    const spent = async (key: string) => {
      const { metadata } = (await get('/team/daily/activity?team_ids=pink', key)).json<{
        metadata: { total_api_requests: number };
      }>();
      return metadata.total_api_requests;
    };
    await let_('/spend/logs/v2', '/spend/logs');
    expect([await isSeen(v2, ann), await isSeen(v2, member), await isSeen(v2, eve)]).toEqual([true, true, false]);
    expect([await isSeen(v1, ann), await isSeen(v1, member), await isSeen(v1, eve)]).toEqual([true, true, false]);
    expect(await isSeen(`/spend/logs/v2?team_id=blue&request_id=${requestId}`, member)).toBe(false);
    expect([await spent(ann), await spent(member)]).toEqual([1, 0]);
    await let_('/team/daily/activity');
    expect([await isSeen(v2, member), await isSeen(v1, member), await spent(member)]).toEqual([false, false, 1]);
    const today = new Date().toISOString().slice(0, 10);
    const days = (await get(`/spend/logs?summarize=true&team_id=pink&end_date=${today}`, ann)).json<
      { spend: number }[]
    >();
    expect([days.length, days.reduce((sum, { spend }) => sum + spend, 0) > 0]).toEqual([30, true]);
    const whole = (await get('/user/daily/activity/aggregated?team_id=pink')).json();
    expect(whole).toMatchObject({ metadata: { total_pages: 1, has_more: false, total_api_requests: 1 } });
  });

  it('E4 its keys are changed together, and no key of another team', async () => {
    const [one, other] = [await gateway.makeKey({ team_id: 'pink' }), await gateway.makeKey({ team_id: 'blue' })];
    const update_fields = { max_budget: 3, tags: ['together'] };
    const named = await post('/team/key/bulk_update', { team_id: 'pink', key_ids: [one, other], update_fields }, ann);
    expect(named).toMatchObject({
      total_requested: 2,
      successful_updates: [{ key_info: { max_budget: 3, tags: ['together'] } }],
      failed_updates: [{ failed_reason: 'The team has no such key.' }],
    });
    expect((await get(`/key/info?key=${other}`)).json()).toMatchObject({ info: { max_budget: null } });
    const all = { team_id: 'pink', all_keys_in_team: true, update_fields: { rpm_limit: 77 } };
    const changed = await post<{ total_requested: number; failed_updates: unknown[] }>('/team/key/bulk_update', all);
    const { total_count } = (await get('/key/list?team_id=pink')).json<{ total_count: number }>();
    expect(changed).toMatchObject({ total_requested: total_count, failed_updates: [] });
    expect(await status('/team/key/bulk_update', all, eve)).toBe(404);
  });

  it('E4 users are changed together, and who is wrong is named', async () => {
    const users = [
      { user_id: 'bob', user_alias: 'Bob' },
      { user_id: 'nobody', rpm_limit: 1 },
      { user_id: 'ann', x: 1 },
    ];
    const answer = await post<{ results: { success: boolean; error: string | null }[] }>('/user/bulk_update', {
      users,
    });
    expect(answer).toMatchObject({ total_requested: 3, successful_updates: 1, failed_updates: 2 });
    expect(answer.results.map(({ success, error }) => [success, error !== null])).toEqual([
      [true, false],
      [false, true],
      [false, true],
    ]);
  });

  it('E4 new accounts are made as the operator says', async () => {
    expect(await post('/team/new', { team_id: 'usual' })).toMatchObject({
      rpm_limit: 5_000,
      team_member_permissions: null,
    });
    const places = [{ team_id: 'usual', max_budget_in_team: 2 }];
    const zoe = await post('/user/new', { user_id: 'zoe', auto_create_key: false, teams: places });
    expect(zoe).toMatchObject({ user_role: 'internal_user', models: ['mock-gpt'], teams: ['usual'] });
    expect((await get('/team/info?team_id=usual')).json()).toMatchObject({ team_memberships: places });
    expect(await post('/user/new', { user_id: 'yan', auto_create_key: false, models: [] })).toMatchObject({
      models: [],
    });
  });
});

describe('what was spent', () => {
  const PAID = { max_tokens: 20 };
  const info = async (path: string, field: string) => (await get(path)).json<Record<string, Document>>()[field];
  type Document = Record<string, unknown>;

  it('D4 E1 a key has the limits of its budget object, and its spend is what the budget counts', async () => {
    await post('/budget/new', { budget_id: 'purse', max_budget: 2, budget_duration: '1mo', rpm_limit: 50 });
    const key = await gateway.makeKey({ budget_id: 'purse', rpm_limit: 40 });
    const seen = async () => info(`/key/info?key=${key}`, 'info');
    expect((await gateway.send({ path: '/key/generate', body: { budget_id: 'none' } })).json()).toMatchObject({
      error: { param: 'budget_id' },
    });
    expect(await seen()).toMatchObject({
      budget_id: 'purse',
      max_budget: 2,
      rpm_limit: 40,
      spend: 0,
      budget_reset_at: expect.stringMatching(/-01T00:00:00.000Z$/),
      litellm_budget_table: { budget_id: 'purse', max_budget: 2, rpm_limit: 50 },
    });
    expect((await chat(gateway, key, PAID)).status).toBe(200);
    const after = await eventually('the call to be booked', async () => {
      const shown = await seen();
      return Number(shown?.total_spend) > 0 ? shown : undefined;
    });
    expect(after?.total_spend).toBe(after?.spend);
    await post(`/key/${String(after?.token)}/reset_spend`, { reset_to: 0 });
    expect(await seen()).toMatchObject({ spend: 0, spend_nano_usd: 0, total_spend: 0 });
    expect((await gateway.send({ path: '/budget/delete', body: { id: 'purse' } })).status).toBe(409);
    expect(await post('/key/update', { key, budget_id: null })).toMatchObject({ budget_id: null, max_budget: null });
    await post('/budget/delete', { id: 'purse' });
  });

  it('D4 of a team, of a place in it, of a user and of a customer: in the period of the budget, and in all', async () => {
    await post('/team/new', { team_id: 'gold', max_budget: 5, budget_duration: '1mo', team_member_budget: 4 });
    await post('/team/member_add', { team_id: 'gold', member: { user_id: 'gil', role: 'user' } });
    await post('/customer/new', { user_id: 'wanda', max_budget: 3 });
    const key = await gateway.makeKey({ team_id: 'gold', user_id: 'gil' });
    expect((await chat(gateway, key, { ...PAID, user: 'wanda' })).status).toBe(200);
    const seen = async () =>
      (await get('/team/info?team_id=gold')).json<{ team_info: Document; team_memberships: Document[] }>();
    // Once it is booked it is in every sum.
    await eventually('the call to be booked', async () => Number((await seen()).team_info.total_spend) > 0);
    const { team_info: team, team_memberships } = await seen();
    const [place] = team_memberships;
    const spent = { spend_nano_usd: team.spend_nano_usd, total_spend: team.spend };
    expect(team).toMatchObject({ ...spent, budget_reset_at: expect.stringMatching(/-01T00:00:00.000Z$/) });
    expect(place).toMatchObject({ ...spent, max_budget_in_team: null, litellm_budget_table: { max_budget: 4 } });
    expect(await info('/user/info?user_id=gil', 'user_info')).toMatchObject({ spend_nano_usd: team.spend_nano_usd });
    expect((await get('/customer/info?end_user_id=wanda')).json()).toMatchObject(spent);
    // Spent before there was a budget is not of the budget's period.
    const late = await post('/key/update', { key, max_budget: 1 });
    expect(late).toMatchObject({ spend: 0, total_spend: team.spend });
  });

  it('E4 access groups of a key are added to its own list of models', async () => {
    const group = await post('/v1/access_group', { access_group_name: 'mocks', access_model_names: ['mock-gpt'] });
    const key = await gateway.makeKey({ models: ['mock-claude'] });
    await everywhere(403, (edge) => chat(edge, key));
    const changed = await post('/key/update', { key, access_group_ids: [group.access_group_id] });
    expect(changed).toMatchObject({ access_group_ids: [group.access_group_id] });
    await everywhere(200, (edge) => chat(edge, key));
  });
});

describe('what stands behind a key', () => {
  it('E4 a blocked team blocks its keys on every edge, and frees them again', async () => {
    const key = await gateway.makeKey({ team_id: 'blue' });
    const other = await gateway.makeKey({ team_id: 'red' });
    await everywhere(200, (edge) => chat(edge, key));
    await post('/team/block', { team_id: 'blue' });
    await everywhere(401, (edge) => chat(edge, key));
    await everywhere(200, (edge) => chat(edge, other));
    await post('/team/unblock', { team_id: 'blue' });
    await everywhere(200, (edge) => chat(edge, key));
  });

  it('E4 the models of a team bind its keys, also by the name of an access group', async () => {
    await post('/team/new', { team_id: 'green', models: ['mock-claude'] });
    const key = await gateway.makeKey({ team_id: 'green' });
    await everywhere(403, (edge) => chat(edge, key));
    await post('/v1/access_group', { access_group_name: 'cheap', access_model_names: ['mock-gpt'] });
    await post('/team/model/add', { team_id: 'green', models: ['cheap'] });
    await everywhere(200, (edge) => chat(edge, key));
    const own = await gateway.makeKey({ team_id: 'green', models: ['mock-claude'] });
    await everywhere(403, (edge) => chat(edge, own));
    await gateway.send({ method: 'PUT', path: '/access_group/cheap/update', body: { model_names: ['mock-claude'] } });
    await everywhere(403, (edge) => chat(edge, key));
  });

  it('E4 a user’s keys go with the user', async () => {
    const key = await newUser('fay');
    await everywhere(200, (edge) => chat(edge, key));
    await post('/user/update', { user_id: 'fay', blocked: true });
    await everywhere(401, (edge) => chat(edge, key));
    await post('/user/update', { user_id: 'fay', blocked: false });
    await everywhere(200, (edge) => chat(edge, key));
    await post('/user/delete', { user_ids: ['fay'] });
    await everywhere(401, (edge) => chat(edge, key));
  });
});

describe('customers', () => {
  it('E4 are blocked by whatever name a client calls them, and others are not', async () => {
    const key = await gateway.makeKey();
    await everywhere(200, (edge) => chat(edge, key, { user: 'mallory' }));
    await post('/customer/block', { user_ids: ['mallory'] });
    await everywhere(403, (edge) => chat(edge, key, { user: 'mallory' }));
    await everywhere(403, (edge) => chat(edge, key, {}, { 'x-litellm-end-user-id': 'mallory' }));
    await everywhere(200, (edge) => chat(edge, key, { user: 'mallory' }, { 'x-litellm-customer-id': 'trent' }));
    await everywhere(200, (edge) => chat(edge, key));
    await post('/end_user/unblock', { user_ids: ['mallory'] });
    await everywhere(200, (edge) => chat(edge, key, { user: 'mallory' }));
  });

  it('D4 have the rules of their budget objects', async () => {
    await post('/budget/new', { budget_id: 'small', max_budget: 2, rpm_limit: 9 });
    await post('/customer/new', { user_id: 'carol', budget_id: 'small', rpm_limit: 3 });
    expect((await get('/customer/info?end_user_id=carol')).json()).toMatchObject({ max_budget: 2, rpm_limit: 3 });
    expect((await gateway.send({ path: '/budget/delete', body: { id: 'small' } })).status).toBe(409);
    await post('/customer/delete', { user_ids: ['carol'] });
    expect(await post('/budget/delete', { id: 'small' })).toMatchObject({ budget_id: 'small' });
  });
});
