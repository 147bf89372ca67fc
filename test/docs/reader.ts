import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TIMEOUT_MS = 120_000;
/** Stops at the first command that fails or variable that nobody set, also inside pipes; curl fails on HTTP errors. */
const STRICT = `set -eu -o pipefail -a
curl() { command curl --silent --show-error --fail-with-body --max-time 60 "$@"; }
`;

export interface ReaderSettings {
  readonly repository: string;
  /** Where the documentation says something listens, and where it does. */
  readonly addresses: ReadonlyMap<string, string>;
}

/** Somebody with a terminal in a clone: what one block exports, the next ones have. Their files are not the clone's. */
export class Reader {
  readonly folder = mkdtempSync(join(tmpdir(), 'gateway-reader-'));
  private readonly shellState = join(this.folder, '.shell-state');

  constructor(private readonly settings: ReaderSettings) {
    for (const name of readdirSync(settings.repository)) {
      if (!name.startsWith('.')) symlinkSync(join(settings.repository, name), join(this.folder, name));
    }
    mkdirSync(join(this.folder, '.data'));
    writeFileSync(this.shellState, '');
  }

  save(name: string, content: string | Buffer): void {
    writeFileSync(join(this.folder, name), content);
  }

  /** @returns what was printed. Rejects with all of it when a command fails. */
  runShell(code: string): Promise<string> {
    const state = `'${this.shellState}'`;
    return this.run('bash', ['-c', `${STRICT}source ${state}\n${this.atHome(code)}\nexport -p >${state}\n`]);
  }

  /** JavaScript as in a module, with what the shell has exported. */
  runModule(code: string): Promise<string> {
    this.save('.module.mjs', this.atHome(code));
    return this.runShell('node .module.mjs');
  }

  leave(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private atHome(code: string): string {
    let text = code;
    for (const [documented, real] of this.settings.addresses) text = text.replaceAll(documented, real);
    return text;
  }

  private run(command: string, args: readonly string[]): Promise<string> {
    const { PATH, HOME } = process.env;
    const options = { cwd: this.folder, env: { PATH, HOME }, timeout: TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 };
    return new Promise((resolve, reject) => {
      execFile(command, args, options, (error, stdout, stderr) => {
        if (error) reject(new Error(`exit code ${error.code}\n${stdout}\n${stderr}`));
        else resolve(stdout);
      });
    });
  }
}
