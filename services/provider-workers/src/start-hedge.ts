import type { RoutingSlip, SlipStep } from '@gateway/contracts';
import { isGatewayException } from '@gateway/domain';
import type { FetchedContents } from '@gateway/providers';
import type { CallPass } from './admission/call-pass';
import type { AttemptPlan } from './attempt';
import { urlsToFetch } from './fetch-contents';
import type { CallingRequest, RequestCalls } from './request-calls';
import { missingSignIn, type ServedDeployment } from './served-deployments';
import { servedToClient } from './with-client-access';

export interface HedgedRequest {
  readonly request: CallingRequest & { readonly isOver: boolean };
  readonly calls: RequestCalls;
  readonly slip: RoutingSlip;
  readonly contents: FetchedContents | undefined;
}

/** A second call beside the first, only where it can begin at once: it is there to be quick. */
export function startHedge(step: SlipStep, hedged: HedgedRequest): void {
  const { request, calls, slip } = hedged;
  const { ports, envelope } = request;
  const configured = ports.servesPool(step.pool)
    ? ports.deployments(slip.policyVersion).byId.get(step.deployment)
    : undefined;
  const notStarted = (): void =>
    ports.observe.hedged(envelope, { step, provider: configured?.entry.prefix ?? null }, 'not_started');
  try {
    const served = configured && servedToClient(configured, envelope.clientAccess, ports.clientReach);
    if (served && isReady(step, served, hedged)) {
      admitHedge(calls.plan(step, served, hedged), hedged, notStarted);
      return;
    }
  } catch (error) {
    if (!isGatewayException(error)) ports.observe.unplannable(envelope, error);
  }
  notStarted();
}

/** By the time it is admitted, the call that it was to help may be over, or have content. */
function admitHedge(plan: AttemptPlan, { request, calls, slip }: HedgedRequest, notStarted: () => void): void {
  const { running } = calls;
  const { first } = running;
  const onAdmitted = (pass: CallPass): void => {
    const isOfUse = !request.isOver && !request.reply.isCommitted && running.first === first && !running.second;
    try {
      if (isOfUse) calls.begin(plan, pass);
    } catch (error) {
      request.ports.observe.unplannable(request.envelope, error);
    }
    if (running.second?.plan === plan) return;
    pass.leave();
    notStarted();
  };
  calls.admit(plan, slip, { onAdmitted, onRefused: notStarted, onUnpaid: notStarted });
}

/** Nothing has to be obtained before the call. */
function isReady({ providerModel }: SlipStep, served: ServedDeployment, { request, contents }: HedgedRequest): boolean {
  if (missingSignIn(served)) return false;
  return contents !== undefined || urlsToFetch(request.envelope, request.body, { served, providerModel }).length === 0;
}
