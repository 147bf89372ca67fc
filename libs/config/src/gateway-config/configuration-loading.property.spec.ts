import type { Deployment } from '@gateway/domain';
import fc from 'fast-check';
import { stringify } from 'yaml';
import type { GatewaySnapshot } from '../snapshot';
import { decodeSnapshotParts, encodeSnapshotParts } from '../snapshot-parts';
import { buildSnapshot } from './build-snapshot';
import { fingerprintConfig } from './fingerprint-config';
import { parseGatewayConfig } from './parse-gateway-config';

/** One deployment as a person means it, before it is written down in LiteLLM's words. */
interface MeantDeployment {
  readonly group: string;
  readonly provider: string;
  readonly model: string;
  readonly variable: string | null;
  readonly timeoutS: number | null;
  readonly weight: number | null;
  readonly pricePico: number | null;
  readonly temperature: number | null;
  readonly spelling: 'number' | 'text' | 'variable';
}

interface MeantConfig {
  readonly deployments: readonly MeantDeployment[];
  readonly retries: number;
  readonly timeoutS: number;
  readonly alias: string;
  readonly dropParams: boolean;
}

const PROVIDERS = ['openai', 'anthropic', 'groq'];
const ENVIRONMENT = { SEVEN: '7' };

const name = fc.stringMatching(/^[a-z][a-z0-9._:/-]{0,12}$/);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });

const meantDeployment: fc.Arbitrary<MeantDeployment> = fc.record({
  group: name,
  provider: fc.constantFrom(...PROVIDERS),
  model: name,
  variable: maybe(fc.stringMatching(/^[A-Z][A-Z0-9_]{0,9}$/)),
  timeoutS: maybe(fc.integer({ min: 1, max: 1_000 })),
  weight: maybe(fc.integer({ min: 0, max: 100 })),
  pricePico: maybe(fc.integer({ min: 0, max: 1_000_000_000 })),
  temperature: maybe(fc.integer({ min: 0, max: 2 })),
  spelling: fc.constantFrom('number', 'text', 'variable'),
});

const meantConfig: fc.Arbitrary<MeantConfig> = fc.record({
  deployments: fc.array(meantDeployment, { minLength: 1, maxLength: 6 }),
  retries: fc.integer({ min: 0, max: 100 }),
  timeoutS: fc.integer({ min: 1, max: 3_600 }),
  alias: name.map((text) => `alias-${text}`),
  dropParams: fc.boolean(),
});

/** A number in one of the ways YAML files give it; `variable` only ever means 7. */
function spell(value: number, spelling: MeantDeployment['spelling']): number | string {
  if (spelling === 'number') return value;
  return spelling === 'variable' && value === 7 ? 'os.environ/SEVEN' : String(value);
}

/** 12 decimals, so that the price in USD is written exactly. */
function usd(pico: number): string {
  return `${(BigInt(pico) / 10n ** 12n).toString()}.${(BigInt(pico) % 10n ** 12n).toString().padStart(12, '0')}`;
}

type Tree = Record<string, unknown>;

function write(meant: MeantConfig) {
  const first = meant.deployments[0]!.group;
  return {
    model_list: meant.deployments.map(
      (deployment): Tree => ({
        model_name: deployment.group,
        litellm_params: {
          model: `${deployment.provider}/${deployment.model}`,
          ...(deployment.variable && { api_key: `os.environ/${deployment.variable}` }),
          ...(deployment.timeoutS !== null && { timeout: spell(deployment.timeoutS, deployment.spelling) }),
          ...(deployment.weight !== null && { weight: spell(deployment.weight, deployment.spelling) }),
          ...(deployment.temperature !== null && { temperature: deployment.temperature }),
          ...(deployment.pricePico !== null && { input_cost_per_token: usd(deployment.pricePico) }),
          ...(deployment.pricePico !== null && { output_cost_per_token: deployment.pricePico / 1e12 }),
        } as Tree,
        model_info: {} as Tree,
      }),
    ),
    litellm_settings: { drop_params: meant.dropParams } as Tree,
    router_settings: {
      num_retries: meant.retries,
      timeout: meant.timeoutS,
      fallbacks: [{ [first]: [meant.alias] }] as Tree[],
      model_group_alias: { [meant.alias]: first } as Tree,
    } as Tree,
  };
}

