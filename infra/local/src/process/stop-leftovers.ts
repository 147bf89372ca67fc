import { setTimeout as delay } from 'node:timers/promises';
import { processIdentity } from './process-identity';
import { livingRunRecords, type RunRecord, removeRunRecord } from './run-record';

const GRACE_MS = 5_000;
const POLL_MS = 50;

/** Ends what an earlier launcher left behind in `runDir`, each by its pid and only if it is really ours. Returns the names. */
export async function stopLeftovers(runDir: string): Promise<string[]> {
  const records = livingRunRecords(runDir);
  for (const record of records) signalIfOurs(record, record.stopSignal);
  const deadline = Date.now() + GRACE_MS;
  while (records.some(isAlive) && Date.now() < deadline) await delay(POLL_MS);
  for (const record of records) {
    signalIfOurs(record, 'SIGKILL');
    removeRunRecord(runDir, record.name, record.pid);
  }
  while (records.some(isAlive) && Date.now() < deadline + GRACE_MS) await delay(POLL_MS);
  return records.map((record) => record.name);
}

function isAlive(record: RunRecord): boolean {
  return processIdentity(record.pid) === record.identity;
}

function signalIfOurs(record: RunRecord, signal: NodeJS.Signals): void {
  if (!isAlive(record)) return;
  try {
    process.kill(record.pid, signal);
    // A stopped process acts on a signal only once it runs again.
    process.kill(record.pid, 'SIGCONT');
  } catch {
    // It ended in between, which is what was wanted.
  }
}
