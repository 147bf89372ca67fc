import type { WorkerPresence } from '@gateway/contracts';
import type { Deployment } from '@gateway/domain';

/** `degraded`: some of its deployments can be served, or some workers can serve them. */
export type Health = 'healthy' | 'degraded' | 'unavailable';

export interface DeploymentStatus {
  readonly id: string;
  readonly model_name: string;
  readonly model: string;
  readonly status: Health;
  /** In words, one for each reason that workers give; empty when all serve it. */
  readonly reasons: readonly string[];
}

export interface ProviderStatus {
  readonly provider: string;
  readonly status: Health;
  readonly deployments: readonly DeploymentStatus[];
}

const NO_WORKER = 'no worker listens on its pool';

/** By provider: which deployments the workers that listen on their pools say they can serve, and why not. */
export function describeProviders(
  deployments: readonly Deployment[],
  workers: readonly WorkerPresence[],
): readonly ProviderStatus[] {
  const byProvider = new Map<string, DeploymentStatus[]>();
  for (const deployment of deployments) {
    const described = describeDeployment(deployment, workers);
    const siblings = byProvider.get(deployment.provider);
    if (siblings) siblings.push(described);
    else byProvider.set(deployment.provider, [described]);
  }
  return [...byProvider].sort(byName).map(([provider, members]) => ({
    provider,
    status: together(members.map(({ status }) => status)),
    deployments: members,
  }));
}

function describeDeployment(deployment: Deployment, workers: readonly WorkerPresence[]): DeploymentStatus {
  const listening = workers.filter(({ pools }) => pools.includes('*') || pools.includes(deployment.pool));
  const refusals = listening.flatMap(({ unavailable }) => unavailable[deployment.id] ?? []);
  const isServed = listening.length > refusals.length;
  return {
    id: deployment.id,
    model_name: deployment.modelGroup,
    model: `${deployment.provider}/${deployment.providerModel}`,
    status: isServed ? (refusals.length === 0 ? 'healthy' : 'degraded') : 'unavailable',
    reasons: listening.length === 0 ? [NO_WORKER] : [...new Set(refusals)],
  };
}

function together(statuses: readonly Health[]): Health {
  const [first = 'unavailable'] = statuses;
  return statuses.every((status) => status === first) ? first : 'degraded';
}

function byName([left]: [string, unknown], [right]: [string, unknown]): number {
  return left < right ? -1 : 1;
}
