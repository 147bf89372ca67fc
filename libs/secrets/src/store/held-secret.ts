import { isRecord } from '@gateway/domain';
import { SecretReadError, type SecretReadFault } from '../secret-read-error';
import type { StoreClock } from './store-clock';

/** It is read again after this part of its lifetime, or a little later: not all of them at the same moment. */
const READ_AGAIN_AFTER = 0.7;
const READ_AGAIN_SPREAD = 0.2;
/** After a failure, doubled with each further one. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** A secret that a provider refused is not read more often than this. */
const REFUSAL_PAUSE_MS = 10_000;
const LARGEST_CHARACTERS = 64 * 1024;

export type ReadOutcome = 'read' | 'changed' | 'absent' | 'failed';

export interface HeldSecretOptions {
  readonly lifetimeMs: number;
  readonly timeoutMs: number;
  readonly clock: StoreClock;
  load(signal: AbortSignal): Promise<string>;
  /** After each read; `news` when what `value` or `fault` says is another thing now. */
  onRead(outcome: ReadOutcome, news: boolean): void;
}

export interface ReadFailure {
  readonly fault: SecretReadFault;
  readonly reason: string;
}

/** One secret of a manager: its value, once it is known, and when it is read again. At most one read at a time. */
export class HeldSecret {
  /** What is kept, as it is kept; null until the first read that succeeded. It stays when later ones fail. */
  private text: string | null = null;
  private fields: Readonly<Record<string, unknown>> | null = null;
  /** Of the last read; null when it succeeded. */
  failure: ReadFailure | null = null;
  readAtUnixMs: number | null = null;
  private failures = 0;
  private isReading = false;
  private isOver = false;
  private lastReadMs = Number.NEGATIVE_INFINITY;
  private cancelNext: () => void = () => {};

  constructor(private readonly options: HeldSecretOptions) {
    void this.read();
  }

  /** Nobody knows yet: the first read is under way. */
  get isPending(): boolean {
    return this.text === null && this.failure === null;
  }

  get hasValue(): boolean {
    return this.text !== null;
  }

  /** The value or, with a field, the text of that field of the JSON object; null when it has none. */
  pick(field: string | null): string | null {
    if (this.text === null) return null;
    if (field === null) return this.text === '' ? null : this.text;
    this.fields ??= parseFields(this.text);
    const value = Object.hasOwn(this.fields, field) ? this.fields[field] : undefined;
    return textOf(value);
  }

  /** A provider did not take it: there may be a new one by now. */
  refuse(): void {
    const { clock } = this.options;
    const waitMs = REFUSAL_PAUSE_MS - (clock.nowMs() - this.lastReadMs);
    if (this.isReading || this.isOver) return;
    if (waitMs <= 0) void this.read();
    else this.readAfter(waitMs);
  }

  close(): void {
    this.isOver = true;
    this.cancelNext();
  }

  private async read(): Promise<void> {
    const { clock, timeoutMs, load, onRead } = this.options;
    this.cancelNext();
    this.isReading = true;
    this.lastReadMs = clock.nowMs();
    const found = await within(timeoutMs, clock, load).then(take, explain);
    this.isReading = false;
    if (this.isOver) return;
    const hadFailed = this.failure !== null;
    const wasPending = this.isPending;
    if (typeof found === 'string') {
      const hasChanged = found !== this.text;
      const outcome = hasChanged && this.text !== null ? 'changed' : 'read';
      this.hold(found, hasChanged);
      this.readAfter(this.options.lifetimeMs * (READ_AGAIN_AFTER + READ_AGAIN_SPREAD * clock.random()));
      onRead(outcome, hasChanged || hadFailed);
    } else {
      this.failure = found;
      this.readAfter(this.pauseMs());
      onRead(found.fault === 'absent' ? 'absent' : 'failed', wasPending || !hadFailed);
    }
  }

  private hold(text: string, hasChanged: boolean): void {
    this.failure = null;
    this.failures = 0;
    this.readAtUnixMs = this.options.clock.unixMs();
    if (!hasChanged) return;
    this.text = text;
    this.fields = null;
  }

  private readAfter(delayMs: number): void {
    this.cancelNext();
    this.cancelNext = this.options.clock.after(delayMs, () => void this.read());
  }

  private pauseMs(): number {
    const longestMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, this.options.lifetimeMs));
    const pauseMs = Math.min(longestMs, FIRST_PAUSE_MS * 2 ** this.failures);
    this.failures += 1;
    return pauseMs * (0.5 + 0.5 * this.options.clock.random());
  }
}

/** Also a read that does not end by itself ends. */
function within(timeoutMs: number, clock: StoreClock, load: (signal: AbortSignal) => Promise<string>): Promise<string> {
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => {
      reject(new SecretReadError('unreachable', `there was no answer within ${timeoutMs} ms`));
      controller.abort();
    });
    load(controller.signal).then(resolve, reject).finally(cancel);
  });
}

/** Editors and `echo` end files with a line break, which is no part of the secret. */
function take(text: string): string | ReadFailure {
  if (text.length > LARGEST_CHARACTERS) return { fault: 'unusable', reason: 'it is too long for a secret' };
  return text.replace(/[\r\n]+$/, '');
}

/** What is no error of ours is not quoted: nobody knows what it says. */
function explain(error: unknown): ReadFailure {
  if (error instanceof SecretReadError) return { fault: error.fault, reason: error.message };
  return { fault: 'unusable', reason: 'it could not be read' };
}

function parseFields(text: string): Readonly<Record<string, unknown>> {
  try {
    const document: unknown = JSON.parse(text);
    return isRecord(document) ? document : {};
  } catch {
    return {}; // no JSON has no fields
  }
}

/** A document within the document, such as the key file of a service account, is its JSON. */
function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return isRecord(value) ? JSON.stringify(value) : null;
}
