import type { Envelope, RoutingSlip } from '@gateway/contracts';
import type { ProviderFailure } from '@gateway/domain';
import type { ServedDeployment } from '../served-deployments';
import type { WorkerPorts } from '../worker-ports';
import type { AdmissionQuestion } from './call-admission';

interface Call {
  readonly slip: RoutingSlip;
  /** What the request is calling at this moment. */
  readonly called: ServedDeployment | undefined;
  readonly served: ServedDeployment;
}

type Ports = Pick<WorkerPorts, 'admission' | 'deployments'>;

/** What is to be decided before this call of the request is made. */
export function admissionQuestion(ports: Ports, { summary }: Envelope, call: Call): AdmissionQuestion {
  const { estimatedPromptTokens, maxOutputTokens = 0, choices = 1, stream } = summary;
  return {
    served: call.served,
    isRetry: isRetry(ports, call),
    isStream: stream,
    estimatedTokens: estimatedPromptTokens + maxOutputTokens * choices,
  };
}

/** Whether the request has called the provider before, or is calling it. */
function isRetry({ admission, deployments }: Ports, { slip, called, served }: Call): boolean {
  if (called && admission.isSameProvider(called, served)) return true;
  return slip.attempts.some(({ attempt, deployment }) => {
    const before = attempt > 0 ? deployments(slip.policyVersion).byId.get(deployment) : undefined;
    return before !== undefined && admission.isSameProvider(before, served);
  });
}

/** Of two calls that were held back, the one that may be made sooner. */
export function soonerOf(one: ProviderFailure | null, other: ProviderFailure): ProviderFailure {
  return one !== null && (one.retryAfterMs ?? 0) <= (other.retryAfterMs ?? 0) ? one : other;
}

const UNKNOWN: ProviderFailure = { class: 'overloaded', message: 'the provider is not called again for now' };

/** What was noted last of a provider, maybe by another worker. */
export function lastFailure({ attempts }: RoutingSlip): ProviderFailure {
  const note = attempts.at(-1);
  if (!note) return UNKNOWN;
  return { class: note.failure, message: note.message, ...(note.status !== undefined && { status: note.status }) };
}
