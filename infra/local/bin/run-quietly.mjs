import { spawn, spawnSync } from 'node:child_process';

/**
 * Runs a command whose output matters only when it fails. Resolves with its exit code and whole output; Ctrl-C reaches
 * the command because it stays in our process group.
 */
export function runQuietly(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        output += text;
      });
    }
    child.once('error', (error) => resolve({ code: 127, output: `${output}${error.message}` }));
    child.once('close', (code) => resolve({ code: code ?? 130, output }));
  });
}

/** Runs a command in view. Returns its exit code. */
export function runInView(command, args, options = {}) {
  const result = spawnSync(command, args, { stdio: 'inherit', ...options });
  return result.status ?? 130;
}