const style = fc.record({
  indent: fc.integer({ min: 2, max: 6 }),
  indentSeq: fc.boolean(),
  defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_DOUBLE' as const, 'QUOTE_SINGLE' as const),
  collectionStyle: fc.constantFrom('any' as const, 'block' as const, 'flow' as const),
  lineWidth: fc.constant(0),
});

function parse(text: string) {
  return parseGatewayConfig(text, { fileName: 'generated.yaml', environment: ENVIRONMENT, knownProviders: PROVIDERS });
}

async function load(text: string): Promise<GatewaySnapshot> {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(`${JSON.stringify(parsed.problems)}\n${text}`);
  const stamp = { version: '1-x', source: 'generated.yaml', nowUnixMs: 5, seal: () => 'unused' };
  const snapshot = buildSnapshot(parsed.config, stamp);
  return decodeSnapshotParts(await encodeSnapshotParts(snapshot), snapshot);
}

function expectMeaning(deployment: Deployment, meant: MeantDeployment, dropParams: boolean): void {
  expect({ ...deployment, id: 'any' }).toEqual({
    id: 'any',
    modelGroup: meant.group,
    provider: meant.provider,
    providerModel: meant.model,
    pool: meant.provider,
    dropParams,
    ...(meant.variable && { apiKey: `os.environ/${meant.variable}` }),
    ...(meant.timeoutS !== null && { timeoutMs: meant.timeoutS * 1000 }),
    ...(meant.weight !== null && { weight: meant.weight }),
    ...(meant.temperature !== null && { defaultParams: { temperature: meant.temperature } }),
    ...(meant.pricePico !== null && {
      price: { inputPicoUsdPerToken: meant.pricePico, outputPicoUsdPerToken: meant.pricePico },
    }),
  });
}

/** Ways to spoil one place of a good file. What is wrong carries the mark, so that its line can be found. */
const MARK = 'zzqxjmark';
type Written = ReturnType<typeof write>;
const CORRUPTIONS: Readonly<Record<string, (file: Written, entry: Tree, params: Tree) => void>> = {
  'unknown key at the top': (file) => Object.assign(file, { [MARK]: 1 }),
  'unknown key in litellm_settings': (file) => Object.assign(file.litellm_settings, { [MARK]: 1 }),
  'unknown key in router_settings': (file) => Object.assign(file.router_settings, { [MARK]: 1 }),
  'unknown key in an entry': (_, entry) => Object.assign(entry, { [MARK]: 1 }),
  'slip in litellm_params': (_, __, params) => Object.assign(params, { api_bas: MARK }),
  'slip in model_info': (_, entry) => Object.assign(entry.model_info as Tree, { bse_model: MARK }),
  'unknown provider': (_, __, params) => Object.assign(params, { model: `${MARK}/x` }),
  'no provider': (_, __, params) => Object.assign(params, { model: MARK }),
  'text for a number': (_, __, params) => Object.assign(params, { rpm: MARK }),
  'text for a flag': (_, __, params) => Object.assign(params, { drop_params: MARK }),
  'text for a price': (_, __, params) => Object.assign(params, { cache_read_input_token_cost: MARK }),
  'no URL': (_, __, params) => Object.assign(params, { api_base: MARK }),
  'no subject token': (_, __, params) => Object.assign(params, { pool: `${MARK}.x` }),
  'list for a text': (_, entry) => Object.assign(entry.model_info as Tree, { base_model: [MARK] }),
  'unknown mode': (_, entry) => Object.assign(entry.model_info as Tree, { mode: MARK }),
  'unset variable': (_, __, params) => Object.assign(params, { tpm: `os.environ/${MARK}` }),
  'reference to no name': (_, __, params) => Object.assign(params, { api_key: `os.environ/${MARK}!` }),
  'unknown strategy': (file) => Object.assign(file.router_settings, { routing_strategy: MARK }),
  'fallback to nobody': (file) => Object.assign(file.router_settings, { default_fallbacks: [MARK] }),
  'fallback from nobody': (file) => (file.router_settings.fallbacks as Tree[]).push({ [MARK]: [] }),
  'alias to nobody': (file) => Object.assign(file.router_settings.model_group_alias as Tree, { other: MARK }),
  'text for a section': (file) => Object.assign(file, { general_settings: MARK }),
};

