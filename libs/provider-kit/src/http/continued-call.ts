import type { ProviderFailure } from '@gateway/domain';
import type { CallContinuation, CollectedAnswer, NextStep } from '../call-continuation';
import type { ProviderCall, ProviderResponseHead } from '../chat-adapter';
import type { CallTimeouts, ProviderHttp, ResponseSink, RunningCall } from '../provider-http';
import { type Setback, setbackOfFailure, setbackOfStatus } from './setback';

const LARGEST_ANSWER_BYTES = 32 * 1024 * 1024;
/** What is asked for after a stream is worth this long a wait to a client that has had everything else. */
const AFTERWARDS: CallTimeouts = { connectMs: 1_000, headMs: 2_000, idleMs: 1_000 };
const CANCELLING: CallTimeouts = { connectMs: 5_000, headMs: 10_000, idleMs: 5_000 };

export interface ContinuedCallParts {
  readonly call: ProviderCall;
  readonly continuation: CallContinuation;
  readonly timeouts: CallTimeouts;
  readonly sink: ResponseSink;
}

/**
 * A call of several steps, as one. A caller who leaves has the work cancelled at the provider, also when the answer that
 * says how is still on its way then.
 */
export class ContinuedCall implements RunningCall {
  private current: RunningCall | null = null;
  private timer: NodeJS.Timeout | undefined;
  private first: CollectedAnswer | null = null;
  private answers = 0;
  private isLeft = false;
  private isOver = false;
  private isPaused = false;
  private readonly startedMs = performance.now();

  constructor(
    private readonly http: Pick<ProviderHttp, 'call'>,
    private readonly parts: ContinuedCallParts,
  ) {}

  start(): this {
    this.ask(this.parts.call);
    return this;
  }

  get isSent(): boolean {
    return this.answers > 0 || (this.current?.isSent ?? false);
  }

  abort(): void {
    if (this.isLeft || this.isOver) return;
    this.isLeft = true;
    clearTimeout(this.timer);
    // The answer that names the work is waited for, or the work would go on, and be charged, for nobody.
    if (this.first === null && this.current?.isSent) return;
    this.current?.abort();
    this.cancel();
  }

  pause(): void {
    this.isPaused = true;
    this.current?.pause();
  }

  resume(): void {
    this.isPaused = false;
    this.current?.resume();
  }

  private run(call: ProviderCall, timeouts: CallTimeouts, sink: ResponseSink): void {
    this.current = this.http.call(call, timeouts, sink);
    if (this.isPaused) this.current.pause();
  }

  private ask(call: ProviderCall): void {
    const again = (setback: Setback): void => this.askAgain(setback, () => this.ask(call));
    this.run(call, this.parts.timeouts, this.collector(call, this.first === null ? null : again));
  }

  /** Until work has begun, an error is the call's own answer, and `onSetback` is null. */
  private collector(call: ProviderCall, onSetback: ((setback: Setback) => void) | null): ResponseSink {
    const { sink } = this.parts;
    const chunks: Buffer[] = [];
    let bytes = 0;
    let head: ProviderResponseHead = { status: 0, headers: {} };
    let isError = false;
    return {
      onHead: (given) => {
        head = given;
        isError = given.status >= 300;
        if (isError && onSetback === null && !this.isLeft) sink.onHead(given);
      },
      onData: (chunk) => {
        bytes += chunk.length;
        if (isError) {
          if (onSetback === null && !this.isLeft) sink.onData(chunk);
        } else if (bytes <= LARGEST_ANSWER_BYTES) chunks.push(chunk);
      },
      onEnd: () => {
        if (isError && onSetback !== null) onSetback(setbackOfStatus(head));
        else if (isError) this.end();
        else if (bytes > LARGEST_ANSWER_BYTES) this.fail(malformed(call, 'a larger answer than anybody sends'));
        else this.onAnswer({ head, body: Buffer.concat(chunks), number: this.answers++ });
      },
      onFailure: (failure) => {
        if (onSetback === null) this.fail(failure);
        else onSetback(setbackOfFailure(failure));
      },
    };
  }

  /** Work that has begun is not given up, and begun anew elsewhere, for a question that failed: that is put again. */
  private askAgain({ failure, againAfterMs }: Setback, ask: () => void): void {
    if (againAfterMs === null) this.fail(failure);
    else this.later(ask, againAfterMs, failure);
  }

