import { formatProblem } from '../config-problem';
import { parseGatewayConfig } from '../parse-gateway-config';
import { gatherIncludes, type IncludedFile, resolveInclude } from './included-files';

type Files = Readonly<Record<string, string>>;

async function load(files: Files, fileName = '/etc/gateway/main.yaml') {
  const asked: string[] = [];
  const readIncluded = (path: string): Promise<IncludedFile> => {
    asked.push(path);
    const text = files[path];
    return Promise.resolve(
      text === undefined ? { kind: 'unreadable', reason: 'does not exist' } : { kind: 'text', text },
    );
  };
  const text = files[fileName] ?? '';
  const included = await gatherIncludes(text, fileName, readIncluded);
  const parsed = parseGatewayConfig(text, { fileName, included, environment: {}, knownProviders: ['openai'] });
  const problems = parsed.ok ? [] : parsed.problems.map(formatProblem);
  return { asked, problems, config: parsed.ok ? parsed.config : null, warnings: parsed.ok ? parsed.warnings : [] };
}

const model = (name: string) => `model_list:\n  - { model_name: ${name}, litellm_params: { model: openai/${name} } }\n`;

describe('include', () => {
  it.each([
    ['/etc/gateway/main.yaml', 'models.yaml', '/etc/gateway/models.yaml'],
    ['/etc/gateway/main.yaml', './a/../b.yaml', '/etc/gateway/b.yaml'],
    ['/etc/gateway/main.yaml', '../b.yaml', '/etc/b.yaml'],
    ['/main.yaml', '../../b.yaml', '/b.yaml'],
    ['main.yaml', 'b.yaml', 'b.yaml'],
    ['conf/main.yaml', '../../b.yaml', '../b.yaml'],
    ['conf/main.yaml', '/b.yaml', '/b.yaml'],
    ['s3://bucket/team/main.yaml', 'models/a.yaml', 's3://bucket/team/models/a.yaml'],
    ['gs://bucket/main.yaml', '../../a.yaml', 'gs://bucket/a.yaml'],
  ])('L1 finds beside %s what is called %s', (base, path, expected) => {
    expect(resolveInclude(base, path)).toBe(expected);
  });

  it('L1 appends lists in the order of the files, and lets the last file decide a setting', async () => {
    const { config, problems, asked } = await load({
      '/etc/gateway/main.yaml': `include: [a.yaml, sub/b.yaml]\n${model('one')}router_settings: { num_retries: 1, timeout: 10 }\n`,
      '/etc/gateway/a.yaml': `${model('two')}router_settings: { num_retries: 5 }\n`,
      '/etc/gateway/sub/b.yaml': `include: c.yaml\n${model('three')}router_settings: { num_retries: 7 }\n`,
      '/etc/gateway/sub/c.yaml': `${model('four')}litellm_settings: { drop_params: true }\n`,
    });
    expect(problems).toEqual([]);
    expect(asked).toEqual(['/etc/gateway/a.yaml', '/etc/gateway/sub/b.yaml', '/etc/gateway/sub/c.yaml']);
    expect(config?.deployments.map(({ deployment }) => deployment.modelGroup)).toEqual(['one', 'two', 'three', 'four']);
    expect(config?.routing).toMatchObject({ numRetries: 7, requestTimeoutMs: 10_000, dropParams: true });
  });

  it('L1 takes a file that only includes others', async () => {
    const { config } = await load({
      '/etc/gateway/main.yaml': 'include: [a.yaml]\n',
      '/etc/gateway/a.yaml': model('m'),
    });
    expect(config?.deployments).toHaveLength(1);
  });

  it('L1 names the file, line and column in which a mistake is', async () => {
    const { problems } = await load({
      '/etc/gateway/main.yaml': `include: [a.yaml]\n${model('one')}router_settings: { num_retrys: 1 }\n`,
      '/etc/gateway/a.yaml': `# comment\nmodel_list:\n  - model_name: two\n    litellm_params:\n      model: openai/two\n      rpm: many\nrouter_settings: { timeout: soon }\n`,
    });
    expect(problems.map((problem) => problem.split(' must')[0]?.split(' is not')[0])).toEqual([
      '/etc/gateway/main.yaml:4:20 router_settings.num_retrys',
      '/etc/gateway/a.yaml:6:12 model_list[0].litellm_params.rpm',
      '/etc/gateway/a.yaml:7:29 router_settings.timeout',
    ]);
  });

  it.each([
    [
      'a file that is not there',
      'include: [nothing.yaml]\n',
      '/etc/gateway/main.yaml:1:11 include[0] names /etc/gateway/nothing.yaml, which does not exist',
    ],
    [
      'a file that includes itself',
      'include:\n  - main.yaml\n',
      '/etc/gateway/main.yaml:2:5 include[0] names /etc/gateway/main.yaml, which includes this file: /etc/gateway/main.yaml → /etc/gateway/main.yaml',
    ],
    [
      'files that include one another',
      'include: [back.yaml]\n',
      '/etc/gateway/back.yaml:1:11 include[0] names /etc/gateway/main.yaml, which includes this file: /etc/gateway/main.yaml → /etc/gateway/back.yaml → /etc/gateway/main.yaml',
    ],
    [
      'a file twice',
      'include: [list.yaml, once.yaml, once.yaml]\n',
      '/etc/gateway/main.yaml:1:33 include[2] names /etc/gateway/once.yaml, which is included already',
    ],
    ['files that go on and on', 'include: [1.yaml]\n', '/etc/gateway/5.yaml:1:10 include[0] goes deeper than 5 files'],
    ['a file that is no YAML', 'include: [bad.yaml]\n', '/etc/gateway/bad.yaml:2:1 is not valid YAML'],
    ['a file that is no mapping', 'include: [list.yaml]\n', '/etc/gateway/list.yaml:1:1 must be a mapping'],
    ['what is no list', 'include: { a: b }\n', '/etc/gateway/main.yaml:1:10 include must be a list of files'],
  ])('L1 refuses %s', async (_, text, expected) => {
    const further = Object.fromEntries(
      [1, 2, 3, 4, 5, 6].map((step) => [`/etc/gateway/${step}.yaml`, `include: ${step + 1}.yaml\n`]),
    );
    const { problems } = await load({
      ...further,
      '/etc/gateway/main.yaml': text + model('m'),
      '/etc/gateway/back.yaml': 'include: [main.yaml]\n',
      '/etc/gateway/bad.yaml': 'a: [1\nb: 2\n',
      '/etc/gateway/list.yaml': '- a\n',
      '/etc/gateway/once.yaml': 'litellm_settings: {}\n',
    });
    expect(problems.map((problem) => problem.slice(0, expected.length))).toContain(expected);
  });

  it('L1 says of several files together what has no effect, with the lines of each', async () => {
    const { warnings } = await load({
      '/etc/gateway/main.yaml': `include: [a.yaml]\n${model('m')}litellm_settings: { cache: true }\n`,
      '/etc/gateway/a.yaml': 'guardrails: []\n',
    });
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('litellm_settings.cache (line 4), guardrails (/etc/gateway/a.yaml, line 1)'),
    ]);
  });
});