describe('Property 3: configuration loading', () => {
  it('Property 3: configuration loading keeps the meaning of any valid file, however it is written', async () => {
    await fc.assert(
      fc.asyncProperty(meantConfig, style, async (meant, how) => {
        const snapshot = await load(stringify(write(meant), how));
        const first = meant.deployments[0]!.group;
        expect(snapshot.deployments).toHaveLength(meant.deployments.length);
        snapshot.deployments.forEach((deployment, index) => {
          expectMeaning(deployment, meant.deployments[index]!, meant.dropParams);
        });
        expect(new Set(snapshot.deployments.map(({ id }) => id)).size).toBe(meant.deployments.length);
        for (const { id } of snapshot.deployments) expect(id).toMatch(/^[A-Za-z0-9_-]{1,128}$/);
        expect(snapshot).toMatchObject({ version: '1-x', publishedAtUnixMs: 5, aliases: { [meant.alias]: first } });
        expect(snapshot.routing).toMatchObject({
          numRetries: meant.retries,
          requestTimeoutMs: meant.timeoutS * 1000,
          fallbacks: { [first]: [meant.alias] },
          dropParams: meant.dropParams,
        });
      }),
    );
  });

  it('Property 3: configuration loading gives the same fingerprint to the same meaning, and only to it', () => {
    fc.assert(
      fc.property(meantConfig, style, style, (meant, one, other) => {
        const fingerprint = (config: MeantConfig, how: typeof one) => {
          const parsed = parse(stringify(write(config), how));
          return parsed.ok ? fingerprintConfig(parsed.config, null) : parsed.problems;
        };
        expect(fingerprint(meant, one)).toBe(fingerprint(meant, other));
        expect(fingerprint({ ...meant, retries: (meant.retries + 1) % 101 }, one)).not.toBe(fingerprint(meant, one));
      }),
    );
  });

  it.each(Object.entries(CORRUPTIONS))(
    'Property 3: configuration loading refuses %s, naming its line',
    (_, corrupt) => {
      fc.assert(
        fc.property(meantConfig, fc.nat(), (meant, which) => {
          const file = write(meant);
          const entry = file.model_list[which % file.model_list.length]!;
          corrupt(file, entry, entry.litellm_params as Tree);
          const text = stringify(file, { lineWidth: 0 });
          const parsed = parse(text);
          if (parsed.ok) throw new Error(`accepted:\n${text}`);
          const line = text.split('\n').findIndex((content) => content.includes(MARK)) + 1;
          const listLine = line - (text.split('\n')[line - 1]!.trim().startsWith('- ') ? 1 : 0);
          expect(
            parsed.problems.map((problem) => problem.line).filter((at) => at === line || at === listLine),
          ).not.toEqual([]);
        }),
        { numRuns: 20 },
      );
    },
  );

  it('Property 3: configuration loading never throws, whatever the text', () => {
    const noise = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.array(fc.constantFrom(...'-:[]{}&*!|>"\'\n ab1'.split(''))).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(noise, noise, (text, more) => {
        for (const document of [
          text,
          `model_list: ${text}`,
          `model_list:\n  - ${text}\n    ${more}`,
          `${text}: ${more}`,
        ]) {
          const parsed = parse(document);
          if (parsed.ok) expect(parsed.config.deployments.length).toBeGreaterThan(0);
          else
            expect(
              parsed.problems.every(({ line, column, message }) => line >= 1 && column >= 1 && message !== ''),
            ).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});
