import { readEnvironment } from '@gateway/config';
import { Database, FieldCipher } from '@gateway/storage';
import { CredentialStore } from './credentials/credential-store';

const HELP = `usage: node services/config-sync/dist/rotate-credentials.js

Encrypts every stored provider credential under LLM_GATEWAY_ENCRYPTION_KEY that is still under another key. The keys before
it must be in LLM_GATEWAY_OLDER_ENCRYPTION_KEYS. Also needs LLM_GATEWAY_DATABASE_URL. Safe to run again, and while the
gateway runs.
`;

async function rotate(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(HELP);
    return;
  }
  const { databaseUrl, encryptionKey, olderEncryptionKeys } = readEnvironment('config-sync');
  if (databaseUrl === undefined || encryptionKey === undefined)
    throw new Error('LLM_GATEWAY_DATABASE_URL and LLM_GATEWAY_ENCRYPTION_KEY must be set');
  const database = new Database({ databaseUrl, applicationName: 'rotate-credentials' });
  try {
    const { rotated, lost } = await new CredentialStore(
      database,
      new FieldCipher(encryptionKey, olderEncryptionKeys ?? []),
    ).rotate();
    process.stdout.write(`credentials: ${rotated} encrypted anew\n`);
    if (lost.length === 0) return;
    process.stderr.write(
      `no key at hand opens: ${lost.join(', ')}. Add theirs to LLM_GATEWAY_OLDER_ENCRYPTION_KEYS.\n`,
    );
    process.exitCode = 1;
  } finally {
    await database.close();
  }
}

rotate().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
