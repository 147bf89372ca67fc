import { spawnSync } from 'node:child_process';
import { type FoundBinary, findBinary } from './find-binary';

const INSTALL_TIMEOUT_MS = 600_000;

/** Installs a formula with Homebrew where there is one (macOS), and finds its program. */
export function binaryFromHomebrew(
  server: { readonly formula: string; readonly binary: string; readonly least: readonly [number, number] },
  onProgress: (message: string) => void,
): FoundBinary | undefined {
  const brew = ['brew', '/opt/homebrew/bin/brew', '/usr/local/bin/brew'].find(
    (path) => spawnSync(path, ['--version']).status === 0,
  );
  if (brew === undefined) return undefined;
  onProgress(`brew install ${server.formula}`);
  const result = spawnSync(brew, ['install', '--quiet', server.formula], {
    encoding: 'utf8',
    timeout: INSTALL_TIMEOUT_MS,
    env: { ...process.env, HOMEBREW_NO_AUTO_UPDATE: '1', HOMEBREW_NO_ENV_HINTS: '1' },
  });
  if (result.status !== 0)
    onProgress(`brew install ${server.formula} failed: ${(result.stderr ?? '').trim().slice(-300)}`);
  return findBinary(server.binary, server.least);
}
