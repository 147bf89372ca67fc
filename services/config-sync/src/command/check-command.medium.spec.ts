import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../../../..');
const command = join(root, 'services/config-sync/bin/llmgateway.cjs');
const GOOD = 'model_list:\n  - { model_name: m, litellm_params: { model: openai/m } }\n';

// Real: the built command, as people run it.
describe('llmgateway, run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'llmgateway-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  function run(...args: string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });
    return { status, stdout, stderr };
  }

  function fileWith(text: string): string {
    const path = join(folder, 'gateway.yaml');
    writeFileSync(path, text);
    return path;
  }

  it('L1 says that a file is good, and what is in it', () => {
    const { status, stdout, stderr } = run('config', 'check', fileWith(GOOD));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/gateway\.yaml: good; 1 deployments in 1 model groups: m\n$/);
  });

  it('L1 names place and fix of every mistake, and exits 1', () => {
    const path = fileWith(`${GOOD}router_settings: { num_retrys: 1, timeout: soon }\n`);
    const { status, stderr } = run('config', 'check', path);
    expect(status).toBe(1);
    expect(stderr).toContain(`error: ${path}:3:20 router_settings.num_retrys is not a key`);
    expect(stderr).toContain('did you mean "num_retries"?');
    expect(stderr).toContain('router_settings.timeout must be a number of seconds above 0, not "soon"');
    expect(stderr).not.toContain('\u001b');
  });

  it('L1 counts warnings as mistakes only when told to', () => {
    const path = fileWith(`${GOOD}litellm_settings: { cache: true }\n`);
    expect(run('config', 'check', path)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('litellm_settings.cache (line 3)'),
    });
    expect(run('config', 'check', '--strict', path).status).toBe(1);
  });

  it('L1 tells programs the same', () => {
    const { status, stdout } = run('config', 'check', '--json', fileWith(`${GOOD}rooter_settings: {}\n`));
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      problems: [{ line: 3, column: 1, path: 'rooter_settings', message: expect.stringContaining('router_settings') }],
      warnings: [],
      content: null,
    });
  });

  it('L1 tells a file that is not there from a command that is none', () => {
    expect(run('config', 'check', join(folder, 'nothing.yaml'))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('does not exist'),
    });
    expect(run('cofnig')).toMatchObject({ status: 2, stderr: expect.stringContaining('usage: llmgateway') });
    expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('usage: llmgateway') });
  });

  it('L1 prints the schema that is in docs/generated', () => {
    const { stdout } = run('config', 'schema');
    expect(stdout).toBe(readFileSync(join(root, 'docs/generated/gateway-config.schema.json'), 'utf8'));
  });
});
