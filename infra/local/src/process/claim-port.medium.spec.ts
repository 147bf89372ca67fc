// Real: files and a second process.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimPort } from './claim-port';

const fileOf = (port: number): string => join(tmpdir(), 'llm-gateway-ports', String(port));

afterAll(() => {
  for (const port of [1, 2, 3, 4]) rmSync(fileOf(port), { force: true });
});

it('a port is ours, and stays ours, once claimed', () => {
  expect([claimPort(1), claimPort(1)]).toEqual([true, true]);
  expect(readFileSync(fileOf(1), 'utf8')).toBe(String(process.pid));
});

it('is not given while another process that runs has it, and is given once that one is gone', () => {
  claimPort(2);
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(fileOf(3), String(pid));
  writeFileSync(fileOf(4), String(process.ppid));
  expect([claimPort(3), claimPort(4)]).toEqual([true, false]);
});
