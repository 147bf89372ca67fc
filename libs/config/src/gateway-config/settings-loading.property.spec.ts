import fc from 'fast-check';
import { stringify } from 'yaml';
import { renderJsonSchema } from '../documentation/render-json-schema';
import { type ConfigPath, formatPath } from './config-problem';
import { parseGatewayConfig } from './parse-gateway-config';
import { UNBUILT_BY_SECTION } from './set-aside-unbuilt';

interface Node {
  readonly type?: string | readonly string[];
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly Node[];
  readonly items?: Node;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: boolean | Node;
}

/** A value that is true to its schema, with the places in it that can be spoilt. */
interface Made {
  readonly value: unknown;
  /** Mappings that know all their keys. */
  readonly closed: readonly ConfigPath[];
  /** Values that may not be mappings. */
  readonly single: readonly ConfigPath[];
}

const MARK = 'zzqxjmark';
const name = fc.stringMatching(/^[a-y][a-y0-9]{0,8}$/);

function leaf(value: unknown): Made {
  return { value, closed: [], single: [[]] };
}

function made(node: Node): fc.Arbitrary<Made> {
  if (node.anyOf) {
    const options = node.anyOf.filter(({ type }) => type !== 'null');
    const mayBeMapping = options.some((option) => option.type === 'object' || Object.keys(option).length === 0);
    const one = fc.oneof(...options.map(made));
    return mayBeMapping
      ? one.map((given) => ({ ...given, single: given.single.filter((path) => path.length > 0) }))
      : one;
  }
  if (node.enum) return fc.constantFrom(...node.enum).map(leaf);
  const type = typeof node.type === 'string' ? node.type : node.type?.[0];
  switch (type) {
    case 'object':
      return mapping(node);
    case 'array':
      return fc.array(made(node.items ?? {}), { minLength: 1, maxLength: 2 }).map((items) => {
        const list = combine(
          items.map((item, index) => [index, item]),
          (values) => values,
        );
        return { ...list, single: [[], ...list.single] };
      });
    case 'boolean':
      return fc.boolean().map(leaf);
    case 'number':
    case 'integer':
      return fc.integer({ min: Math.max(0, node.minimum ?? 0), max: Math.min(100, node.maximum ?? 100) }).map(leaf);
    case 'string':
      return (node.pattern === undefined ? name : fc.stringMatching(new RegExp(node.pattern))).map(leaf);
    default:
      return fc.constantFrom<unknown>(1, 'x', null).map((value) => ({ value, closed: [], single: [] }));
  }
}

function mapping(node: Node): fc.Arbitrary<Made> {
  const known = Object.entries(node.properties ?? {});
  const isOpen = node.additionalProperties !== false;
  const further = typeof node.additionalProperties === 'object' ? made(node.additionalProperties) : null;
  const optional = known.map(([key]) => key).filter((key) => !node.required?.includes(key));
  const chosen = fc.subarray(optional, { maxLength: Math.min(3, optional.length) });
  return chosen
    .chain((keys) =>
      fc.tuple(...[...(node.required ?? []), ...keys].map((key) => entryOf(key, made(node.properties?.[key] ?? {})))),
    )
    .chain((entries) =>
      (further ? fc.array(fc.tuple(name, further), { maxLength: 2 }) : fc.constant([])).map((more) => {
        const all = new Map<string, Made>([...entries, ...more]);
        const whole = combine([...all], (values) =>
          Object.fromEntries([...all.keys()].map((key, at) => [key, values[at]])),
        );
        return isOpen ? whole : { ...whole, closed: [[], ...whole.closed] };
      }),
    );
}

function entryOf(key: string, value: fc.Arbitrary<Made>): fc.Arbitrary<[string, Made]> {
  return value.map((given): [string, Made] => [key, given]);
}

function combine(parts: readonly (readonly [string | number, Made])[], build: (values: unknown[]) => unknown): Made {
  const below = (which: 'closed' | 'single') =>
    parts.flatMap(([step, part]) => part[which].map((path): ConfigPath => [step, ...path]));
  return { value: build(parts.map(([, part]) => part.value)), closed: below('closed'), single: below('single') };
}

/** The file's schema with nothing but settings that need nobody else in the file. */
const whole = JSON.parse(renderJsonSchema()) as Node;
const settings: Node = {
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(
    [...UNBUILT_BY_SECTION].flatMap(([section, shape]): [string, Node][] => {
      const node = section === '' ? whole : whole.properties?.[section]?.anyOf?.[0];
      const properties = Object.entries(node?.properties ?? {}).filter(([key]) => Object.hasOwn(shape, key));
      if (section === '') return properties;
      return [[section, { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) }]];
    }),
  ),
};

function load(file: unknown) {
  const models = [{ model_name: 'm', litellm_params: { model: 'openai/m' } }];
  const text = stringify({ ...(file as object), model_list: models }, { lineWidth: 0, aliasDuplicateObjects: false });
  const parsed = parseGatewayConfig(text, { fileName: 'g.yaml', environment: {}, knownProviders: ['openai'] });
  return { text, problems: parsed.ok ? [] : parsed.problems };
}

/** The same with `change` made to what stands at the path. */
function changed(value: unknown, path: ConfigPath, change: (value: unknown) => unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (Array.isArray(value)) return value.map((item: unknown, at) => (at === step ? changed(item, rest, change) : item));
  const given = value as Record<string, unknown>;
  return { ...given, [step]: changed(given[step], rest, change) };
}

/** One problem, at this path, on the line with the mark. */
function expectRefused(file: unknown, path: ConfigPath): void {
  const { text, problems } = load(file);
  const line = text.split('\n').findIndex((content) => content.includes(MARK)) + 1;
  const seen = problems.map((problem) => [problem.path, problem.line]);
  expect([text, seen]).toEqual([text, [[formatPath(path), line]]]);
  const [problem] = problems;
  const at = text.split('\n')[line - 1]?.slice((problem?.column ?? 0) - 1) ?? '';
  expect(at.startsWith(MARK) || at.startsWith('- ')).toBe(true);
}

describe('Property 3: configuration loading, of settings at every depth', () => {
  it('Property 3: configuration loading takes whatever is true to the schema', () => {
    fc.assert(
      fc.property(made(settings), ({ value }) => {
        const { text, problems } = load(value);
        expect([text, problems]).toEqual([text, []]);
      }),
      { numRuns: 150 },
    );
  });

  it('Property 3: configuration loading refuses one unknown key anywhere, and names nothing else', () => {
    fc.assert(
      fc.property(made(settings), fc.nat(), ({ value, closed }, which) => {
        const path = closed[which % closed.length] ?? [];
        expectRefused(
          changed(value, path, (inner) => ({ ...(inner as object), [MARK]: 1 })),
          [...path, MARK],
        );
      }),
      { numRuns: 150 },
    );
  });

  it('Property 3: configuration loading refuses one mapping where none may be, and names nothing else', () => {
    fc.assert(
      fc.property(made(settings), fc.nat(), ({ value, single }, which) => {
        fc.pre(single.length > 0);
        const path = single[which % single.length] ?? [];
        expectRefused(
          changed(value, path, () => ({ [MARK]: { [MARK]: 1 } })),
          path,
        );
      }),
      { numRuns: 150 },
    );
  });
});
