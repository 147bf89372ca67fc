import { type GatewayError, loggableErrorReason, type Principal } from '@gateway/domain';
import { newRequestId } from '@gateway/service-kit';
import type { CallPorts, EdgeState } from '../calls/arrived-call';
import type { ClientRoute } from '../calls/client-routes';
import { startCall } from '../calls/start-call';
import { pause } from './call-patiently';
import { CollectedAnswer } from './collected-answer';
import type { LineAnswer } from './line-answer';

export interface BatchCallsPorts extends CallPorts {
  /** Null until the first configuration. */
  state(): EdgeState | null;
}

export interface LineCall {
  readonly route: ClientRoute;
  readonly body: Buffer;
  readonly principal: Principal;
  readonly batchId: string;
}

/** How often a line that waits looks whether it may go. */
const LOOKED_AT_EVERY_MS = 500;
const HEADERS = { 'content-type': 'application/json' };

/** Lines of batches as calls: admitted, routed, booked and counted as if a client had sent them. */
export class BatchCalls {
  /** Calls that are not answered yet. */
  open = 0;

  constructor(private readonly ports: BatchCallsPorts) {}

  /** Null when `signal` came before the answer. */
  async call(line: LineCall, signal: AbortSignal): Promise<LineAnswer | null> {
    const state = this.ports.state();
    if (signal.aborted || !state || !(await this.hasRoom(line, signal))) return null;
    this.open += 1;
    try {
      return await new Promise((answered) => this.start({ ...line, state }, signal, answered));
    } finally {
      this.open -= 1;
    }
  }

  /** A batch has time: while there is too much to do its lines wait. False when `signal` came first. */
  private async hasRoom({ principal }: LineCall, signal: AbortSignal): Promise<boolean> {
    while (this.ports.overload.sheds('batch', principal.keyHash)) {
      if (!(await pause(LOOKED_AT_EVERY_MS, signal))) return false;
    }
    return true;
  }

  private start(
    line: LineCall & { readonly state: EdgeState },
    signal: AbortSignal,
    answered: (answer: LineAnswer | null) => void,
  ): void {
    const { route } = line;
    const requestId = newRequestId();
    const span = this.ports.tracing.startSpan(`POST ${route.template}`, { kind: 'internal' });
    const answer = new CollectedAnswer(requestId, (whole) => {
      signal.removeEventListener('abort', breakOff);
      answered(whole);
    });
    const breakOff = () => answer.breakOff();
    signal.addEventListener('abort', breakOff, { once: true });
    startCall(this.ports, {
      ...line,
      requestId,
      span,
      headers: HEADERS,
      startedMs: performance.now(),
      receivedAtUnixMs: Date.now(),
      caller: {
        isGone: () => signal.aborted,
        refuse: (error: GatewayError) => {
          this.ports.observe.refused(error);
          span.setError(error.code, loggableErrorReason(error));
          span.end();
          answer.refuse(error, JSON.stringify(route.codec.encodeError(error, requestId)));
        },
        answerTo: () => answer,
      },
    });
  }
}
