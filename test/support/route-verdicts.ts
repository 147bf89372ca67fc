import { USUAL_PERMISSIONS } from '@gateway/domain';
import type { GatewayAnswer } from './gateway-http';
import type { Tenants } from './two-tenants';

/**
 * What a caller is to be told: a status, or `in` where the route lets it through to whatever it says of the sample (which need not be
 * complete, and may name what does not exist), or whether the answer has the other team's thing in it.
 */
export type Expected = number | 'in' | 'has it' | 'has it not';

/** In the order of `CALLERS`: nobody, stranger, member, team admin, admin. */
export type Verdict = readonly [Expected, Expected, Expected, Expected, Expected];

/** What is sent instead of nothing; `path` has the names in the route filled in. */
export interface Sample {
  readonly path?: string;
  readonly body?: unknown;
  /** Whether an answer of 200 has what is the other team's in it. */
  readonly hasIt?: (answer: GatewayAnswer) => boolean;
}

export interface RouteRow {
  readonly verdict: Verdict;
  sample(tenants: Tenants, route: string): Sample | Promise<Sample>;
}

const PUBLIC: Verdict = ['in', 'in', 'in', 'in', 'in'];
const ADMINS: Verdict = [401, 403, 403, 403, 'in'];
/** About nothing that belongs to anybody, or about what is the caller's own. */
const ANY_KEY: Verdict = [401, 'in', 'in', 'in', 'in'];
const TEAM_ADMINS: Verdict = [401, 403, 403, 200, 200];
const KEY_OWNERS: Verdict = [401, 403, 200, 200, 200];
const TEAM_MEMBERS: Verdict = [401, 404, 403, 200, 200];
/** A file or a batch is its key's, and the master key's. */
const ITS_KEY: Verdict = [401, 404, 200, 404, 200];
/** A response is nobody's but its key's. */
const ITS_KEY_ALONE: Verdict = [401, 404, 200, 404, 404];
const SEEN_BY_TEAM: Verdict = [401, 404, 200, 200, 200];

const NOTHING = (): Sample => ({});
const rows = (verdict: Verdict, routes: readonly string[], sample: RouteRow['sample'] = NOTHING) =>
  routes.map((route): [string, RouteRow] => [route, { verdict, sample }]);
const row = (route: string, verdict: Verdict, sample: RouteRow['sample']) => rows(verdict, [route], sample);
const both = (method: string, path: string) => [`${method} ${path}`, `${method} /v1${path}`];
const filled = (route: string, id: string) => pathOf(route).replace(/:\w+/, id);

function pathOf(route: string): string {
  return route.slice(route.indexOf(' ') + 1);
}

const hasList = (answer: GatewayAnswer, field: string) => answer.json<Record<string, unknown[]>>()[field]?.length !== 0;
const team = { team_id: 'red' };

