// Real: Jest, started as the whole test run starts it, over a project of one test. Emulated: nothing.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bookOf, type ConformanceCell, proves, writeBook } from '@gateway/provider-kit/conformance';

const root = join(__dirname, '../..');
const ANSWERS = { provider: 'acme', endpoint: 'openai-chat', feature: 'answers' } as const;
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

interface OneTestRun {
  readonly claimed: readonly ConformanceCell[];
  readonly proven: readonly ConformanceCell[];
  readonly passes?: boolean;
  readonly parameters?: readonly string[];
}

/** A run of a project whose one test has these proofs in its name. */
function runJest({ claimed, proven, passes = true, parameters = [] }: OneTestRun) {
  const folder = mkdtempSync(join(tmpdir(), 'judge-conformance-'));
  folders.push(folder);
  mkdirSync(join(folder, 'docs/generated'), { recursive: true });
  const book = bookOf(claimed.map((cell) => ({ outcome: 'works', ...cell })));
  writeFileSync(join(folder, 'docs/generated/conformance.json'), writeBook(book));
  writeFileSync(
    join(folder, 'one.test.js'),
    `it(${JSON.stringify(`B3 ${proves(...proven)}`)}, () => expect(${passes}).toBe(true));`,
  );
  const reporter = [join(root, 'test/conformance/judge-conformance.cjs'), { projects: ['one'] }];
  writeFileSync(
    join(folder, 'jest.config.json'),
    JSON.stringify({ rootDir: folder, reporters: [reporter], projects: [{ displayName: 'one', rootDir: folder }] }),
  );
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'node_modules/.bin/jest'), ...parameters], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  });
  return { status, said: stderr };
}

describe('B1 a whole run of the tests', () => {
  it('is green when they prove what is claimed', () => {
    expect(runJest({ claimed: [ANSWERS], proven: [ANSWERS] })).toEqual({ status: 0, said: '' });
  });

  it.each([
    [
      'without a test',
      [ANSWERS, { ...ANSWERS, feature: 'tools' }] as const,
      true,
      'claimed, but no test that passes proves it: acme · openai-chat · tools',
    ],
    [
      'whose test fails',
      [ANSWERS] as const,
      false,
      'claimed, but no test that passes proves it: acme · openai-chat · answers',
    ],
    [
      'that is not there, though a test proves it',
      [] as const,
      true,
      'proven, but not in the tables: acme · openai-chat · answers',
    ],
  ])('is red at a claim %s, and says what mends it', (_case, claimed, passes, said) => {
    const run = runJest({ claimed, proven: [ANSWERS], passes });
    expect(run.status).toBe(1);
    expect(run.said).toContain(said);
    expect(run.said).toContain('make conformance');
  });

  it.each([[['one']], [['-t', 'B3']]])('judges nothing when it was only a part: %j', (parameters) => {
    expect(runJest({ claimed: [], proven: [ANSWERS], parameters })).toEqual({ status: 0, said: '' });
  });
});
