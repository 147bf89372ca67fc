import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseDocument, stringify } from 'yaml';
import { readPlainYaml } from './plain-yaml';

/** What the library makes of a text; undefined where it complains. */
function byLibrary(text: string): unknown {
  const document = parseDocument(text, { merge: true, prettyErrors: false, logLevel: 'silent' });
  if (document.errors.length > 0 || document.warnings.length > 0) return undefined;
  return document.toJS({ maxAliasCount: 100 }) as unknown;
}

function expectSame(text: string): void {
  const plain = readPlainYaml(text);
  if (plain === null) return;
  const expected = byLibrary(text);
  if (expected === undefined) throw new Error(`the library refuses what was read plainly:\n${text}`);
  expect(JSON.stringify([text, plain.value])).toBe(JSON.stringify([text, expected]));
}

const word = fc.constantFrom(
  ...[
    'a',
    'b1',
    'gpt-4o',
    'openai/*',
    'os.environ/KEY',
    'https://h:8080/v1',
    '1',
    '-1',
    '0',
    '-0',
    '1.50',
    '1e3',
    '007',
  ],
  ...[
    '0x1f',
    '0o7',
    '.5',
    '5.',
    '.inf',
    '-.nan',
    '1_000',
    '2024-10-21',
    '12:30',
    'null',
    '~',
    'Null',
    'nUll',
    'TRUE',
    'yes',
  ],
  ...[
    'a b',
    'a #c',
    'a#c',
    '"q"',
    "'q'",
    '"q" # c',
    '"a\\n"',
    "'it''s'",
    '"',
    "'",
    '*',
    '&x',
    '*x',
    '!t',
    '|',
    '>',
    '%',
    '@',
    '`',
  ],
  ...[
    '-',
    '- a',
    '-a',
    '?',
    '? a',
    ':',
    'a:',
    'a: b',
    ': a',
    '[',
    ']',
    '[]',
    '[a, b]',
    '[a,b]',
    '[a b]',
    '[a: b]',
    '{}',
    '{ a: 1 }',
  ],
  ...[
    '{a: 1}',
    '{a: [1, {b: 2}]}',
    '{a}',
    '{a: 1, a: 2}',
    '[,]',
    '[a,]',
    '["x", 1]',
    '{ "a": 1 }',
    '[http://x:1/v1]',
    '[a] # c',
    '[a]x',
    '#c',
    '',
  ],
);
const key = fc.constantFrom(
  'a',
  'b',
  'model_list',
  'gpt-4',
  'a.b',
  '"a"',
  'true',
  'null',
  '<<',
  '__proto__',
  '1',
  'a b',
  '*',
);
const line = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(key, word).map(([name, value]) => `${name}: ${value}`) },
  { weight: 3, arbitrary: key.map((name) => `${name}:`) },
  { weight: 3, arbitrary: fc.tuple(key, word).map(([name, value]) => `- ${name}: ${value}`) },
  { weight: 3, arbitrary: word.map((value) => `- ${value}`) },
  { weight: 1, arbitrary: word },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '---',
      '...',
      '%YAML 1.2',
      '# comment',
      '',
      '-',
      '-  a: 1',
      'a:b',
      'a :b',
      '\ta: 1',
      'a: 1\r',
    ),
  },
);
const indented = fc
  .tuple(fc.constantFrom(0, 0, 1, 2, 2, 4, 4, 6), line)
  .map(([indent, content]) => ' '.repeat(indent) + content);

