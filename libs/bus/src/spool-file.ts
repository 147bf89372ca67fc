import { appendFileSync, closeSync, ftruncateSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

const SUFFIX = '.usage.jsonl';

/**
 * The append-only file that holds usage events until JetStream has them. Writes go to the page cache: they survive a
 * crash of the process, which is what the spool is for; a lost machine loses what was not yet acknowledged.
 */
export class SpoolFile {
  readonly path: string;
  private readonly descriptor: number;
  private size = 0;

  constructor(directory: string) {
    this.path = join(directory, spoolFileName(0));
    this.descriptor = openSync(this.path, 'ax', 0o600);
  }

  get bytes(): number {
    return this.size;
  }

  /** All of it or nothing: a torn line would spoil those after it. @throws Error when the disk does not take it. */
  append(lines: string): void {
    const bytes = Buffer.from(lines);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.descriptor, bytes, at);
    } catch (error) {
      ftruncateSync(this.descriptor, this.size);
      throw error;
    }
    this.size += bytes.length;
  }

  /** For what comes after `close`: the next process takes it over. */
  appendLate(line: string): void {
    appendFileSync(this.path, line, { mode: 0o600 });
  }

  /** Only when everything in it has been acknowledged. */
  empty(): void {
    ftruncateSync(this.descriptor, 0);
    this.size = 0;
  }

  close(options: { remove: boolean }): void {
    closeSync(this.descriptor);
    if (options.remove) unlinkSync(this.path);
  }
}

/** A name that tells the owner: host, process, time and a number within the process. */
export function spoolFileName(sequence: number): string {
  return `${hostname()}.${process.pid}.${Date.now().toString(36)}-${sequence}${SUFFIX}`;
}

/** Age after which a file of another host counts as abandoned; its owner touches it far more often. */
const ABANDONED_AFTER_MS = 60_000;

/** True when the file was left behind: its process is gone or, on another host, it has not changed for a minute. */
export function isAbandonedSpool(fileName: string, ageMs: number): boolean {
  if (!fileName.endsWith(SUFFIX)) return false;
  const owner = /^(.*)\.(\d+)\.([0-9a-z]+)-\d+\.usage\.jsonl$/.exec(fileName);
  if (!owner) return false;
  if (owner[1] !== hostname()) return ageMs > ABANDONED_AFTER_MS;
  const pid = Number(owner[2]);
  // In a container every process is number 1: a file that is older than we are is not ours.
  if (pid === process.pid) return Number.parseInt(owner[3] ?? '', 36) < Date.now() - process.uptime() * 1_000;
  return !isRunning(pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