  private onAnswer(answer: CollectedAnswer): void {
    this.first ??= answer;
    if (this.isLeft) {
      this.cancel();
      return;
    }
    const next = this.nextAfter(answer);
    if (next === null) return;
    if (next.type === 'ask') this.askLater(next);
    else if (next.type === 'stream') this.stream(next);
    else this.answer(answer, next);
  }

  private nextAfter(answer: CollectedAnswer): NextStep | null {
    try {
      return this.parts.continuation.next(answer);
    } catch (error) {
      this.fail(malformed(this.parts.call, error instanceof Error ? error.message : 'an answer nobody can read'));
      return null;
    }
  }

  private askLater({ call, afterMs }: Extract<NextStep, { type: 'ask' }>): void {
    const message = `The provider had not answered after ${this.parts.timeouts.headMs} ms.`;
    this.later(() => this.ask(call), afterMs, { class: 'timeout', message });
  }

  /** Fails with `otherwise` when there is not the time. */
  private later(ask: () => void, afterMs: number, otherwise: ProviderFailure): void {
    if (this.isLeft) return;
    const isLate = performance.now() - this.startedMs + afterMs > this.parts.timeouts.headMs;
    if (isLate) this.fail(otherwise);
    else this.timer = setTimeout(ask, afterMs).unref();
  }

  private answer({ head, body }: CollectedAnswer, next: Extract<NextStep, { type: 'answer' }>): void {
    const { sink } = this.parts;
    const type: Record<string, string> = next.contentType === undefined ? {} : { 'content-type': next.contentType };
    sink.onHead({ ...head, headers: { ...head.headers, ...type } });
    // The sink may leave whenever it is told something.
    if (!this.isLeft) sink.onData(next.body ?? body);
    this.end();
  }

  private stream(step: Extract<NextStep, { type: 'stream' }>): void {
    const { sink, timeouts } = this.parts;
    const again = (setback: Setback): void => this.askAgain(setback, () => this.stream(step));
    let head: ProviderResponseHead | null = null;
    const isGood = (): boolean => head !== null && head.status < 300;
    this.run(step.call, timeouts, {
      onHead: (given) => {
        head = given;
        if (!isGood()) return;
        sink.onHead(given);
        // The sink may leave whenever it is told something.
        if (!this.isLeft) sink.onData(step.before);
      },
      onData: (chunk) => {
        if (isGood() && !this.isLeft) sink.onData(chunk);
      },
      onEnd: () => {
        if (head !== null && !isGood()) again(setbackOfStatus(head));
        else if (this.isLeft) this.end();
        else this.appendAnswer(step.afterwards, step.append);
      },
      onFailure: (failure) => {
        // What has come cannot be taken back.
        if (isGood()) this.fail(failure);
        else again(setbackOfFailure(failure));
      },
    });
  }

  /** The stream is whole without it: what goes wrong here is no failure. */
  private appendAnswer(call: ProviderCall, append: (answer: Buffer) => Buffer): void {
    // Nothing is left to be cancelled.
    this.first = null;
    const chunks: Buffer[] = [];
    let isGood = false;
    this.run(call, AFTERWARDS, {
      onHead: ({ status }) => {
        isGood = status < 300;
      },
      onData: (chunk) => {
        if (isGood) chunks.push(chunk);
      },
      onEnd: () => {
        const more = isGood ? appended(append, Buffer.concat(chunks)) : null;
        if (more !== null && !this.isLeft) this.parts.sink.onData(more);
        this.end();
      },
      onFailure: () => this.end(),
    });
  }

  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    if (!this.isLeft) this.parts.sink.onEnd();
  }

  /** A failure of ours to read or to wait leaves work behind, too. */
  private fail(failure: ProviderFailure): void {
    if (this.isOver) return;
    this.isOver = true;
    this.cancel();
    if (!this.isLeft) this.parts.sink.onFailure(failure);
  }

  private cancel(): void {
    const call = this.first === null ? null : this.parts.continuation.cancel(this.first);
    if (call !== null) this.http.call(call, CANCELLING, IGNORED);
  }
}

const IGNORED: ResponseSink = {
  onHead: () => undefined,
  onData: () => undefined,
  onEnd: () => undefined,
  onFailure: () => undefined,
};

/** Null for an answer that cannot be read. */
function appended(append: (answer: Buffer) => Buffer, answer: Buffer): Buffer | null {
  try {
    return append(answer);
  } catch {
    return null;
  }
}

function malformed({ origin }: ProviderCall, reason: string): ProviderFailure {
  return { class: 'malformed-response', message: `${origin} answered with ${reason}` };
}
