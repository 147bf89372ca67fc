import { open, realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import type { SecretBackend } from '../secret-backend';
import { SecretReadError } from '../secret-read-error';

/** Kubernetes allows a secret of one MiB; a key of that size is a mistake. */
const LARGEST_BYTES = 64 * 1024;

/**
 * Files as Kubernetes, Docker and Vault's agent mount them. Only those below the directories that are meant for it: whoever
 * writes the configuration is not to read all of the machine.
 */
export class MountedFiles implements SecretBackend {
  constructor(private readonly directories: readonly string[]) {}

  async read(path: string): Promise<string> {
    // Links are followed first: Kubernetes swaps one to exchange all files at once.
    const real = await realpath(path).catch((error: unknown) => {
      throw notThere(error);
    });
    if (!(await this.isAllowed(real))) {
      throw new SecretReadError('refused', 'the file is not below a directory of LLM_GATEWAY_SECRET_DIRECTORIES');
    }
    const file = await open(real, 'r').catch((error: unknown) => {
      throw notThere(error);
    });
    try {
      const { size } = await file.stat();
      if (size > LARGEST_BYTES) throw new SecretReadError('unusable', `the file has more than ${LARGEST_BYTES} bytes`);
      return await file.readFile('utf8');
    } catch (error) {
      throw error instanceof SecretReadError ? error : notThere(error);
    } finally {
      await file.close();
    }
  }

  private async isAllowed(real: string): Promise<boolean> {
    for (const directory of this.directories) {
      const base = await realpath(directory).catch(() => null);
      if (base !== null && real.startsWith(base.endsWith(sep) ? base : base + sep)) return true;
    }
    return false;
  }
}

function notThere(error: unknown): SecretReadError {
  const { code } = error as { readonly code?: unknown };
  if (code === 'ENOENT' || code === 'ENOTDIR') return new SecretReadError('absent', 'there is no such file');
  if (code === 'EACCES' || code === 'EPERM') return new SecretReadError('refused', 'the file may not be read');
  return new SecretReadError('unusable', 'the file could not be read');
}
