import { parseGatewayConfig } from './parse-gateway-config';

function parse(settings: object) {
  const models = [{ model_name: 'm', litellm_params: { model: 'openai/m', api_key: 'os.environ/K' } }];
  return parseGatewayConfig(JSON.stringify({ model_list: models, litellm_settings: settings }), {
    fileName: 'gateway.yaml',
    environment: {},
    knownProviders: ['openai'],
  });
}

const defaultsOf = (settings: object) => {
  const parsed = parse(settings);
  return parsed.ok ? parsed.config.accountDefaults : parsed.problems.map(({ path, message }) => `${path} ${message}`);
};

describe('what new accounts are made with', () => {
  it('E4 L1 LiteLLM’s default_internal_user_params and default_team_params', () => {
    const user = {
      user_role: 'internal_user_viewer',
      max_budget: 0,
      budget_duration: '30d',
      models: ['m'],
      teams: ['all', { team_id: 'some', user_role: 'admin', max_budget_in_team: 1.5 }],
    };
    const team = { max_budget: 10, rpm_limit: 0, tpm_limit: 5, team_member_permissions: ['/key/generate'] };
    expect(defaultsOf({ default_internal_user_params: user, default_team_params: team })).toEqual({
      user: {
        role: 'internal_user_viewer',
        maxBudgetNanoUsd: 0,
        budgetDuration: '30d',
        models: ['m'],
        teams: [
          { teamId: 'all', role: 'user' },
          { teamId: 'some', role: 'admin', maxBudgetNanoUsd: 1.5e9 },
        ],
      },
      team: { maxBudgetNanoUsd: 10e9, rpm: 0, tpm: 5, memberPermissions: ['/key/generate'] },
    });
    expect(defaultsOf({})).toBeUndefined();
  });

  it.each([
    [{ default_internal_user_params: { role: 'x' } }, 'default_internal_user_params.role is not a key'],
    [{ default_internal_user_params: { user_role: 'king' } }, 'must be one of proxy_admin'],
    [{ default_team_params: { team_member_permissions: ['/key/info', '/x'] } }, 'must be one of /key/generate'],
    [{ default_team_params: { budget_duration: 'soon' } }, 'must be a duration'],
  ])('E4 L1 says what is wrong with %j', (settings, message) => {
    expect(String(defaultsOf(settings))).toContain(message);
  });
});
