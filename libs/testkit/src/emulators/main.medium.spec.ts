// Real: a child process running the built command. It is built here from source, so that it cannot be stale.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../../../..');
// Inside the repository, so that the copy finds node_modules; inside `dist`, so that every tool ignores it.
const parent = join(__dirname, '../../dist');
mkdirSync(parent, { recursive: true });
const dist = mkdtempSync(join(parent, 'spec-'));
const command = join(dist, 'emulators/main.js');

beforeAll(() => {
  const swc = join(root, 'node_modules/.bin/swc');
  execFileSync(swc, ['src', '-d', dist, '--strip-leading-paths', '--config-file', join(root, '.swcrc'), '--quiet'], {
    cwd: join(__dirname, '../..'),
  });
});
afterAll(() => rmSync(dist, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...options: string[]): { child: ChildProcess; firstLine: Promise<string>; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [command, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stderr!.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const firstLine = new Promise<string>((resolve) => {
    child.stdout!.on('data', (chunk) => {
      stdout += String(chunk);
      if (stdout.includes('\n')) resolve(stdout.split('\n', 1)[0]!);
    });
  });
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  return { child, firstLine, ended };
}

/** What the vendors' clients take as base URL. */
const WITH_V1 = ['replicate', 'openai', 'mistral', 'jina', 'voyage', 'deepgram'];
const ORIGINS = [
  'anthropic',
  'gemini',
  'cohere',
  'ollama',
  'azure',
  'bedrock',
  'vertex',
  'elevenlabs',
  'stability',
  'fal',
  'watsonx',
];

test.each(['SIGTERM', 'SIGINT'] as const)('says where it listens, serves, and ends cleanly on %s', async (signal) => {
  const { child, firstLine, ended } = run('--chunk-delay-ms', '1');
  const ready = JSON.parse(await firstLine) as { ready: boolean; openai: string; anthropic: string };
  expect(ready).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    service: 'emulators',
    msg: 'emulated providers are up',
    ready: true,
    ...Object.fromEntries(WITH_V1.map((name) => [name, expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1$/)])),
    ...Object.fromEntries(ORIGINS.map((name) => [name, expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/)])),
  });
  const models = await fetch(`${ready.openai}/models`, { headers: { authorization: 'Bearer key' } });
  expect(models.status).toBe(200);
  const bill = await fetch(`${ready.anthropic}/__emulator/bill`);
  expect(await bill.json()).toMatchObject({ rows: [] });
  child.kill(signal);
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
});

test('explains itself, and what is wrong with an option', async () => {
  expect(await run('--help').ended).toMatchObject({ code: 0, stdout: expect.stringContaining('--NAME-port N') });
  const port = await run('--openai-port', 'eighty').ended;
  expect(port).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('--openai-port wants a whole number'),
  });
  expect(await run('--colour').ended).toMatchObject({ code: 2, stderr: expect.stringContaining('--colour') });
});

test('a taken port is an error that names it', async () => {
  const first = run();
  const { openai } = JSON.parse(await first.firstLine) as { openai: string };
  const { port } = new URL(openai);
  const second = await run('--openai-port', port).ended;
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(port);
  first.child.kill('SIGTERM');
  await first.ended;
});
