import { Ajv } from 'ajv';
import { GENERAL_SETTINGS, LITELLM_PARAMS, MODEL_INFO, TOP_LEVEL } from '../gateway-config/gateway-config-schema';
import { parseGatewayConfig } from '../gateway-config/parse-gateway-config';
import { LITELLM_SETTINGS, ROUTER_SETTINGS } from '../gateway-config/routing-schema';
import { UNBUILT_BY_SECTION } from '../gateway-config/set-aside-unbuilt';
import { UNBUILT_LITELLM_PARAMS } from '../gateway-config/unbuilt/unbuilt-litellm-params';
import { UNBUILT_MODEL_INFO } from '../gateway-config/unbuilt/unbuilt-model-info';
import { renderJsonSchema } from './render-json-schema';

interface Node {
  readonly description?: string;
  readonly default?: unknown;
  readonly anyOf?: readonly Node[];
  readonly items?: Node;
  readonly additionalProperties?: boolean | Node;
  readonly properties?: Readonly<Record<string, Node>>;
}

const schema = JSON.parse(renderJsonSchema()) as Node;
const editorAccepts = new Ajv({ strict: false }).compile(schema);

function gatewayAccepts(file: unknown): boolean {
  const environment = { SEVEN: '7' };
  return parseGatewayConfig(JSON.stringify(file), { fileName: 'g.yaml', environment, knownProviders: ['openai'] }).ok;
}

type Tree = Record<string, unknown>;

/** A good file with one more key in one of its sections. */
function fileWith(section: string, name: string, value: unknown): Tree {
  const params: Tree = { model: 'openai/m' };
  const entry: Tree = { model_name: 'm', litellm_params: params };
  const file: Tree = { model_list: [entry] };
  if (section === '') return { ...file, [name]: value };
  if (section === 'litellm_params') params[name] = value;
  else if (section === 'model_info') entry.model_info = { [name]: value };
  else file[section] = { [name]: value };
  return file;
}

const unbuilt = (section: string) => Object.keys(UNBUILT_BY_SECTION.get(section) ?? {});
const KEYS: Readonly<Record<string, readonly string[]>> = {
  '': [...Object.keys(TOP_LEVEL).filter((name) => name !== 'model_list'), ...unbuilt('')],
  litellm_params: [...Object.keys(LITELLM_PARAMS), ...Object.keys(UNBUILT_LITELLM_PARAMS)],
  model_info: [...Object.keys(MODEL_INFO), ...Object.keys(UNBUILT_MODEL_INFO)],
  litellm_settings: [...Object.keys(LITELLM_SETTINGS), ...unbuilt('litellm_settings')],
  router_settings: [...Object.keys(ROUTER_SETTINGS), ...unbuilt('router_settings')],
  general_settings: [...Object.keys(GENERAL_SETTINGS), ...unbuilt('general_settings')],
};
const VALUES = [
  7,
  0.5,
  -1,
  true,
  'true',
  'No',
  '12',
  '30d',
  'openai/m',
  'os.environ/SEVEN',
  null,
  [],
  ['m'],
  {},
  { m: 'm' },
];
/** Forms that only few keys have: what the gateway refuses of these, an editor can. */
const MISFITS = [{ zzqx: { zzqx: 1 } }, [[{ zzqx: 1 }]]];

describe('the JSON Schema of the configuration', () => {
  it.each(Object.keys(KEYS))(
    'L1 accepts whatever the gateway accepts, and refuses misfits as it does: "%s"',
    (section) => {
      const differing = (KEYS[section] ?? []).flatMap((name) => {
        const tooStrict = VALUES.filter((value) => {
          const file = fileWith(section, name, value);
          return !editorAccepts(file) && gatewayAccepts(file);
        });
        const tooLax = MISFITS.filter((value) => {
          const file = fileWith(section, name, value);
          return editorAccepts(file) && !gatewayAccepts(file);
        });
        return [
          ...tooStrict.map((value) => [name, 'refused', value]),
          ...tooLax.map((value) => [name, 'accepted', value]),
        ];
      });
      expect(differing).toEqual([]);
    },
  );

  it('L1 refuses unknown keys where the gateway does', () => {
    for (const section of Object.keys(KEYS)) {
      const file = fileWith(section, 'zzqx', 1);
      expect([section, editorAccepts(file)]).toEqual([section, gatewayAccepts(file)]);
    }
    const nested = { mcp_servers: { one: { url: 'http://x', zzqx: 1 } } };
    const good = fileWith('', 'general_settings', null);
    expect([editorAccepts({ ...good, ...nested }), gatewayAccepts({ ...good, ...nested })]).toEqual([false, false]);
  });

  it('L1 describes every key at every depth, and says what is so without it', () => {
    const bare: string[] = [];
    const look = (node: Node, path: string): void => {
      for (const [name, property] of Object.entries(node.properties ?? {})) {
        if (!property.description) bare.push(`${path}.${name}`);
        look(property, `${path}.${name}`);
      }
      for (const option of node.anyOf ?? []) look(option, path);
      if (node.items) look(node.items, `${path}[]`);
      if (typeof node.additionalProperties === 'object') look(node.additionalProperties, `${path}.*`);
    };
    look(schema, '');
    expect(bare).toEqual([]);
    const router = schema.properties?.router_settings?.anyOf?.[0]?.properties;
    expect([router?.timeout?.default, router?.enable_tag_filtering?.default]).toEqual([600, false]);
  });
});
