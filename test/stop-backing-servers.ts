import type { BackingServers } from '../infra/local/src/servers/start-backing-servers';

const shared = globalThis as { backingServersOfThisRun?: BackingServers };

/** Ends what `start-backing-servers` started and deletes its data. */
export default async function stop(): Promise<void> {
  await shared.backingServersOfThisRun?.stop();
  delete shared.backingServersOfThisRun;
}
