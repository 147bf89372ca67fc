import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BackingServers, startBackingServers } from '../infra/local/src/servers/start-backing-servers';

// Jest runs this once for all projects that name it, in the process that also runs the teardown, but the two are
// loaded apart: the global object is the only place they share.
const shared = globalThis as { backingServersOfThisRun?: BackingServers };

/**
 * Starts PostgreSQL, Redis and NATS for this run on free ports and tells the tests where they are. A developer's own
 * servers are left alone unless TEST_USE_ENVIRONMENT=1 says that LLM_GATEWAY_*_URL may be used.
 */
export default async function start(): Promise<void> {
  const servers =
    shared.backingServersOfThisRun ??
    (await startBackingServers({
      dataDir: mkdtempSync(join(tmpdir(), 'llm-gateway-test-')),
      ephemeral: true,
      environment: process.env.TEST_USE_ENVIRONMENT === '1' ? process.env : {},
      onProgress: (message) => process.stderr.write(`  ${message}\n`),
    }));
  shared.backingServersOfThisRun = servers;
  process.env.TEST_DATABASE_URL = servers.databaseUrl;
  process.env.TEST_REDIS_URL = servers.redisUrl;
  process.env.TEST_NATS_URL = servers.natsUrl;
}
