import 'reflect-metadata';
import { isGatewayException, MASTER_PRINCIPAL, type Principal, type Role } from '@gateway/domain';
import { type ExecutionContext, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { Reflector } from '@nestjs/core';
import type { KeyAuthenticator } from '../auth/key-authenticator';
import { EDGE_CONTROLLERS } from '../edge-controllers';
import type { AccessPolicy } from './access';
import { AccessGuard } from './access-guard';

/** Who may call what. A route that is not here, or that says something else of itself, fails. */
const POLICIES: Readonly<Record<string, AccessPolicy>> = {
  'DELETE /access_group/:access_group/delete': 'admin',
  'GET /access_group/:access_group/info': 'admin',
  'PUT /access_group/:access_group/update': 'admin',
  'GET /access_group/list': 'admin',
  'POST /access_group/new': 'admin',
  'GET /audit': 'admin',
  'GET /audit/:id': 'admin',
  'GET /batches': 'key',
  'POST /batches': 'key',
  'GET /batches/:id': 'key',
  'POST /batches/:id/cancel': 'key',
  'POST /budget/delete': 'admin',
  'POST /budget/info': 'admin',
  'GET /budget/list': 'admin',
  'POST /budget/new': 'admin',
  'POST /budget/update': 'admin',
  'GET /config/history': 'admin',
  'POST /config/reload': 'admin',
  'POST /config/rollback': 'admin',
  'POST /cost/estimate': 'key',
  'POST /model/new': 'admin',
  'POST /model/update': 'admin',
  'POST /model/delete': 'admin',
  'PATCH /model/:id/update': 'admin',
  'GET /credentials': 'admin',
  'POST /credentials': 'admin',
  'DELETE /credentials/:name': 'admin',
  'GET /credentials/:name': 'admin',
  'PATCH /credentials/:name': 'admin',
  'PUT /credentials/:name': 'admin',
  'GET /credentials/by_name/:name': 'admin',
  'POST /customer/block': 'admin',
  'POST /customer/delete': 'admin',
  'GET /customer/daily/activity': 'read-own',
  'GET /customer/info': 'admin',
  'GET /customer/list': 'admin',
  'POST /customer/new': 'admin',
  'POST /customer/unblock': 'admin',
  'POST /customer/update': 'admin',
  'POST /end_user/block': 'admin',
  'GET /end_user/daily/activity': 'read-own',
  'POST /end_user/delete': 'admin',
  'GET /end_user/info': 'admin',
  'GET /end_user/list': 'admin',
  'POST /end_user/new': 'admin',
  'POST /end_user/unblock': 'admin',
  'POST /end_user/update': 'admin',
  'GET /files': 'key',
  'POST /files': 'key',
  'DELETE /files/:id': 'key',
  'GET /files/:id': 'key',
  'GET /files/:id/content': 'key',
  'GET /global/activity': 'viewer',
  'GET /hot-reload/status': 'admin',
  'GET /global/activity/model': 'viewer',
  'GET /global/spend': 'viewer',
  'GET /global/spend/keys': 'viewer',
  'GET /global/spend/logs': 'viewer',
  'GET /global/spend/models': 'viewer',
  'GET /global/spend/provider': 'viewer',
  'GET /global/spend/report': 'viewer',
  'GET /global/spend/tags': 'viewer',
  'GET /global/spend/teams': 'viewer',
  'POST /key/:key/regenerate': 'change-own',
  'POST /key/:key/reset_spend': 'change-own',
  'GET /key/aliases': 'read-own',
  'POST /key/block': 'change-own',
  'POST /key/bulk_update': 'change-own',
  'POST /key/delete': 'change-own',
  'POST /key/generate': 'change-own',
  'POST /key/health': 'read-own',
  'GET /key/info': 'read-own',
  'GET /key/list': 'read-own',
  'POST /key/regenerate': 'change-own',
  'POST /key/service-account/generate': 'change-own',
  'POST /key/unblock': 'change-own',
  'POST /key/update': 'change-own',
  'GET /model/info': 'key',
  'GET /model_group/info': 'key',
  'GET /models': 'key',
  'GET /models/*': 'key',
  'DELETE /responses/:id': 'key',
  'GET /responses/:id': 'key',
  'POST /responses/:id/cancel': 'key',
  'GET /responses/:id/input_items': 'key',
  'POST /spend/calculate': 'key',
  'GET /spend/export': 'read-own',
  'GET /spend/keys': 'admin',
  'GET /spend/logs': 'key',
  'GET /spend/logs/v2': 'read-own',
  'GET /spend/models': 'read-own',
  'GET /spend/tags': 'read-own',
  'GET /spend/teams': 'read-own',
  'GET /spend/users': 'read-own',
  'GET /tag/daily/activity': 'read-own',
  'PATCH /team/:team_id': 'admin',
  'GET /team/:team_id/members/me': 'key',
  'POST /team/block': 'admin',
  'POST /team/bulk_member_add': 'key',
  'GET /team/daily/activity': 'read-own',
  'POST /team/delete': 'admin',
  'GET /team/info': 'key',
  'GET /team/list': 'key',
  'POST /team/key/bulk_update': 'change-own',
  'POST /team/member_add': 'key',
  'POST /team/member_delete': 'key',
  'POST /team/member_update': 'key',
  'POST /team/model/add': 'admin',
  'POST /team/model/delete': 'admin',
  'POST /team/new': 'admin',
  'POST /team/permissions_bulk_update': 'admin',
  'GET /team/permissions_list': 'key',
  'POST /team/permissions_update': 'key',
  'POST /team/unblock': 'admin',
  'POST /team/update': 'admin',
  'GET /user/available_roles': 'key',
  'POST /user/bulk_update': 'admin',
  'GET /user/daily/activity': 'read-own',
  'GET /user/daily/activity/aggregated': 'read-own',
  'POST /user/delete': 'admin',
  'GET /user/info': 'key',
  'GET /user/list': 'key',
  'POST /user/new': 'admin',
  'POST /user/update': 'admin',
  'POST /utils/token_counter': 'key',
  'GET /v1/access_group': 'admin',
  'POST /v1/access_group': 'admin',
  'DELETE /v1/access_group/:access_group_id': 'admin',
  'GET /v1/access_group/:access_group_id': 'admin',
  'PUT /v1/access_group/:access_group_id': 'admin',
  'GET /v1/batches': 'key',
  'POST /v1/batches': 'key',
  'GET /v1/batches/:id': 'key',
  'POST /v1/batches/:id/cancel': 'key',
  'GET /v1/files': 'key',
  'POST /v1/files': 'key',
  'DELETE /v1/files/:id': 'key',
  'GET /v1/files/:id': 'key',
  'GET /v1/files/:id/content': 'key',
  'GET /v1/gateway/alerts': 'viewer',
  'POST /v1/gateway/alerts/test': 'admin',
  'GET /v1/gateway/circuits': 'admin',
  'DELETE /v1/gateway/circuits/:deployment': 'admin',
  'PUT /v1/gateway/circuits/:deployment': 'admin',
  'POST /v1/gateway/dry-run': 'key',
  'GET /v1/gateway/experiments': 'admin',
  'GET /v1/gateway/experiments/:name': 'admin',
  'DELETE /v1/gateway/experiments/:name/winner': 'admin',
  'PUT /v1/gateway/experiments/:name/winner': 'admin',
  'POST /v1/gateway/explain': 'key',
  'POST /v1/gateway/feedback': 'key',
  'GET /v1/gateway/keys/due': 'viewer',
  'GET /v1/gateway/prices': 'viewer',
  'DELETE /v1/gateway/prices/:provider/*': 'admin',
  'GET /v1/gateway/prices/:provider/*': 'viewer',
  'PUT /v1/gateway/prices/:provider/*': 'admin',
  'GET /v1/gateway/status': 'admin',
  'GET /v1/model/info': 'key',
  'GET /v1/models': 'key',
  'GET /v1/models/*': 'key',
  'DELETE /v1/responses/:id': 'key',
  'GET /v1/responses/:id': 'key',
  'POST /v1/responses/:id/cancel': 'key',
  'GET /v1/responses/:id/input_items': 'key',
  'GET /v1/unified_access_group': 'admin',
  'POST /v1/unified_access_group': 'admin',
  'DELETE /v1/unified_access_group/:access_group_id': 'admin',
  'GET /v1/unified_access_group/:access_group_id': 'admin',
  'PUT /v1/unified_access_group/:access_group_id': 'admin',
  'GET /v1alpha/models': 'key',
  'GET /v1alpha/models/*': 'key',
  'GET /v1beta/models': 'key',
  'GET /v1beta/models/*': 'key',
  'POST /v2/key/info': 'read-own',
  'GET /v2/model/info': 'key',
  'GET /v2/team/list': 'key',
  'GET /v2/user/info': 'key',
};

interface Route {
  readonly name: string;
  readonly controller: Type;
  readonly handler: (...parameters: never[]) => unknown;
}

const ROUTES: Route[] = (EDGE_CONTROLLERS as readonly Type[]).flatMap((controller) => {
  const prefixes = [Reflect.getMetadata(PATH_METADATA, controller) as string | string[]].flat();
  const methods = Object.getOwnPropertyNames(controller.prototype) as string[];
  return methods.flatMap((method) => {
    const handler = (controller.prototype as Record<string, Route['handler']>)[method]!;
    const verb = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    if (verb === undefined) return [];
    const paths = [Reflect.getMetadata(PATH_METADATA, handler) as string | string[]].flat();
    return prefixes.flatMap((prefix) =>
      paths.map((path) => {
        const whole = `/${prefix}/${path}`.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
        return { name: `${RequestMethod[verb]} ${whole}`, controller, handler };
      }),
    );
  });
});

function keyOf(role: Role): Principal {
  return { keyHash: 'a'.repeat(64), isMaster: false, role, allowedModels: [], scopes: [] };
}

const CALLERS = {
  nobody: null,
  user: keyOf('internal_user'),
  'reading user': keyOf('internal_user_viewer'),
  viewer: keyOf('proxy_admin_viewer'),
  admin: keyOf('proxy_admin'),
  master: MASTER_PRINCIPAL,
} as const;
type CallerName = keyof typeof CALLERS;

/** Who gets as far as the route itself; what is whose, `own-keys.spec.ts` and the like say. */
const LET_THROUGH: Readonly<Record<AccessPolicy, readonly CallerName[]>> = {
  public: ['nobody', 'user', 'reading user', 'viewer', 'admin', 'master'],
  key: ['user', 'reading user', 'viewer', 'admin', 'master'],
  'read-own': ['user', 'reading user', 'viewer', 'admin', 'master'],
  'change-own': ['user', 'admin', 'master'],
  viewer: ['viewer', 'admin', 'master'],
  admin: ['admin', 'master'],
};

async function isLetThrough(route: Route, principal: Principal | null): Promise<boolean> {
  const answer = principal
    ? { ok: true, principal }
    : { ok: false, error: { code: 'missing_api_key', message: 'No API key.' } };
  const authenticator = { authenticate: () => answer } as unknown as KeyAuthenticator;
  const request = { raw: { headers: {} }, query: {}, routeOptions: { url: route.name.split(' ')[1] } };
  const context = {
    getHandler: () => route.handler,
    getClass: () => route.controller,
    switchToHttp: () => ({ getRequest: () => request }),
  } as unknown as ExecutionContext;
  try {
    return await new AccessGuard(new Reflector(), authenticator).canActivate(context);
  } catch (error) {
    if (isGatewayException(error)) return false;
    throw error;
  }
}

describe('who may call what', () => {
  it('E4 every route is in the table, and nothing else', () => {
    expect(ROUTES.map((route) => route.name).sort()).toEqual(Object.keys(POLICIES).sort());
  });

  const cases = ROUTES.flatMap((route) =>
    (Object.keys(CALLERS) as CallerName[]).map((caller) => ({ route, name: route.name, caller })),
  );

  it.each(cases)('E4 $caller at $name', async ({ route, caller }) => {
    const policy = POLICIES[route.name];
    const expected = policy !== undefined && LET_THROUGH[policy].includes(caller);
    expect(await isLetThrough(route, CALLERS[caller])).toBe(expected);
  });

  it('E4 a route that says nothing is for nobody', async () => {
    class Forgotten {}
    const forgotten: Route = { name: 'GET /forgotten', controller: Forgotten, handler: () => undefined };
    expect(await isLetThrough(forgotten, MASTER_PRINCIPAL)).toBe(false);
  });

  it('E4 a key with a list of routes may call nothing beside them, whatever its role', async () => {
    const listed = { ...keyOf('proxy_admin'), allowedRoutes: ['info_routes', '/spend/*'] };
    const through: string[] = [];
    for (const route of ROUTES) if (await isLetThrough(route, listed)) through.push(route.name.split(' ')[1]!);
    expect(through).toEqual(expect.arrayContaining(['/key/info', '/key/list', '/spend/logs', '/models']));
    expect(through.filter((path) => /generate|delete|update|credentials|gateway|files|audit/.test(path))).toEqual([]);
  });
});