/** A tree in block style, whose scalars are mostly ordinary ones. */
type Written = readonly string[];
const ordinary = fc.constantFrom(
  'a',
  'gpt-4o',
  'os.environ/KEY',
  'https://h:8080/v1',
  '1',
  '1.5',
  'true',
  '"q"',
  '[a, b]',
  '{ a: 1 }',
  'a b',
  'x # c',
);
const scalar = fc.oneof({ weight: 12, arbitrary: ordinary }, { weight: 1, arbitrary: word });
const name = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('a', 'b', 'c', 'd', 'e-f', 'g.h') },
  { weight: 1, arbitrary: key },
);
const deeper = (lines: Written, by: number) => lines.map((content) => ' '.repeat(by) + content);
const { tree } = fc.letrec<{ tree: Written; mapping: Written; list: Written }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    scalar.map((text) => [text]),
    tie('mapping'),
    tie('list'),
  ),
  mapping: fc
    .uniqueArray(fc.tuple(name, tie('tree'), fc.constantFrom(0, 2, 2, 4)), {
      minLength: 1,
      maxLength: 4,
      selector: ([one]) => one,
    })
    .map((entries) =>
      entries.flatMap(([one, value, by]) => {
        const isBlock = value.length > 1 || /^(- |[a-z.-]+:( |$))/.test(value[0] ?? '');
        return isBlock ? [`${one}:`, ...deeper(value, by)] : [`${one}: ${value[0]}`];
      }),
    ),
  list: fc
    .array(tie('tree'), { minLength: 1, maxLength: 3 })
    .map((items) => items.flatMap((item) => [`- ${item[0]}`, ...deeper(item.slice(1), 2)])),
}));
const slip = fc.record({ at: fc.nat(20), indented, replaces: fc.boolean() });

describe('readPlainYaml', () => {
  it('L1 gives what the YAML library gives, or nothing, whatever the lines', () => {
    fc.assert(
      fc.property(fc.array(indented, { minLength: 1, maxLength: 8 }), (lines) => expectSame(lines.join('\n'))),
      { numRuns: 4_000 },
    );
  });

  it('L1 gives the same of blocks in blocks, and when one line is wrong', () => {
    let readPlainly = 0;
    fc.assert(
      fc.property(tree, fc.option(slip, { nil: null, freq: 2 }), (lines, wrong) => {
        const all = wrong
          ? lines.toSpliced(wrong.at % (lines.length + 1), wrong.replaces ? 1 : 0, wrong.indented)
          : [...lines];
        expectSame(all.join('\n'));
        if (readPlainYaml(all.join('\n'))) readPlainly += 1;
      }),
      { numRuns: 3_000 },
    );
    expect(readPlainly).toBeGreaterThan(300);
  });

  it('L1 gives what was written down', () => {
    const value = fc.jsonValue({ maxDepth: 4, noUnicodeString: false });
    const style = fc.record({
      indent: fc.integer({ min: 2, max: 4 }),
      indentSeq: fc.boolean(),
      collectionStyle: fc.constantFrom('any' as const, 'block' as const, 'flow' as const),
    });
    fc.assert(
      fc.property(value, style, (written, how) => expectSame(stringify(written, how))),
      { numRuns: 500 },
    );
  });

  it('L1 reads ordinary configurations itself', () => {
    const text = Array.from({ length: 50 }, (_, index) =>
      [
        `  - model_name: group-${index}   # comment`,
        '    litellm_params:',
        `      model: openai/gpt-${index}`,
        '      api_key: os.environ/OPENAI_API_KEY',
        '      api_base: "https://host.example.com/v1"',
        '      rpm: 60',
        '      tags: [a, b]',
        '',
        '    model_info: { id: one, input_cost_per_token: 0.000001, supports_vision: true }',
      ].join('\n'),
    ).join('\n');
    const all = `# A file.\nmodel_list:\n${text}\nlitellm_settings:\n  drop_params: True\n`;
    expect(readPlainYaml(all)?.value).toEqual(byLibrary(all));
  });

  it('L1 agrees about every YAML file of the repository', () => {
    const root = join(__dirname, '../../../..');
    const fixtures = join(root, 'services/config-sync/src/__fixtures__/litellm');
    const files = [join(root, 'infra/local/gateway.yaml'), join(root, 'docker-compose.yml')];
    for (const name of readdirSync(fixtures)) if (name.endsWith('.yaml')) files.push(join(fixtures, name));
    for (const file of files) expectSame(readFileSync(file, 'utf8'));
  });
});
