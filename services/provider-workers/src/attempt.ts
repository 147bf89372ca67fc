import type { SlipStep } from '@gateway/contracts';
import type { FinishReason, ProviderFailure, Usage } from '@gateway/domain';
import {
  type ProviderCall,
  type ProviderHttp,
  type ProviderResponseHead,
  type ResponseSink,
  type RunningCall,
  redactProviderText,
} from '@gateway/provider-kit';
import { isMalformedResponse, isProviderStreamError } from '@gateway/wire-formats';
import type { CallPass } from './admission/call-pass';
import type { AnswerReader } from './answer-reader';
import type { ServedDeployment } from './served-deployments';
import { judgeClientKey } from './with-client-access';

/** An error body is evidence, not content: this much of it is plenty. */
const MAX_ERROR_BODY_BYTES = 64 * 1024;
const CONNECT_TIMEOUT_MS = 5_000;

export interface AttemptPlan {
  readonly number: number;
  readonly step: SlipStep;
  readonly served: ServedDeployment;
  readonly call: ProviderCall;
  readonly reader: AnswerReader;
  /** What the content type of a streamed answer must contain; null for one that is read whole. */
  readonly streamContentType: string | null;
  /** Fields of the client's that were left out for this provider. */
  readonly droppedParams?: readonly string[];
  classifyError(head: ProviderResponseHead, body: string): ProviderFailure;
}

/** Told what happens; exactly one of `onDone` and `onFailed` ends an attempt that was not aborted. */
export interface AttemptListener {
  onPayloads(payloads: Uint8Array[], attempt: Attempt): void;
  onDone(attempt: Attempt): void;
  onFailed(failure: ProviderFailure, attempt: Attempt): void;
}

/** One call of one provider: sends it, reads the answer through its reader, and says how it went. */
export class Attempt implements ResponseSink {
  readonly startedUnixMs = Date.now();
  readonly startedMs = performance.now();
  /** When the first content arrived; null until then. */
  firstContentMs: number | null = null;
  providerStatus: number | null = null;
  /** What it is made under; given back when it is booked. */
  pass: CallPass | null = null;
  private call: RunningCall | null = null;
  private errorHead: ProviderResponseHead | null = null;
  private readonly errorBody: Buffer[] = [];
  private errorBytes = 0;
  private over = false;
  /** Said before it was known whether this attempt answers; null once it does. */
  private held: Uint8Array[] | null = [];

  constructor(
    readonly plan: AttemptPlan,
    private readonly listener: AttemptListener,
  ) {}

  start(http: Pick<ProviderHttp, 'call'>): void {
    const { step } = this.plan;
    this.call = http.call(
      this.plan.call,
      { connectMs: CONNECT_TIMEOUT_MS, headMs: step.firstTokenTimeoutMs, idleMs: step.idleTimeoutMs },
      this,
    );
  }

  get usage(): Usage | null {
    return this.plan.reader.usage;
  }

  get finishReason(): FinishReason | null {
    return this.plan.reader.finishReason;
  }

  /** False when the provider cannot have heard of this call. */
  get isSent(): boolean {
    return this.call?.isSent ?? false;
  }

  hold(payloads: readonly Uint8Array[]): void {
    for (const payload of payloads) this.held?.push(payload);
  }

  takeHeld(): readonly Uint8Array[] {
    const held = this.held ?? [];
    this.held = null;
    return held;
  }

  pause(): void {
    this.call?.pause();
  }

  resume(): void {
    this.call?.resume();
  }

  /** Closes the provider call; the listener hears nothing more. */
  abort(): void {
    this.over = true;
    this.call?.abort();
  }

  onHead(head: ProviderResponseHead): void {
    this.providerStatus = head.status;
    if (head.status >= 300) {
      this.errorHead = head;
      return;
    }
    const { streamContentType, reader } = this.plan;
    if (reader.onHead) this.read(() => readHead(reader, head));
    if (streamContentType === null || this.over) return;
    const contentType = head.headers['content-type'] ?? '';
    if (!contentType.includes(streamContentType)) {
      this.stop({
        class: 'malformed-response',
        message: `the provider answered a streaming call with '${contentType || 'no content type'}'`,
        status: head.status,
      });
    }
  }

  onData(chunk: Buffer): void {
    if (this.over) return;
    if (this.errorHead) {
      if (this.errorBytes < MAX_ERROR_BODY_BYTES) this.errorBody.push(chunk);
      this.errorBytes += chunk.length;
      return;
    }
    this.read(() => this.plan.reader.push(chunk));
  }

  onEnd(): void {
    if (this.over) return;
    if (this.errorHead) {
      this.fail(this.classifyErrorBody(this.errorHead));
      return;
    }
    this.read(() => this.plan.reader.end());
    if (this.over) return;
    this.over = true;
    this.listener.onDone(this);
  }

  onFailure(failure: ProviderFailure): void {
    if (!this.over) this.fail(failure);
  }

  /** Ends the attempt from our side with a failure: a timeout, or an answer nobody can read. */
  stop(failure: ProviderFailure): void {
    if (this.over) return;
    this.call?.abort();
    this.fail(failure);
  }

  private hasContent(nowMs: number): void {
    this.firstContentMs = nowMs;
    this.pass?.hasContent(nowMs - this.startedMs);
  }

  private read(next: () => Uint8Array[]): void {
    try {
      const payloads = next();
      if (this.firstContentMs === null && this.plan.reader.hasContent) this.hasContent(performance.now());
      if (payloads.length > 0) this.listener.onPayloads(payloads, this);
    } catch (error) {
      if (isProviderStreamError(error)) this.stop(error.failure);
      else if (isMalformedResponse(error)) this.stop(this.malformed(error.message));
      else {
        // Our own mistake: it ends the attempt like an answer nobody can read, and the HTTP client logs it.
        this.stop(this.malformed('the gateway could not read the answer'));
        throw error;
      }
    }
  }

  /** Providers echo keys: ours is taken out by its value, whatever it looks like. */
  private classifyErrorBody(head: ProviderResponseHead): ProviderFailure {
    const { target } = this.plan.served;
    const token = target.token?.current() ?? null;
    const aws = target.awsCredentials?.current() ?? null;
    const secrets = [target.apiKey, token, aws?.secretAccessKey, aws?.sessionToken].filter((secret) => secret != null);
    const text = Buffer.concat(this.errorBody).subarray(0, MAX_ERROR_BODY_BYTES).toString('utf8');
    const failure = this.plan.classifyError(head, secrets.length === 0 ? text : redactProviderText(text, secrets));
    if (this.plan.served.clients !== undefined) return judgeClientKey(failure);
    if (failure.class !== 'auth') return failure;
    this.plan.served.refuseSecrets?.();
    if (token !== null) target.token?.refuse(token);
    if (aws !== null) target.awsCredentials?.refuse(aws);
    return failure;
  }

  /** After content, an answer that cannot be read on was cut off; before it, it never was an answer. */
  private malformed(message: string): ProviderFailure {
    return {
      class: this.firstContentMs === null ? 'malformed-response' : 'interrupted',
      message: `provider '${this.plan.served.entry.prefix}': ${message}`,
      ...(this.providerStatus !== null && { status: this.providerStatus }),
    };
  }

  private fail(failure: ProviderFailure): void {
    this.over = true;
    this.listener.onFailed(failure, this);
  }
}

function readHead(reader: AnswerReader, head: ProviderResponseHead): Uint8Array[] {
  reader.onHead?.(head);
  return [];
}
