import { placesFor, withTeamDefaults, withUserDefaults } from './account-defaults';

describe('what new accounts get where nobody says', () => {
  const team = { maxBudgetNanoUsd: 5e9, budgetDuration: '30d', rpm: 7, models: ['gpt'], memberPermissions: [] };

  it('E4 teams: what the operator says, but for what the body says; null says nothing', () => {
    expect(withTeamDefaults({ rpm_limit: 3, max_budget: null, models: [] }, team)).toMatchObject({
      max_budget: 5,
      budget_duration: '30d',
      rpm_limit: 3,
      models: [],
      team_member_permissions: [],
    });
    expect(withTeamDefaults({ rpm_limit: 3 })).toEqual({ rpm_limit: 3 });
  });

  it('E4 users: likewise, and a role in any case', () => {
    expect(withUserDefaults({})).toEqual({ user_role: 'internal_user' });
    const defaults = { role: 'internal_user_viewer', maxBudgetNanoUsd: 1_500_000_000 } as const;
    expect(withUserDefaults({}, defaults)).toMatchObject({ user_role: 'internal_user_viewer', max_budget: 1.5 });
    expect(withUserDefaults({ user_role: 'internal_user' }, defaults)).toMatchObject({ user_role: 'internal_user' });
  });

  it('E4 places: those of the body, else the operator’s, each team once', () => {
    const defaults = [{ teamId: 'all', role: 'user', maxBudgetNanoUsd: 2e9 }] as const;
    expect(placesFor(undefined, defaults)).toEqual([{ team_id: 'all', user_role: 'user', max_budget_in_team: 2 }]);
    expect(placesFor(['a', { team_id: 'a', user_role: 'admin' }], defaults)).toEqual([
      { team_id: 'a', user_role: 'admin' },
    ]);
    expect(placesFor([], defaults)).toEqual([]);
  });
});
