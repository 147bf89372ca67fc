import { randomBytes } from 'node:crypto';
import { ROUTING_DEFAULTS } from '@gateway/domain';
import { openSecret, sealSecret } from '../secrets/seal-secret';
import { buildSnapshot, hasLiteralSecrets } from './build-snapshot';
import { formatProblem } from './config-problem';
import { fingerprintConfig } from './fingerprint-config';
import { parseGatewayConfig } from './parse-gateway-config';

const knownProviders = ['openai', 'anthropic', 'azure', 'gemini', 'groq'];

function parse(text: string, environment: Record<string, string> = {}) {
  return parseGatewayConfig(text, { fileName: 'gateway.yaml', environment, knownProviders });
}

function accepted(text: string, environment?: Record<string, string>) {
  const parsed = parse(text, environment);
  if (!parsed.ok) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return { ...parsed, messages: parsed.warnings.map(formatProblem) };
}

function refused(text: string, environment?: Record<string, string>): string[] {
  const parsed = parse(text, environment);
  if (parsed.ok) throw new Error('the file was accepted');
  return parsed.problems.map(formatProblem);
}

const ONE = `model_list:
  - model_name: gpt-4o
    litellm_params:
      model: openai/gpt-4o
`;

describe('parseGatewayConfig', () => {
  it('L1 reads a LiteLLM file into deployments, aliases and routing', () => {
    const { config, messages } = accepted(
      `
model_list:
  - model_name: gpt-4o
    litellm_params: &base
      model: openai/gpt-4o
      api_key: os.environ/OPENAI_API_KEY
      api_base: os.environ/BASE
      timeout: 30
      stream_timeout: "2.5"
      max_retries: 1
      rpm: os.environ/RPM
      weight: 3
      temperature: 0
      extra_headers: { anthropic-version: 2023-06-01, Authorization: os.environ/TOKEN }
      extra_body: { user: gateway }
      input_cost_per_token: 1.5e-07
      output_cost_per_token: "0.0000006"
    model_info:
      { id: east-1, base_model: gpt-4o, max_tokens: 100, tags: [a], access_groups: [x], own_note: 1, mode: chat,
        supports_vision: true, supports_reasoning: "false", supports_web_search: null }
  - model_name: claude/*
    litellm_params: { model: anthropic/*, pool: claude-pool, tags: b }
  - model_name: second
    litellm_params:
      <<: *base
      model: gpt-4o-mini
litellm_settings: { drop_params: true, fallbacks: [{ never: [used] }], cache: true, success_callback: [x] }
router_settings:
  num_retries: 4
  retry_after: 0.25
  timeout: 100
  fallbacks: [{ gpt-4o: [second, claude/opus] }]
  default_fallbacks: [best]
  model_group_alias: { best: gpt-4o, hidden: { model: second, hidden: true } }
general_settings: { master_key: os.environ/KEY, max_request_size_mb: 1.5, database_url: x }
mcp_servers: { one: { url: os.environ/NOT_SET } }
`,
      { BASE: 'http://127.0.0.1:1/v1', RPM: '60' },
    );
    const [first, claude, second] = config.deployments;
    expect(first).toEqual({
      deployment: {
        id: 'east-1',
        modelGroup: 'gpt-4o',
        provider: 'openai',
        providerModel: 'gpt-4o',
        pool: 'openai',
        apiBase: 'http://127.0.0.1:1/v1',
        weight: 3,
        rpm: 60,
        timeoutMs: 30_000,
        streamTimeoutMs: 2_500,
        numRetries: 1,
        dropParams: true,
        extraHeaders: { 'anthropic-version': '2023-06-01' },
        defaultParams: { temperature: 0 },
        extraBody: { user: 'gateway' },
        price: { inputPicoUsdPerToken: 150_000, outputPicoUsdPerToken: 600_000 },
        baseModel: 'gpt-4o',
        maxOutputTokens: 100,
        mode: 'chat',
        capabilities: { vision: true, reasoning: false },
        tags: ['a'],
      },
      apiKey: { kind: 'reference', reference: 'os.environ/OPENAI_API_KEY' },
      secretCredentials: {},
      secretHeaders: { Authorization: { kind: 'reference', reference: 'os.environ/TOKEN' } },
    });
    expect(claude?.deployment).toMatchObject({
      provider: 'anthropic',
      providerModel: '*',
      pool: 'claude-pool',
      tags: ['b'],
    });
    expect(claude?.deployment.id).toMatch(/^claude__-[0-9a-f]{10}$/);
    expect(second?.deployment).toMatchObject({
      modelGroup: 'second',
      provider: 'openai',
      providerModel: 'gpt-4o-mini',
      rpm: 60,
    });
    expect(config.aliases).toEqual({ best: 'gpt-4o', hidden: 'second' });
    expect(config.maxBodyBytes).toBe(1_572_864);
    expect(config.routing).toEqual({
      ...ROUTING_DEFAULTS,
      strategy: 'simple-shuffle',
      numRetries: 4,
      retryAfterMs: 250,
      requestTimeoutMs: 100_000,
      firstTokenTimeoutMs: 100_000,
      idleTimeoutMs: 120_000,
      fallbacks: { 'gpt-4o': ['second', 'claude/opus'] },
      defaultFallbacks: ['best'],
      maxFallbacks: 5,
      dropParams: true,
    });
    expect(messages).toEqual([
      expect.stringMatching(
        /no effect in this version: litellm_settings.cache \(line 27\), litellm_settings.success_callback \(line 27\), general_settings.database_url \(line 35\), mcp_servers \(line 36\), model_list\[\].model_info.access_groups \(line 19\)$/,
      ),
    ]);
  });

  it('C6 reads how many calls may be under way at a deployment, and for those that do not say', () => {
    const own = `${ONE}      max_parallel_requests: 7\n`;
    const shared = 'router_settings: { default_max_parallel_requests: 3 }\n';
    const limitIn = (text: string) => accepted(text).config.deployments[0]?.deployment.maxParallelRequests;
    expect([ONE, own, ONE + shared, own + shared].map(limitIn)).toEqual([undefined, 7, 3, 7]);
  });

  it('D1 reads the prices of what is not charged by tokens, each once', () => {
    const entry = (prices: string) =>
      `model_list:\n  - model_name: m\n    litellm_params: { model: openai/m }\n    model_info: { ${prices} }\n`;
    const unitsOf = (prices: string) => accepted(entry(prices)).config.deployments[0]?.deployment.price;
    expect(
      unitsOf('input_cost_per_query: 0.002, input_cost_per_second: 3.083e-05, output_cost_per_second: 0.00025'),
    ).toEqual({ units: { searchUnits: 2_000_000_000, audioInputMs: 30_830_000, audioOutputMs: 250_000_000 } });
    expect(unitsOf('input_cost_per_image: 1, output_cost_per_image: 0.04, input_cost_per_pixel: 1.9e-08')).toEqual({
      units: { images: 40_000_000_000 },
    });
    expect(unitsOf('input_cost_per_pixel: 3.81469e-08')).toEqual({ units: { imagePixels: 38_147 } });
    expect(
      unitsOf('input_cost_per_token: 2.5e-06, output_cost_per_token: 1e-05, input_cost_per_audio_token: 6e-06'),
    ).toEqual({
      inputPicoUsdPerToken: 2_500_000,
      outputPicoUsdPerToken: 10_000_000,
      units: { audioInputTokens: 6_000_000 },
    });
    expect(() => unitsOf('input_cost_per_character: -1')).toThrow(/input_cost_per_character .*must be a price in USD/);
  });

  it.each<[string, string, RegExp]>([
    ['an empty file', '', /^gateway.yaml:1:1 must be a mapping that begins with model_list/],
    ['no model', 'model_list: []', /^gateway.yaml:1:13 model_list must be a list of at least one model/],
    ['broken YAML', 'model_list:\n  - a: [1\n', /^gateway.yaml:\d+:\d+ is not valid YAML/],
    ['a key given twice', `${ONE}model_list: []\n`, /^gateway.yaml:5:1 is not valid YAML: Map keys must be unique/],
    [
      'a slip at the top',
      `${ONE}router_setings: {}\n`,
      /^gateway.yaml:5:1 router_setings is not a key .* did you mean "router_settings"\?$/,
    ],
    [
      'a slip in a section',
      `${ONE}router_settings:\n  num_retrys: 1\n`,
      /^gateway.yaml:6:3 router_settings.num_retrys .* did you mean "num_retries"\?$/,
    ],
    [
      'a slip in a model',
      `${ONE}      api_bse: http://x\n`,
      /^gateway.yaml:5:7 model_list\[0\].litellm_params.api_bse .* did you mean "api_base"\?$/,
    ],
    [
      'a slip in model_info',
      `${ONE}    model_info: { base_modle: x }\n`,
      /^gateway.yaml:5:19 .*did you mean "base_model"\?$/,
    ],
    [
      'a wrong type',
      `${ONE}      rpm: many\n`,
      /^gateway.yaml:5:12 model_list\[0\].litellm_params.rpm must be a whole number above 0, not "many"$/,
    ],
    [
      'a missing model',
      'model_list:\n  - model_name: a\n    litellm_params:\n      rpm: 1\n',
      /^gateway.yaml:3:5 model_list\[0\].litellm_params.model is missing/,
    ],
    [
      'a negative price',
      `${ONE}      input_cost_per_token: -1e-7\n`,
      /^gateway.yaml:5:29 .* must be a price in USD per token/,
    ],
    ['a price that is no number', `${ONE}      input_cost_per_token: .nan\n`, /^gateway.yaml:5:29 .* must be a price/],
    [
      'an unknown provider',
      ONE.replace('openai/', 'opneai/'),
      /^gateway.yaml:4:14 .*"opneai", which is no provider .* did you mean "openai"\?$/,
    ],
    [
      'an unknown model maker',
      ONE.replace('openai/gpt-4o', 'llama3'),
      /^gateway.yaml:4:14 .* must be provider\/model, for example "openai\/llama3"$/,
    ],
    [
      'no model after the slash',
      ONE.replace('openai/gpt-4o', 'openai/'),
      /^gateway.yaml:4:14 .* must name a model after the slash$/,
    ],
    ['a star nobody fills', ONE.replace('openai/gpt-4o', 'openai/*'), /^gateway.yaml:4:14 .*model_name has none/],
    [
      'a strategy that does not exist',
      `${ONE}router_settings:\n  routing_strategy: least-bussy\n`,
      /^gateway.yaml:6:21 .*"least-bussy" does not exist; did you mean "least-busy"\? \(there are: simple-shuffle, /,
    ],
    [
      'a fallback to nothing',
      `${ONE}router_settings:\n  fallbacks:\n    - gpt-4o:\n      - gpt-4p\n`,
      /^gateway.yaml:8:9 router_settings.fallbacks\[0\].gpt-4o\[0\] "gpt-4p" is no model group; did you mean "gpt-4o"\?$/,
    ],
    [
      'a fallback from nothing',
      `${ONE}litellm_settings:\n  fallbacks: { gpt-4: [gpt-4o] }\n`,
      /^gateway.yaml:6:16 .*"gpt-4" is no model group; did you mean "gpt-4o"\?$/,
    ],
    [
      'an alias to nothing',
      `${ONE}router_settings: { model_group_alias: { a: b } }\n`,
      /^gateway.yaml:5:44 .*"b" is no model group$/,
    ],
    [
      'a default fallback to nothing',
      `${ONE}litellm_settings: { default_fallbacks: [zzz] }\n`,
      /^gateway.yaml:5:41 .*"zzz" is no model group$/,
    ],
    [
      'an unset variable',
      `${ONE}      rpm: os.environ/RPM\n`,
      /^gateway.yaml:5:12 .*rpm refers to RPM, which is not set/,
    ],
    [
      'a reference to nothing',
      `${ONE}      api_key: os.environ/\n`,
      /^gateway.yaml:5:16 .*api_key must name an environment variable/,
    ],
    [
      'a base that is no URL',
      `${ONE}      api_base: localhost:8000\n`,
      /^gateway.yaml:5:17 .*api_base must be an http/,
    ],
    [
      'a header with a line break',
      `${ONE}      extra_headers: { a: "x\\ny" }\n`,
      /^gateway.yaml:5:22 .*extra_headers must be a mapping of header names/,
    ],
    [
      'equal ids',
      `${ONE}    model_info: { id: a }\n  - model_name: b\n    litellm_params: { model: openai/b }\n    model_info: { id: a }\n`,
      /^gateway.yaml:8:23 .*"a" is already the id of model_list\[0\]/,
    ],
    ['an unknown mode', `${ONE}    model_info: { mode: chatting }\n`, /^gateway.yaml:5:25 .*must be one of chat/],
  ])('L1 refuses %s, naming the place and the fix', (_, text, message) => {
    expect(refused(text)).toEqual([expect.stringMatching(message)]);
  });

  it('L1 names every problem of a file at once, in the order of its lines', () => {
    const problems = refused(
      `${ONE.replace('openai/', 'nobody/')}      rpm: os.environ/RPM\nrouter_settings: { routing_strategy: x }\nzzz: 1\n`,
    );
    expect(problems.map((problem) => problem.split(':')[1])).toEqual(['5', '7']);
    expect(refused(`${ONE.replace('openai/', 'nobody/')}router_settings: { routing_strategy: x }\n`)).toHaveLength(2);
  });

  it('L1 skips a deployment whose base URL is not set, and what else it lacks', () => {
    const text = `${ONE}  - model_name: own
    litellm_params: { model: openai/own, api_base: os.environ/OWN_BASE, rpm: os.environ/OWN_RPM }
router_settings: { fallbacks: [{ gpt-4o: [own] }], default_fallbacks: [own, gpt-4o] }
`;
    const { config, messages } = accepted(text);
    expect(config.deployments.map(({ deployment }) => deployment.modelGroup)).toEqual(['gpt-4o']);
    expect(config.routing.fallbacks).toEqual({ 'gpt-4o': [] });
    expect(config.routing.defaultFallbacks).toEqual(['gpt-4o']);
    expect(messages).toEqual([
      'gateway.yaml:6:42 model_list[1].litellm_params.api_base the deployment is skipped: OWN_BASE is not set',
    ]);
    expect(accepted(text, { OWN_BASE: 'http://x', OWN_RPM: '1' }).config.deployments).toHaveLength(2);
  });

  it('L1 keeps ids when entries move or a key is rotated, and tells equal entries apart', () => {
    const entry = (key: string) => `  - model_name: a/b.c
    litellm_params: { api_key: ${key}, model: openai/gpt-4o }
`;
    const idsOf = (text: string) => accepted(text).config.deployments.map(({ deployment }) => deployment.id);
    const [first, second] = idsOf(`model_list:\n${entry('sk-one')}${entry('sk-two')}`);
    expect(first).toMatch(/^a_b_c-[0-9a-f]{10}$/);
    expect(second).toBe(`${first}-2`);
    expect(idsOf(`${ONE}${entry('sk-three')}`)[1]).toBe(first);
    const named = `model_list:\n${entry('os.environ/ONE')}${entry('os.environ/TWO')}`;
    expect(new Set(idsOf(named).map((id) => id.slice(0, 16))).size).toBe(2);
  });

  it('E2 never publishes a literal secret in clear, nor shows it in a message', () => {
    const text = `environment_variables: { FROM_FILE: sk-hidden-2 }
${ONE}      api_key: sk-hidden-1
      extra_headers: { x-api-key: os.environ/FROM_FILE, x-open: "1" }
general_settings: { master_key: sk-hidden-3 }
`;
    const { config, messages } = accepted(text);
    const key = randomBytes(32);
    const seal = (plain: string, id: string) => sealSecret(plain, key, id);
    const snapshot = buildSnapshot(config, { version: '1-a', source: 'x', nowUnixMs: 1, seal });
    expect(JSON.stringify(snapshot) + messages.join()).not.toContain('sk-hidden');
    const [deployment] = snapshot.deployments;
    expect(openSecret(deployment?.apiKey ?? '', key, deployment?.id ?? '')).toBe('sk-hidden-1');
    expect(openSecret(deployment?.extraHeaders?.['x-api-key'] ?? '', key, deployment?.id ?? '')).toBe('sk-hidden-2');
    expect(deployment?.extraHeaders?.['x-open']).toBe('1');
    expect(messages).toEqual([expect.stringContaining('LLM_GATEWAY_MASTER_KEY')]);
    const other = accepted(text.replace('sk-hidden-1', 'sk-hidden-9')).config;
    expect(fingerprintConfig(config, key)).not.toBe(fingerprintConfig(other, key));
    expect(fingerprintConfig(config, key)).toBe(fingerprintConfig(accepted(`# moved\n${text}`).config, key));
    for (const wrong of ['api_key: 31337', 'extra_headers: { authorization: [31337] }']) {
      expect(refused(`${ONE}      ${wrong}\n`).join()).not.toContain('31337');
    }
  });

  describe('what requests may say themselves', () => {
    const rulesOf = (text: string) => accepted(text).config.deployments[0]?.deployment.clientAccess;
    const EVERY = [{ field: 'api_base' }, { field: 'api_key' }, { field: 'api_version' }];

    it('E7 is nothing, what the entry lists, or everything with `allow_client_side_credentials`', () => {
      expect(rulesOf(ONE)).toBeUndefined();
      expect(rulesOf(`${ONE}      configurable_clientside_auth_params: []\n`)).toBeUndefined();
      const listed = '[api_key, base_url, { api_base: "^https://[a-z]+\\\\.example\\\\.com/v1$" }]';
      expect(rulesOf(`${ONE}      configurable_clientside_auth_params: ${listed}\n`)).toEqual([
        { field: 'api_key' },
        { field: 'api_base' },
        { field: 'api_base', pattern: '^https://[a-z]+\\.example\\.com/v1$' },
      ]);
      expect(rulesOf(`${ONE}general_settings: { allow_client_side_credentials: true }\n`)).toEqual(EVERY);
      expect(rulesOf(`${ONE}general_settings: { allow_client_side_credentials: false }\n`)).toBeUndefined();
    });

    it.each(['api_key', '[vertex_project]', '[{ api_key: x }]', '[{ api_base: "(" }]'])(
      'E7 is checked: %s',
      (value) => {
        const [problem] = refused(`${ONE}      configurable_clientside_auth_params: ${value}\n`);
        expect(problem).toMatch(
          /configurable_clientside_auth_params\S* must be a list of api_key, api_base, api_version/,
        );
      },
    );
  });

  describe('credentials beside api_key', () => {
    const AZURE = `${ONE.replace('openai/gpt-4o', 'azure/my-gpt')}      api_version: 2024-10-21
      tenant_id: os.environ/AZURE_TENANT_ID
      client_id: app-1
      client_secret: hidden-secret-1
      azure_ad_token: os.environ/MY_TOKEN
`;

    it('E2 travel as references or sealed, ids of tenants and applications in clear', () => {
      const { config, messages } = accepted(AZURE);
      const key = randomBytes(32);
      const seal = (plain: string, id: string) => sealSecret(plain, key, id);
      const snapshot = buildSnapshot(config, { version: '1-a', source: 'x', nowUnixMs: 1, seal });
      const [deployment] = snapshot.deployments;
      expect(deployment).toMatchObject({ provider: 'azure', providerModel: 'my-gpt', apiVersion: '2024-10-21' });
      expect(deployment?.credentials).toEqual({
        tenant_id: 'os.environ/AZURE_TENANT_ID',
        client_id: 'app-1',
        client_secret: expect.stringMatching(/^sealed:v1:/),
        azure_ad_token: 'os.environ/MY_TOKEN',
      });
      expect(openSecret(deployment?.credentials?.client_secret ?? '', key, deployment?.id ?? '')).toBe(
        'hidden-secret-1',
      );
      expect(JSON.stringify(snapshot) + messages.join()).not.toContain('hidden');
      expect(messages).toEqual([]);
      expect(hasLiteralSecrets(config)).toBe(true);
      expect(hasLiteralSecrets(accepted(AZURE.replace('hidden-secret-1', 'os.environ/S')).config)).toBe(false);
    });

    it('L1 keep the id when a secret is rotated, and change the version', () => {
      const [one, other] = [AZURE, AZURE.replace('hidden-secret-1', 'hidden-secret-2')].map(
        (text) => accepted(text).config,
      );
      expect(other?.deployments[0]?.deployment.id).toBe(one?.deployments[0]?.deployment.id);
      const key = randomBytes(32);
      expect(fingerprintConfig(other!, key)).not.toBe(fingerprintConfig(one!, key));
    });

    it.each([
      ['client_secrt: x', /client_secrt is not a key that is known here; did you mean "client_secret"\?/],
      ['api_versoin: v1', /api_versoin is not a key that is known here; did you mean "api_version"\?/],
      ['api_version: "2024 10"', /api_version must be a version such as 2024-10-21/],
      ['client_secret: os.environ/', /client_secret must name an environment variable/],
      ['client_secret: 31337', /client_secret must be text$/],
      ['azure_ad_token: [31337]', /azure_ad_token must be text$/],
    ])('L1 are checked: %s', (line, message) => {
      const [problem] = refused(`${ONE.replace('openai/', 'azure/')}      ${line}\n`);
      expect(problem).toMatch(message);
    });
  });

  it('L1 lets router_settings win over litellm_settings', () => {
    const both = `${ONE}litellm_settings: { num_retries: 1, request_timeout: 1, default_fallbacks: [gpt-4o] }
router_settings: { num_retries: 3, timeout: 3, default_fallbacks: [] }
`;
    expect(accepted(both).config.routing).toMatchObject({
      numRetries: 3,
      requestTimeoutMs: 3_000,
      defaultFallbacks: [],
    });
    expect(accepted(both.split('router_settings')[0]!).config.routing).toMatchObject({
      numRetries: 1,
      requestTimeoutMs: 1_000,
      defaultFallbacks: ['gpt-4o'],
    });
  });

  it('L1 finds what is wrong where an anchor was written, not where it was used', () => {
    const text = `model_list:
  - model_name: a
    litellm_params: &shared
      model: openai/a
      rpm: many
  - model_name: b
    litellm_params:
      <<: *shared
      model: openai/b
  - model_name: c
    litellm_params: *shared
`;
    expect(refused(text).map((problem) => problem.split(' ')[0])).toEqual(Array(3).fill('gateway.yaml:5:12'));
  });

  it('stops at files and aliases that would blow up', () => {
    expect(refused(`# ${'x'.repeat(16 * 1024 * 1024)}`)).toEqual([expect.stringContaining('is larger than')]);
    const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${'bcdefgh'
      .split('')
      .map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefg'[index]}`).join(', ')}]`)
      .join('\n')}\n`;
    expect(refused(bomb)).toEqual([expect.stringContaining('cannot be read')]);
    expect(refused('*missing')).toHaveLength(1);
  });

  it('L1 takes a thousand deployments that share one anchor', () => {
    const shared = `environment_variables: {}\nmodel_list:\n  - model_name: m0\n    litellm_params: &p { model: openai/x }\n`;
    const more = Array.from({ length: 999 }, (_, index) => `  - { model_name: m${index + 1}, litellm_params: *p }\n`);
    expect(accepted(shared + more.join('')).config.deployments).toHaveLength(1000);
  });
});
