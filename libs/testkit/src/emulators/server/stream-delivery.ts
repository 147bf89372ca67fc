import type { Fault } from '../faults/fault';
import type { Exchange } from './exchange';
import type { Emission, PreparedAnswer, StreamFormat } from './vendor-wire';

export interface DeliveryPlan {
  readonly fault: Fault;
  readonly headers: Readonly<Record<string, string>>;
  readonly chunkDelayMs: number;
}

const SERVER_SENT_EVENTS: StreamFormat = {
  contentType: 'text/event-stream; charset=utf-8',
  malformedEvent: 'data: {"this is": not JSON\n\n',
};

type StreamFault = 'cut' | 'malformed' | 'hang' | 'error-event';

/** Sends a stream one token at a time, at the plan's pace and the client's, and bills each token as it leaves. */
export class StreamDelivery {
  private readonly emissions: Iterator<Emission>;
  private readonly faultAt: number;
  private readonly fault: StreamFault | undefined;
  private pending: StreamFault | undefined;
  private readonly format: StreamFormat;
  private chunks = 0;

  constructor(
    private readonly exchange: Exchange,
    private readonly answer: PreparedAnswer,
    private readonly plan: DeliveryPlan,
  ) {
    this.emissions = answer.emissions()[Symbol.iterator]();
    [this.fault, this.faultAt] = streamFaultOf(plan.fault);
    this.pending = this.fault;
    this.format = answer.streamFormat ?? SERVER_SENT_EVENTS;
  }

  start(): void {
    this.exchange.open(200, {
      ...this.plan.headers,
      'content-type': this.answer.contentType ?? this.format.contentType,
    });
    this.exchange.response.flushHeaders();
    this.step();
  }

  private readonly step = (): void => {
    let goesOn = true;
    while (goesOn && !this.exchange.isOver) {
      const next = this.emissions.next();
      goesOn = next.done ? this.finish() : this.advance(next.value);
    }
  };

  /** False when nothing more is to be sent now. */
  private advance(emission: Emission): boolean {
    if (emission.phase === 'finish' && this.plan.fault.truncateWithoutFinish) {
      this.exchange.end();
      return false;
    }
    if (this.isDue(emission) && !this.meetFault()) return false;
    if (!this.send(emission)) this.exchange.response.once('drain', this.step);
    else if (emission.phase === 'content') this.pause();
    else return true;
    return false;
  }

  private isDue(emission: Emission): boolean {
    if (this.pending === undefined || emission.phase === 'frame') return false;
    return emission.phase === 'finish' || this.chunks >= this.faultAt;
  }

  /** True when the stream goes on after the fault. */
  private meetFault(): boolean {
    const fault = this.pending;
    this.pending = undefined;
    if (fault === 'cut') this.exchange.cut();
    if (fault === 'error-event') this.exchange.end(this.answer.errorEvent(this.plan.fault.errorCode));
    if (fault === 'malformed') this.exchange.response.write(this.format.malformedEvent);
    return fault === 'malformed';
  }

  private send(emission: Emission): boolean {
    this.exchange.row.completionTokens += emission.tokens;
    if (emission.phase === 'content') this.chunks += 1;
    return emission.text.length === 0 || this.exchange.response.write(emission.text);
  }

  /** A turn of the event loop between tokens even without delay, so that a client that left is noticed. */
  private pause(): void {
    if (this.plan.chunkDelayMs > 0) this.exchange.after(this.plan.chunkDelayMs, this.step);
    else setImmediate(this.step);
  }

  private finish(): false {
    this.exchange.row.completed = true;
    this.exchange.end();
    return false;
  }
}

function streamFaultOf(fault: Fault): [StreamFault | undefined, number] {
  if (fault.cutAfterChunks !== undefined) return ['cut', fault.cutAfterChunks];
  if (fault.hangAfterChunks !== undefined) return ['hang', fault.hangAfterChunks];
  if (fault.errorEventAfterChunks !== undefined) return ['error-event', fault.errorEventAfterChunks];
  if (fault.malformedAfterChunks !== undefined) return ['malformed', fault.malformedAfterChunks];
  return [undefined, 0];
}
