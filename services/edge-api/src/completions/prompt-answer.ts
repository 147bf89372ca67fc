import type { AnswerCost } from '@gateway/contracts';
import type { GatewayError } from '@gateway/domain';
import type { ExchangeClient } from '../calls/client-response';
import { INTERRUPTED } from '../calls/exchange-errors';

/** Told what becomes of the call of one prompt. */
export interface PromptListener {
  onDocument(document: string | Uint8Array): void;
  /** Events of its stream, whole ones. True when the client took them. */
  onEvents(text: string): boolean;
  /** Its stream is whole. */
  onOver(): void;
  onError(error: GatewayError): void;
  /** Before its end; null: nobody knows. */
  onCost(cost: AnswerCost | null): void;
  /** Of the client that waits for all of them. */
  isAbandoned(): boolean;
  lastWriteMs(): number;
}

const TERMINATOR = 'data: [DONE]';

/** Where the answer to one of several prompts goes instead of a client's socket. */
export class PromptAnswer implements ExchangeClient {
  hasBegun = false;
  private goneListener: () => void = () => undefined;
  private drainListener: () => void = () => undefined;
  private over = false;

  constructor(private readonly listener: PromptListener) {}

  get isAbandoned(): boolean {
    return this.listener.isAbandoned();
  }

  get lastWriteMs(): number {
    return this.listener.lastWriteMs();
  }

  onGone(listener: () => void): void {
    this.goneListener = listener;
  }

  onDrain(listener: () => void): void {
    this.drainListener = listener;
  }

  /** The client has taken what it was given. */
  drained(): void {
    if (!this.over) this.drainListener();
  }

  /** Nobody wants this answer any more. */
  breakOff(): void {
    if (this.over) return;
    this.over = true;
    this.goneListener();
  }

  costs(cost: AnswerCost | null): void {
    if (!this.over) this.listener.onCost(cost);
  }

  json(_status: number, document: string | Uint8Array): void {
    this.end(() => this.listener.onDocument(document));
  }

  error(error: GatewayError): void {
    this.end(() => this.listener.onError(error));
  }

  beginStream(): void {}

  write(bytes: Uint8Array | string): boolean {
    if (this.over || bytes.length === 0) return true;
    this.hasBegun = true;
    return this.listener.onEvents(typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8'));
  }

  endStream(last: string): void {
    const [before = ''] = last.split(TERMINATOR);
    if (before !== '') this.write(before);
    this.end(() => this.listener.onOver());
  }

  /** How it is told depends on what the client has of the other prompts, so the event for this one is of no use. */
  breakStream(_event: string, error: GatewayError): void {
    this.end(() => this.listener.onError(error));
  }

  cut(): void {
    this.end(() => this.listener.onError(INTERRUPTED));
  }

  private end(tell: () => void): void {
    if (this.over) return;
    this.over = true;
    tell();
  }
}
