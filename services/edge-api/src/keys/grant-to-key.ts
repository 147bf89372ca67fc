import type { KeySettings, VirtualKey } from '@gateway/contracts';
import type { MemberPermission } from '@gateway/domain';
import { type GatewayError, GatewayException } from '@gateway/domain';
import { coversRoutes } from '../access/route-groups';
import { isLimited, type KeyCaller, textsOf } from './own-keys';

/** Whose key is made, and which of LiteLLM's two routes is asked for it. */
interface Making {
  readonly own: VirtualKey;
  readonly wanted: KeySettings;
  readonly permission: MakingPermission;
}

export type MakingPermission = Extract<MemberPermission, '/key/generate' | '/key/service-account/generate'>;

/**
 * What a key that is no administrator's may say of one that it makes: for its own user and team, as its team lets members, or for anybody in
 * a team that its user administers; and nothing that it may not do itself. `own` is the maker. @throws GatewayException
 */
export function asOwnKey(caller: KeyCaller, { own, wanted, permission }: Making): KeySettings {
  const { principal, administered } = caller;
  const { userId } = principal;
  const teamId = wanted.teamId ?? principal.teamId;
  if (userId === undefined) throw refused(NO_USER);
  if (teamId === undefined || !administered.includes(teamId)) refuseAsMember(caller, { wanted, permission, teamId });
  const settings = {
    ...wanted,
    userId: wanted.userId ?? userId,
    teamId,
    models: wanted.models ?? own.settings?.models,
  };
  const routes = wanted.allowedRoutes ?? own.settings?.allowedRoutes;
  const granted = principal.allowedRoutes === undefined ? settings : { ...settings, allowedRoutes: routes };
  refuseMore(caller, own, { models: textsOf(granted.models), allowedRoutes: textsOf(granted.allowedRoutes) });
  refuseShared({}, wanted);
  return granted;
}

function refuseAsMember(
  { principal, permitted }: KeyCaller,
  { wanted, permission, teamId = '' }: Omit<Making, 'own'> & { readonly teamId: string | undefined },
): void {
  const said = permitted.get(teamId);
  const isOfNobody = wanted.userId === '' && said?.has('/key/service-account/generate');
  if (!isOfNobody && (wanted.userId ?? principal.userId) !== principal.userId) throw refused(OTHER_USER, 'user_id');
  if (said === undefined && teamId !== (principal.teamId ?? '')) throw refused(OTHER_TEAM, 'team_id');
  if (said?.has(permission) === false) throw refused(notLetByTeam(permission), 'team_id');
}

/** As `asOwnKey`, for a change of a key that the caller manages. @throws GatewayException */
export function checkOwnChange(
  caller: KeyCaller,
  own: VirtualKey,
  { key, settings }: { readonly key: VirtualKey; readonly settings: KeySettings },
): void {
  if ((settings.teamId ?? key.teamId) !== key.teamId) throw refused(MOVED, 'team_id');
  const isHandedOn = settings.userId !== undefined && settings.userId !== key.userId;
  if (isHandedOn && !caller.administered.includes(key.teamId)) throw refused(OTHER_USER, 'user_id');
  refuseMore(caller, own, { models: settings.models?.values, allowedRoutes: settings.allowedRoutes?.values });
  refuseShared(key.settings ?? {}, settings);
}

/** What another key is to have; absent: it is not spoken of. */
export interface Granted {
  readonly models?: readonly string[];
  readonly allowedRoutes?: readonly string[];
}

/** Whoever can use another key has all that it may. @throws GatewayException */
export function refuseMore({ principal }: KeyCaller, own: VirtualKey, { models, allowedRoutes }: Granted): void {
  if (isLimited(own)) throw refused(LIMITED);
  const { allowedModels } = principal;
  if (models !== undefined && allowedModels.length > 0 && !coversModels(allowedModels, models)) {
    throw refused(MORE_MODELS, 'models');
  }
  if (allowedRoutes === undefined || principal.allowedRoutes === undefined) return;
  if (!coversRoutes(principal.allowedRoutes, allowedRoutes)) throw refused(MORE_ROUTES, 'allowed_routes');
}

type Shared = Partial<Pick<KeySettings, 'budgetId' | 'accessGroupIds'>>;

/** Budget objects and access groups are many accounts': who has one is for administrators to say. */
function refuseShared(before: Shared, after: Shared): void {
  if ((after.budgetId ?? before.budgetId ?? '') !== (before.budgetId ?? '')) throw refused(SHARED, 'budget_id');
  const [were, are] = [before, after].map(({ accessGroupIds }) => textsOf(accessGroupIds).join('\0'));
  if (after.accessGroupIds !== undefined && were !== are) throw refused(SHARED, 'access_group_ids');
}

function coversModels(granter: readonly string[], granted: readonly string[]): boolean {
  const covers = (model: string) =>
    granter.some((own) => own === model || (own.endsWith('*') && model.startsWith(own.slice(0, -1))));
  return granted.length > 0 && granted.every(covers);
}

function refused(message: string, param?: string): GatewayException {
  const error: GatewayError = { code: 'permission_denied', message, ...(param !== undefined && { param }) };
  return new GatewayException(error);
}

function notLetByTeam(permission: MemberPermission): string {
  return `The team does not let its members call ${permission}: it is not among its team_member_permissions.`;
}

const NO_USER = 'Only an administrator, or a key that belongs to a user, may make keys.';
const OTHER_USER = 'A key may only make keys for its own user, or for members of a team that the user administers.';
const OTHER_TEAM = 'A key may only make keys of its own team, or of one that its user administers.';
const MOVED = 'Only an administrator may move a key to another team.';
const LIMITED = 'A key that expires, or has budgets or limits of its own, may not make or change others.';
const MORE_MODELS = 'A key may not give others models that it may not use itself.';
const MORE_ROUTES = 'A key may not give others routes that it may not call itself.';
const SHARED = 'Only an administrator may give a key a budget object or access groups.';
