import { formatProblem } from './config-problem';
import { GENERAL_SETTINGS, LITELLM_PARAMS, TOP_LEVEL } from './gateway-config-schema';
import { parseGatewayConfig } from './parse-gateway-config';
import { LITELLM_SETTINGS, ROUTER_SETTINGS } from './routing-schema';
import { UNBUILT_BY_SECTION } from './set-aside-unbuilt';
import { UNBUILT_LITELLM_PARAMS } from './unbuilt/unbuilt-litellm-params';

function parse(text: string) {
  const all = `model_list:\n  - { model_name: m, litellm_params: { model: openai/m } }\n${text}`;
  const parsed = parseGatewayConfig(all, { fileName: 'g.yaml', environment: {}, knownProviders: ['openai'] });
  if (parsed.ok) return { problems: [], warnings: parsed.warnings.map(formatProblem) };
  return { problems: parsed.problems.map(formatProblem), warnings: [] };
}

describe('settings without effect', () => {
  it('L1 have a home of their own: no setting is both read and set aside', () => {
    const built: [string, object][] = [
      ['', TOP_LEVEL],
      ['litellm_settings', LITELLM_SETTINGS],
      ['router_settings', ROUTER_SETTINGS],
      ['general_settings', GENERAL_SETTINGS],
    ];
    const both = built.flatMap(([section, shape]) =>
      Object.keys(shape).filter((name) => Object.hasOwn(UNBUILT_BY_SECTION.get(section) ?? {}, name)),
    );
    const ofEntries = Object.keys({ ...UNBUILT_LITELLM_PARAMS }).filter((name) => Object.hasOwn(LITELLM_PARAMS, name));
    expect([...both, ...ofEntries]).toEqual([]);
  });

  it('L1 are accepted with one warning that names each with its lines', () => {
    const entries = Array.from(
      { length: 5 },
      () => '  - { model_name: m, litellm_params: { model: openai/m, organization: o } }',
    );
    const { warnings } = parse(`${entries.join('\n')}\nlitellm_settings:\n  cache: true\nguardrails: []\n`);
    expect(warnings).toEqual([
      'g.yaml:1:1 uses settings of LiteLLM that have no effect in this version: litellm_settings.cache (line 9), ' +
        'guardrails (line 10), model_list[].litellm_params.organization (lines 3, 4, 5 and 2 more)',
    ]);
  });

  it('L1 may refer to variables that are not set', () => {
    expect(parse('router_settings: { redis_host: os.environ/R, redis_port: os.environ/P }\n').problems).toEqual([]);
  });

  it.each([
    [
      'litellm_settings: { cache_params: { tpye: redis } }',
      /3:37 litellm_settings.cache_params.tpye .*did you mean "type"/,
    ],
    ['litellm_settings: { cache_params: { type: rediss } }', /3:43 .*cache_params.type must be one of local, redis/],
    ['litellm_settings: { cache: perhaps }', /3:28 litellm_settings.cache must be true or false$/],
    [
      'guardrails:\n  - { guardrail_name: a, litellm_params: { mode: pre_call } }',
      /4:26 guardrails\[0\].litellm_params.guardrail is missing/,
    ],
    [
      'guardrails:\n  - { guardrail_name: a, guardrail_nfo: {}, litellm_params: { guardrail: x, mode: pre_call } }',
      /4:26 guardrails\[0\].guardrail_nfo .*did you mean "guardrail_info"/,
    ],
    [
      'mcp_servers: { one: { url: "http://x", transprt: http } }',
      /3:40 mcp_servers.one.transprt .*did you mean "transport"/,
    ],
    [
      'mcp_servers: { one: { url: "http://x", transport: htp } }',
      /mcp_servers.one.transport must be one of sse, http, stdio$/,
    ],
    [
      'general_settings: { pass_through_endpoints: [{ path: /a, target: "http://b", headrs: {} }] }',
      /pass_through_endpoints\[0\].headrs .*did you mean "headers"/,
    ],
    [
      'agent_list: [{ agent_name: a, object_permission: { modls: [] } }]',
      /agent_list\[0\].object_permission.modls .*did you mean "models"/,
    ],
    [
      'general_settings: { alerting_args: { daily_report_frequency: daily } }',
      /daily_report_frequency must be a number of seconds/,
    ],
    [
      'router_settings: { provider_budget_config: { openai: { budget_limt: 1 } } }',
      /openai.budget_limt .*did you mean "budget_limit"/,
    ],
    ['prompts: [{ prompt_id: p }]', /prompts\[0\].litellm_params is missing/],
    [
      'router_settings: { model_group_alias: { a: { model: m, hiden: true } } }',
      /model_group_alias.a.hiden .*did you mean "hidden"/,
    ],
    [
      'router_settings: { routing_groups: [{ group_name: g, models: [m], routing_strtegy: x, routing_strategy: least-busy }] }',
      /routing_groups\[0\].routing_strtegy .*did you mean "routing_strategy"/,
    ],
  ])('L1 must be of their form all the same: %s', (text, expected) => {
    expect(parse(text).problems).toEqual([expect.stringMatching(expected)]);
  });

  it('L1 keeps to itself what a variable holds that is of the wrong form', () => {
    const text = 'router_settings: { timeout: os.environ/OWN }\nenvironment_variables: { OWN: sk-hidden }\n';
    expect(parse(text).problems).toEqual([
      'g.yaml:3:29 router_settings.timeout must be a number of seconds above 0, not what os.environ/OWN holds',
    ]);
  });

  it('L1 are never repeated in messages, as many are secret', () => {
    const { problems } = parse('mcp_servers: { one: { args: sk-1, env: sk-2, scopes: { a: sk-3 }, is_byok: sk-4 } }\n');
    expect(problems).toHaveLength(4);
    expect(problems.join()).not.toMatch(/sk-\d/);
  });
});
