import type { ProviderFailure } from '@gateway/domain';
import type { CallContinuation, CollectedAnswer, NextStep } from '../call-continuation';
import type { ProviderCall, ProviderResponseHead } from '../chat-adapter';
import type { CallTimeouts, ProviderHttp, ResponseSink, RunningCall } from '../provider-http';

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
    this.run(
      call,
      this.parts.timeouts,
      this.collector(call, (answer) => this.onAnswer(answer)),
    );
  }

  /** Answers with an error status are the call's own; all others are collected. */
  private collector(call: ProviderCall, onAnswer: (answer: CollectedAnswer) => void): ResponseSink {
    const { sink } = this.parts;
    const chunks: Buffer[] = [];
    let bytes = 0;
    let head: ProviderResponseHead = { status: 0, headers: {} };
    let isError = false;
    return {
      onHead: (given) => {
        head = given;
        isError = given.status >= 300;
        if (isError && !this.isLeft) sink.onHead(given);
      },
      onData: (chunk) => {
        bytes += chunk.length;
        if (isError) {
          if (!this.isLeft) sink.onData(chunk);
        } else if (bytes <= LARGEST_ANSWER_BYTES) chunks.push(chunk);
      },
      onEnd: () => {
        if (isError) this.endRefused();
        else if (bytes > LARGEST_ANSWER_BYTES) this.fail(malformed(call, 'a larger answer than anybody sends'));
        else onAnswer({ head, body: Buffer.concat(chunks), number: this.answers++ });
      },
      onFailure: (failure) => this.fail(failure),
    };
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
    const { headMs } = this.parts.timeouts;
    if (performance.now() - this.startedMs + afterMs > headMs) {
      this.fail({ class: 'timeout', message: `The provider had not answered after ${headMs} ms.` });
      return;
    }
    this.timer = setTimeout(() => this.ask(call), afterMs);
  }

  private answer({ head, body }: CollectedAnswer, next: Extract<NextStep, { type: 'answer' }>): void {
    const { sink } = this.parts;
    const type: Record<string, string> = next.contentType === undefined ? {} : { 'content-type': next.contentType };
    sink.onHead({ ...head, headers: { ...head.headers, ...type } });
    // The sink may leave whenever it is told something.
    if (!this.isLeft) sink.onData(next.body ?? body);
    this.end();
  }

  private stream({ call, before, afterwards, append }: Extract<NextStep, { type: 'stream' }>): void {
    const { sink, timeouts } = this.parts;
    let isError = false;
    this.run(call, timeouts, {
      onHead: (head) => {
        isError = head.status >= 300;
        sink.onHead(head);
        // The sink may leave whenever it is told something.
        if (!isError && !this.isLeft) sink.onData(before);
      },
      onData: (chunk) => {
        if (!this.isLeft) sink.onData(chunk);
      },
      onEnd: () => {
        if (isError || this.isLeft) this.endRefused();
        else this.appendAnswer(afterwards, append);
      },
      onFailure: (failure) => this.fail(failure),
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

  /** The provider said no to a step: what the first one began may still go on. */
  private endRefused(): void {
    this.cancel();
    this.end();
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
