import type { Exchange } from './exchange';
import type { DeliveryPlan } from './stream-delivery';
import type { PreparedAnswer } from './vendor-wire';

/**
 * Sends an answer in one piece after generating it at the plan's pace. Faults that count chunks strike the body's
 * middle here, whatever their count; an error event has no place in such a body and is ignored.
 */
export class WholeDelivery {
  constructor(
    private readonly exchange: Exchange,
    private readonly answer: PreparedAnswer,
    private readonly plan: DeliveryPlan,
  ) {}

  start(): void {
    if (this.plan.chunkDelayMs === 0) this.exchange.row.completionTokens = this.answer.completionTokens;
    this.generate();
  }

  private readonly generate = (): void => {
    const { row } = this.exchange;
    if (this.exchange.isOver) return;
    if (row.completionTokens < this.answer.completionTokens) {
      row.completionTokens += 1;
      this.exchange.after(this.plan.chunkDelayMs, this.generate);
    } else {
      this.send();
    }
  };

  private send(): void {
    const { fault } = this.plan;
    const whole = this.answer.whole();
    const body = Buffer.from(fault.malformedAfterChunks === undefined ? whole : `${whole.slice(0, -1)};`);
    this.exchange.open(200, {
      ...this.plan.headers,
      'content-type': this.answer.contentType ?? 'application/json',
      'content-length': body.length,
    });
    if (fault.cutAfterChunks !== undefined || fault.hangAfterChunks !== undefined) {
      this.exchange.response.write(body.subarray(0, body.length >> 1));
      if (fault.cutAfterChunks !== undefined) this.exchange.cut();
      return;
    }
    this.exchange.row.completed = true;
    this.exchange.end(body);
  }
}
