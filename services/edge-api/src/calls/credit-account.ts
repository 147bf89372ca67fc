import { CREDIT_WINDOW_BYTES, CREDIT_WINDOW_MESSAGES } from '@gateway/contracts';

/** Counts what the client has taken and says when that is worth telling the worker: at half a window. */
export class CreditAccount {
  private receivedBytes = 0;
  private receivedMessages = 0;
  private toldBytes = 0;
  private toldMessages = 0;
  private stalled = false;

  /** A message arrived and was written; `taken` tells whether the client's socket took all of it. */
  received(bytes: number, taken: boolean): boolean {
    this.receivedBytes += bytes;
    this.receivedMessages += 1;
    if (!taken) this.stalled = true;
    return !this.stalled && this.isDue();
  }

  /** The client's socket is empty again. True when there is credit to give. */
  drained(): boolean {
    this.stalled = false;
    return this.receivedMessages > this.toldMessages;
  }

  get isStalled(): boolean {
    return this.stalled;
  }

  /** The cumulative figures to send; counts as told from here on. While the client is stalled, the ones told before. */
  take(): { consumedBytes: number; consumedMessages: number } {
    if (!this.stalled) {
      this.toldBytes = this.receivedBytes;
      this.toldMessages = this.receivedMessages;
    }
    return { consumedBytes: this.toldBytes, consumedMessages: this.toldMessages };
  }

  private isDue(): boolean {
    return (
      this.receivedBytes - this.toldBytes >= CREDIT_WINDOW_BYTES / 2 ||
      this.receivedMessages - this.toldMessages >= CREDIT_WINDOW_MESSAGES / 2
    );
  }
}
