import { readEnvironment } from '@gateway/config';
import { Database, FieldCipher } from '@gateway/storage';
import { CredentialStore } from './credentials/credential-store';
import { ModelStore } from './models/model-store';

const HELP = `usage: node services/config-sync/dist/rotate-credentials.js

Encrypts every stored provider credential and the parameters of every stored model under LLM_GATEWAY_ENCRYPTION_KEY that is still under another key. The keys before
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
    const cipher = new FieldCipher(encryptionKey, olderEncryptionKeys ?? []);
    const credentials = await new CredentialStore(database, cipher).rotate();
    process.stdout.write(`credentials: ${credentials.rotated} encrypted anew\n`);
    const models = await new ModelStore(database, cipher).rotate();
    if (models.rotated > 0) process.stdout.write(`models: ${models.rotated} encrypted anew\n`);
    const lost = [...credentials.lost, ...models.lost];
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
