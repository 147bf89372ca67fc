import type { GatewayError } from '@gateway/domain';
import type { ArrivedCall, CallPorts } from './arrived-call';

/** Whatever was wrong with it is ours, and is told to nobody but the log. */
export function refuseUnread(ports: CallPorts, call: ArrivedCall, error: unknown): void {
  ports.observe.unreadable({ requestId: call.requestId }, error);
  call.caller.refuse(INTERNAL);
}

export const INTERNAL: GatewayError = {
  code: 'internal_error',
  message: 'The gateway could not handle this request.',
};

export const DRAINING: GatewayError = {
  code: 'service_unavailable',
  message: 'This gateway instance is shutting down. Try again.',
  retryAfterMs: 1_000,
};

/**
 * Whether its client still waits for it and this gateway still takes calls. If not, it is ended here: nobody is to be asked
 * on behalf of somebody who left. For whoever comes back to a call after waiting.
 */
export function isAwaited(ports: Pick<CallPorts, 'isDraining'>, { caller, span }: ArrivedCall): boolean {
  if (caller.isGone()) {
    span.end();
    return false;
  }
  if (!ports.isDraining()) return true;
  caller.refuse(DRAINING);
  return false;
}