/** Every route of an edge. One that is not here fails, and so does a line without a route. */
export const ROUTE_VERDICTS: ReadonlyMap<string, RouteRow> = new Map([
  ...rows(PUBLIC, ['GET /health', 'GET /health/liveliness', 'GET /health/liveness', 'GET /health/readiness']),
  ...rows(PUBLIC, ['GET /health/ready', 'GET /metrics']),
  ...rows(ADMINS, [
    'DELETE /access_group/:access_group/delete',
    'GET /access_group/:access_group/info',
    'PUT /access_group/:access_group/update',
    'GET /access_group/list',
    'POST /access_group/new',
    'GET /audit',
    'GET /audit/:id',
    'POST /budget/delete',
    'POST /budget/info',
    'GET /budget/list',
    'POST /budget/new',
    'POST /budget/update',
    'GET /credentials',
    'POST /credentials',
    'DELETE /credentials/:name',
    'GET /credentials/:name',
    'PATCH /credentials/:name',
    'PUT /credentials/:name',
    'GET /credentials/by_name/:name',
    ...['customer', 'end_user'].flatMap((prefix) => [
      `POST /${prefix}/block`,
      `POST /${prefix}/delete`,
      `GET /${prefix}/info`,
      `GET /${prefix}/list`,
      `POST /${prefix}/new`,
      `POST /${prefix}/unblock`,
      `POST /${prefix}/update`,
    ]),
    'GET /global/activity',
    'GET /global/activity/model',
    'GET /global/spend',
    'GET /global/spend/keys',
    'GET /global/spend/logs',
    'GET /global/spend/models',
    'GET /global/spend/provider',
    'GET /global/spend/report',
    'GET /global/spend/tags',
    'GET /global/spend/teams',
    'POST /model/new',
    'POST /model/update',
    'POST /model/delete',
    'PATCH /model/:id/update',
    'GET /spend/keys',
    'POST /team/block',
    'POST /team/delete',
    'POST /team/model/add',
    'POST /team/model/delete',
    'POST /team/new',
    'POST /team/permissions_bulk_update',
    'POST /team/unblock',
    'POST /team/update',
    'POST /user/bulk_update',
    'GET /user/list',
    'POST /user/delete',
    'POST /user/new',
    'POST /user/update',
    ...['v1/access_group', 'v1/unified_access_group'].flatMap((prefix) => [
      `GET /${prefix}`,
      `POST /${prefix}`,
      `DELETE /${prefix}/:access_group_id`,
      `GET /${prefix}/:access_group_id`,
      `PUT /${prefix}/:access_group_id`,
    ]),
    'GET /v1/gateway/alerts',
    'POST /v1/gateway/alerts/test',
    'GET /config/history',
    'POST /config/reload',
    'POST /config/rollback',
    'GET /hot-reload/status',
    'GET /v1/gateway/circuits',
    'DELETE /v1/gateway/circuits/:deployment',
    'PUT /v1/gateway/circuits/:deployment',
    'GET /v1/gateway/experiments',
    'GET /v1/gateway/experiments/:name',
    'DELETE /v1/gateway/experiments/:name/winner',
    'PUT /v1/gateway/experiments/:name/winner',
    'GET /v1/gateway/keys/due',
    'GET /v1/gateway/prices',
    'DELETE /v1/gateway/prices/:provider/*',
    'GET /v1/gateway/prices/:provider/*',
    'PUT /v1/gateway/prices/:provider/*',
    'GET /v1/gateway/status',
  ]),
  ...row('PATCH /team/:team_id', ADMINS, () => ({ path: '/team/red', body: {} })),
  ...rows(ANY_KEY, [
    'POST /cost/estimate',
    'GET /customer/daily/activity',
    'GET /key/aliases',
    'POST /key/health',
    'GET /model/info',
    'GET /model_group/info',
    'GET /models',
    'GET /models/*',
    'POST /spend/calculate',
    'GET /spend/export',
    'GET /spend/logs/v2',
    'GET /spend/models',
    'GET /spend/tags',
    'GET /spend/teams',
    'GET /spend/users',
    'GET /tag/daily/activity',
    'GET /team/daily/activity',
    'GET /user/available_roles',
    'GET /end_user/daily/activity',
    'GET /user/daily/activity',
    'GET /user/daily/activity/aggregated',
    'POST /utils/token_counter',
    'POST /v1/gateway/chat',
    'POST /v1/gateway/dry-run',
    'POST /v1/gateway/explain',
    'POST /v1/gateway/stream',
    'GET /v1/model/info',
    'GET /v1/models',
    'GET /v1/models/*',
    'GET /v1alpha/models',
    'GET /v1alpha/models/*',
    'GET /v1beta/models',
    'GET /v1beta/models/*',
    'GET /v2/model/info',
    'GET /v2/user/info',
    ...['chat/completions', 'completions', 'responses', 'messages', 'messages/count_tokens', 'embeddings'].flatMap(
      (path) => both('POST', `/${path}`),
    ),
    ...['moderations', 'rerank', 'images/generations', 'audio/speech'].flatMap((path) => both('POST', `/${path}`)),
    'POST /v2/rerank',
    ...['', '/v1', '/v1alpha', '/v1beta'].flatMap((version) =>
      ['generateContent', 'streamGenerateContent', 'countTokens', 'embedContent', 'batchEmbedContents'].map(
        (method) => `POST ${version}/models/{model}:${method}`,
      ),
    ),
  ]),
  ...rows(
    ANY_KEY,
    ['images/edits', 'audio/transcriptions', 'audio/translations'].flatMap((path) => both('POST', `/${path}`)),
    () => ({ body: FORM }),
  ),

  // Keys of the team.
  ...row('POST /key/update', TEAM_ADMINS, async ({ freshKey }) => ({ body: { key: await freshKey(), rpm_limit: 5 } })),
  ...rows(TEAM_ADMINS, ['POST /key/block', 'POST /key/unblock'], async ({ freshKey }) => ({
    body: { key: await freshKey() },
  })),
  ...row('POST /key/:key/reset_spend', TEAM_ADMINS, async ({ freshKey }, route) => ({
    path: filled(route, await freshKey()),
    body: { reset_to: 0 },
  })),
  ...row('POST /key/bulk_update', [401, 'has it not', 'has it not', 'has it', 'has it'], async ({ freshKey }) => ({
    body: { keys: [{ key: await freshKey(), rpm_limit: 5 }] },
    hasIt: (answer) => hasList(answer, 'successful_updates'),
  })),
  ...row('POST /team/key/bulk_update', [401, 404, 'has it not', 'has it', 'has it'], async ({ freshKey }) => ({
    body: { ...team, key_ids: [await freshKey()], update_fields: { rpm_limit: 5 } },
    hasIt: (answer) => hasList(answer, 'successful_updates'),
  })),
  ...row('POST /key/service-account/generate', TEAM_ADMINS, () => ({ body: team })),
  ...row('POST /key/generate', KEY_OWNERS, () => ({ body: team })),
  ...row('POST /key/delete', KEY_OWNERS, async ({ freshKey }) => ({ body: { keys: [await freshKey()] } })),
  ...row('POST /key/regenerate', KEY_OWNERS, async ({ freshKey }) => ({ body: { key: await freshKey() } })),
  ...row('POST /key/:key/regenerate', KEY_OWNERS, async ({ freshKey }, route) => ({
    path: filled(route, await freshKey()),
    body: {},
  })),
  ...row('GET /key/info', KEY_OWNERS, ({ memberKey }) => ({ path: `/key/info?key=${memberKey}` })),
  ...row('POST /v2/key/info', [401, 'has it not', 'has it', 'has it', 'has it'], ({ memberKey }) => ({
    body: { keys: [memberKey] },
    hasIt: (answer) => hasList(answer, 'info'),
  })),
  ...row('GET /key/list', [401, 'has it not', 'has it', 'has it', 'has it'], ({ memberKey }) => ({
    path: '/key/list?team_id=red&size=1000',
    hasIt: (answer) => answer.text.includes(memberKey),
  })),

  // The team and who is in it.
  ...rows(SEEN_BY_TEAM, ['GET /team/info'], () => ({ path: '/team/info?team_id=red' })),
  ...row('GET /team/:team_id/members/me', [401, 404, 200, 200, 404], () => ({ path: '/team/red/members/me' })),
  ...rows([401, 'has it not', 'has it', 'has it', 'has it'], ['GET /team/list', 'GET /v2/team/list'], () => ({
    hasIt: (answer) => answer.text.includes('"red"'),
  })),
  ...rows(TEAM_MEMBERS, ['POST /team/member_add', 'POST /team/bulk_member_add'], () => ({
    body: { ...team, member: { user_id: crypto.randomUUID(), role: 'user' } },
  })),
  ...row('GET /team/permissions_list', TEAM_MEMBERS, () => ({ path: '/team/permissions_list?team_id=red' })),
  ...row('POST /team/permissions_update', TEAM_MEMBERS, () => ({
    body: { ...team, team_member_permissions: USUAL_PERMISSIONS },
  })),
  ...row('POST /team/member_update', TEAM_MEMBERS, async ({ freshMember }) => ({
    body: { ...team, user_id: await freshMember(), rpm_limit: 5 },
  })),
  ...row('POST /team/member_delete', TEAM_MEMBERS, async ({ freshMember }) => ({
    body: { ...team, user_id: await freshMember() },
  })),
  ...row('GET /user/info', [401, 404, 200, 404, 200], () => ({ path: '/user/info?user_id=bob' })),

  // What the member's key made.
  ...row('GET /spend/logs', [401, 'has it not', 'has it', 'has it not', 'has it'], ({ requestId }) => ({
    path: `/spend/logs?request_id=${requestId}`,
    hasIt: (answer) => answer.text.includes(requestId),
  })),
  ...row('POST /v1/gateway/feedback', [401, 404, 200, 404, 200], ({ requestId: request_id }) => ({
    body: { request_id, score: 1 },
  })),
  ...rows(ANY_KEY, both('POST', '/files'), () => ({ body: FORM })),
  ...rows([401, 'has it not', 'has it', 'has it not', 'has it'], both('GET', '/files'), async ({ file }) => {
    const id = await file();
    return { hasIt: (answer) => answer.text.includes(id) };
  }),
  ...rows(ITS_KEY, [...both('GET', '/files/:id'), ...both('GET', '/files/:id/content')], async ({ file }, route) => ({
    path: filled(route, await file()),
  })),
  ...rows(ITS_KEY, both('DELETE', '/files/:id'), async ({ freshFile }, route) => ({
    path: filled(route, await freshFile()),
  })),
  ...rows(ITS_KEY, both('POST', '/batches'), async ({ file }) => ({
    body: { input_file_id: await file(), endpoint: '/v1/chat/completions', completion_window: '24h' },
  })),
  ...rows([401, 'has it not', 'has it', 'has it not', 'has it'], both('GET', '/batches'), async ({ batch }) => {
    const id = await batch();
    return { hasIt: (answer) => answer.text.includes(id) };
  }),
  ...rows(ITS_KEY, both('GET', '/batches/:id'), async ({ batch }, route) => ({
    path: filled(route, await batch()),
  })),
  ...rows([401, 404, 'in', 404, 'in'], both('POST', '/batches/:id/cancel'), async ({ freshBatch }, route) => ({
    path: filled(route, await freshBatch()),
    body: {},
  })),
  ...rows(
    ITS_KEY_ALONE,
    [...both('GET', '/responses/:id'), ...both('GET', '/responses/:id/input_items')],
    async ({ response }, route) => ({ path: filled(route, await response()) }),
  ),
  ...rows(ITS_KEY_ALONE, both('DELETE', '/responses/:id'), async ({ freshResponse }, route) => ({
    path: filled(route, await freshResponse()),
  })),
  ...rows([401, 404, 400, 404, 404], both('POST', '/responses/:id/cancel'), async ({ response }, route) => ({
    path: filled(route, await response()),
    body: {},
  })),
]);

/** Says nothing that a route could use. */
export const FORM = Buffer.from('--b--\r\n');
