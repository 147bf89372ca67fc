import { KeySettings } from '@gateway/contracts';
import { isGatewayException, type MemberPermission, type Principal } from '@gateway/domain';
import { caller, key } from './__fixtures__/some-keys';
import { asOwnKey, checkOwnChange, type MakingPermission } from './grant-to-key';

type Said = Parameters<typeof KeySettings.fromPartial>[0];

function refusalOr<Result>(work: () => Result) {
  try {
    return work();
  } catch (error) {
    if (isGatewayException(error)) return error.detail;
    throw error;
  }
}

describe('what a key may give to another', () => {
  const make = (principal: Principal, wanted: Said, own = key(), administered: readonly string[] = []) =>
    refusalOr(() => {
      const making = { own, wanted: KeySettings.fromPartial(wanted), permission: '/key/generate' } as const;
      return asOwnKey({ principal, administered, permitted: new Map() }, making);
    });
  const models = (...values: string[]) => ({ models: { values } });
  const routes = (...values: string[]) => ({ allowedRoutes: { values } });

  it('E4 it is its user’s and its team’s, whatever is left out', () => {
    expect(make(caller(), {})).toMatchObject({ userId: 'u', teamId: 't' });
  });

  it.each([
    ['another user', caller(), { userId: 'v' }, 'user_id'],
    ['another team', caller(), { teamId: 's' }, 'team_id'],
    ['no team', caller(), { teamId: '' }, 'team_id'],
    ['a team of its own', caller({ teamId: undefined }), { teamId: 's' }, 'team_id'],
    ['other models', caller({ allowedModels: ['gpt'] }), models('gpt', 'claude'), 'models'],
    ['all models', caller({ allowedModels: ['gpt'] }), models(), 'models'],
    ['more than its wildcard', caller({ allowedModels: ['openai/*'] }), models('*'), 'models'],
    ['other routes', caller({ allowedRoutes: ['info_routes'] }), routes('llm_api_routes'), 'allowed_routes'],
    ['all routes', caller({ allowedRoutes: ['info_routes'] }), routes(), 'allowed_routes'],
    ['anything, of no user', caller({ userId: undefined }), {}, undefined],
    ['a budget object', caller(), { budgetId: 'b' }, 'budget_id'],
    ['access groups', caller(), { accessGroupIds: { values: ['g'] } }, 'access_group_ids'],
    ['a key of a team without a person', caller(), { userId: '' }, 'user_id'],
  ])('E4 not %s', (_what, principal, wanted, param) => {
    const refused = make(principal, wanted);
    expect(refused).toMatchObject({ code: 'permission_denied' });
    expect((refused as { param?: string }).param).toBe(param);
  });

  it.each([
    ['budget', { settings: KeySettings.fromPartial({ rulesJson: '{"maxBudgetNanoUsd":5}' }) }],
    ['rate', { settings: KeySettings.fromPartial({ rulesJson: '{"rpm":5}' }) }],
    ['budget object', { settings: KeySettings.fromPartial({ budgetId: 'b' }) }],
    ['end', { expiresAtUnixMs: 5 }],
  ])('E4 a key that has a %s makes no others, which could use it twice', (_what, limited) => {
    expect(make(caller(), {}, key(limited))).toMatchObject({ code: 'permission_denied' });
  });

  it('E4 takes what is a part of its own', () => {
    const principal = caller({ allowedModels: ['openai/*', 'gpt'], allowedRoutes: ['llm_api_routes'] });
    expect(make(principal, { ...models('openai/a', 'gpt'), ...routes('/v1/messages') })).toMatchObject({
      models: { values: ['openai/a', 'gpt'] },
      allowedRoutes: { values: ['/v1/messages'] },
    });
  });

  it('E4 whoever administers a team makes keys of it, for its members and for services', () => {
    const made = (wanted: Said) => make(caller({ teamId: undefined }), { teamId: 's', ...wanted }, key(), ['s']);
    expect(made({})).toMatchObject({ userId: 'u', teamId: 's' });
    expect(made({ userId: 'v' })).toMatchObject({ userId: 'v', teamId: 's' });
    expect(made({ userId: '' })).toMatchObject({ userId: '', teamId: 's' });
    const narrow = caller({ teamId: undefined, allowedModels: ['gpt'] });
    expect(make(narrow, { teamId: 's', ...models('claude') }, key(), ['s'])).toMatchObject({ param: 'models' });
    expect(make(caller(), { teamId: 'r' }, key(), ['s'])).toMatchObject({ param: 'team_id' });
  });
});

