import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processIdentity } from './process-identity';

/** A process this project started, written down so that it can be found after a crash of the launcher. */
export interface RunRecord {
  readonly name: string;
  readonly pid: number;
  /** Start time; a record whose pid now belongs to somebody else never matches. */
  readonly identity: string;
  readonly stopSignal: NodeJS.Signals;
}

export function writeRunRecord(runDir: string, process: Omit<RunRecord, 'identity'>): void {
  const identity = processIdentity(process.pid);
  if (identity === undefined) return;
  mkdirSync(runDir, { recursive: true });
  writeFileSync(recordPath(runDir, process.name), `${JSON.stringify({ ...process, identity })}\n`);
}

/** Removes the record, unless it already belongs to a successor. */
export function removeRunRecord(runDir: string, name: string, pid: number): void {
  if (readRunRecord(recordPath(runDir, name))?.pid === pid) rmSync(recordPath(runDir, name), { force: true });
}

/** Records whose process still lives and is still the one we started. Stale files are deleted on the way. */
export function livingRunRecords(runDir: string): RunRecord[] {
  const living: RunRecord[] = [];
  for (const file of listRecords(runDir)) {
    const record = readRunRecord(join(runDir, file));
    if (record !== undefined && processIdentity(record.pid) === record.identity) living.push(record);
    else rmSync(join(runDir, file), { force: true });
  }
  return living;
}

function recordPath(runDir: string, name: string): string {
  return join(runDir, `${name}.pid.json`);
}

function listRecords(runDir: string): string[] {
  try {
    return readdirSync(runDir).filter((file) => file.endsWith('.pid.json'));
  } catch {
    return [];
  }
}

function readRunRecord(path: string): RunRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(path, 'utf8')) as RunRecord;
    return Number.isInteger(record.pid) && record.pid > 1 && typeof record.identity === 'string' ? record : undefined;
  } catch {
    return undefined;
  }
}
