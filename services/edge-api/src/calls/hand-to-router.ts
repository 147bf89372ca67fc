import { type CallBudget, NATIVE_WIRE } from '@gateway/domain';
import { budgetOf, type PaidCall, type Reservation } from '../budgets/edge-budgets';
import { quotasOf, takeQuota } from '../limits/take-quota';
import { meterFor } from '../native/call-meter';
import type { AdmittedRequest } from './admitted-request';
import type { ArrivedCall, CallPorts, ReadyCall } from './arrived-call';
import { isAwaited, refuseUnread } from './call-endings';
import { describeRequest } from './describe-request';
import { Exchange } from './exchange';

/** Takes what a call may use of its accounts, reserves its money, and hands it over. What has no limit and no budget waits for nobody. */
export function handToRouter(ports: CallPorts, call: ArrivedCall, ready: ReadyCall): void {
  const { admission } = ready;
  const quotas = quotasOf(call, admission);
  if (quotas === null) payAndHandOver(ports, call, ready);
  else takeQuota(ports, call, { admission, quotas }, (pass) => payAndHandOver(ports, { ...call, pass }, ready));
}

function payAndHandOver(ports: CallPorts, call: ArrivedCall, ready: ReadyCall): void {
  if (call.principal.scopes.length > 0) {
    const paid = paidCall(call, ready);
    const budget = budgetOf(paid);
    if (budget !== null) {
      reserve(ports, call, { ready, paid, budget });
      return;
    }
  }
  handOver(ports, call, ready);
}

function paidCall({ route, body, principal }: ArrivedCall, { admission: { check, group } }: ReadyCall): PaidCall {
  const { model, choices, maxOutputTokens } = check;
  return { wire: route.codec.wire, body, principal, model, group, choices, maxOutputTokens };
}

interface Priced {
  readonly ready: ReadyCall;
  readonly paid: PaidCall;
  readonly budget: CallBudget;
}

/** Nobody is asked before there is money for it. */
function reserve(ports: CallPorts, call: ArrivedCall, { ready, paid, budget }: Priced): void {
  ports.budgets
    .reserve(call.requestId, budget, paid)
    .then((answer) => {
      if (!answer.ok) {
        call.pass?.leave(null);
        call.caller.refuse(answer.error);
        return;
      }
      const { reservation } = answer;
      if (isAwaited(ports, call)) {
        handOver(ports, call, ready, { budget, reservation });
        return;
      }
      reservation.release();
      call.pass?.leave(null);
    })
    .catch((error: unknown) => {
      call.pass?.leave(null);
      refuseUnread(ports, call, error);
    });
}

function handOver(
  ports: CallPorts,
  call: ArrivedCall,
  { admission, echo, keep }: ReadyCall,
  money?: { readonly budget: CallBudget; readonly reservation: Reservation },
): void {
  const { codec } = call.route;
  const admitted: AdmittedRequest = {
    body: call.body,
    codec,
    span: call.span,
    startedMs: call.startedMs,
    echo,
    keep,
    pass: call.pass,
    reservation: money?.reservation,
    meter: codec.wire === NATIVE_WIRE ? meterFor(call.state.catalog, admission) : undefined,
    envelope: describeRequest({
      requestId: call.requestId,
      edge: ports.registry.edge,
      codec,
      receivedAtUnixMs: call.receivedAtUnixMs,
      headers: call.headers,
      traceparent: call.span.traceparent,
      principal: call.principal,
      batchId: call.batchId ?? call.partOf,
      budget: money?.budget,
      admission,
      requestTimeoutMs: call.state.snapshot.routing.requestTimeoutMs,
      configVersion: call.state.snapshot.version,
    }),
  };
  new Exchange(ports, admitted, call.caller.answerTo()).dispatch();
}