describe('what a team lets its members make', () => {
  const make = (
    permissions: readonly MemberPermission[],
    wanted: Said,
    permission: MakingPermission = '/key/generate',
  ) =>
    refusalOr(() => {
      const permitted = new Map([['s', new Set(permissions)]]);
      const principal = caller({ teamId: undefined });
      const making = { own: key(), wanted: KeySettings.fromPartial({ teamId: 's', ...wanted }), permission };
      return asOwnKey({ principal, administered: [], permitted }, making);
    });

  it('E4 keys of their own in it, also with a key of no team', () => {
    expect(make(['/key/generate'], {})).toMatchObject({ userId: 'u', teamId: 's' });
    expect(make(['/key/update'], {})).toMatchObject({ code: 'permission_denied', param: 'team_id' });
    expect(make([], {})).toMatchObject({ code: 'permission_denied', param: 'team_id' });
    expect(make(['/key/generate'], { teamId: 'r' })).toMatchObject({ param: 'team_id' });
  });

  it('E4 keys of no user where it says so, and of others never', () => {
    const service = '/key/service-account/generate';
    expect(make([service], { userId: '' }, service)).toMatchObject({ userId: '', teamId: 's' });
    expect(make(['/key/generate'], { userId: '' }, service)).toMatchObject({ code: 'permission_denied' });
    expect(make([service, '/key/generate'], { userId: 'v' })).toMatchObject({ param: 'user_id' });
  });

  it('E4 and hands no key on to somebody else', () => {
    const hand = (userId: string) =>
      refusalOr(() => {
        const who = { principal: caller(), administered: [], permitted: new Map() };
        checkOwnChange(who, key(), { key: key(), settings: KeySettings.fromPartial({ userId }) });
      });
    expect(hand('u')).toBeUndefined();
    expect(hand('v')).toMatchObject({ code: 'permission_denied', param: 'user_id' });
  });
});

describe('how whoever administers a team may change its keys', () => {
  const change = (settings: Said, principal = caller(), own = key()) =>
    refusalOr(() =>
      checkOwnChange({ principal, administered: ['t'], permitted: new Map() }, own, {
        key: key({ settings: KeySettings.fromPartial({ budgetId: 'b' }) }),
        settings: KeySettings.fromPartial(settings),
      }),
    );

  it.each<[string, Said]>([
    ['nothing', {}],
    ['limits', { rulesJson: '{"rpm":5}' }],
    ['a block', { blocked: true }],
    ['its team, as it is', { teamId: 't' }],
    ['its budget object, as it is', { budgetId: 'b' }],
    ['models', { models: { values: ['gpt'] } }],
  ])('E4 %s', (_what, settings) => {
    expect(change(settings)).toBeUndefined();
  });

  it.each<[string, Said, string]>([
    ['into another team', { teamId: 's' }, 'team_id'],
    ['out of the team', { teamId: '' }, 'team_id'],
    ['its budget object away', { budgetId: '' }, 'budget_id'],
    ['access groups', { accessGroupIds: { values: ['g'] } }, 'access_group_ids'],
  ])('E4 not %s', (_what, settings, param) => {
    expect(change(settings)).toMatchObject({ code: 'permission_denied', param });
  });

  it('E4 not beyond what the key that changes it may itself', () => {
    const narrow = caller({ allowedModels: ['gpt'], allowedRoutes: ['/key/*'] });
    expect(change({ models: { values: [] } }, narrow)).toMatchObject({ param: 'models' });
    expect(change({ allowedRoutes: { values: ['llm_api_routes'] } }, narrow)).toMatchObject({
      param: 'allowed_routes',
    });
    expect(change({ blocked: true }, narrow)).toBeUndefined();
    expect(change({ blocked: true }, caller(), key({ expiresAtUnixMs: 5 }))).toMatchObject({
      code: 'permission_denied',
    });
  });
});
