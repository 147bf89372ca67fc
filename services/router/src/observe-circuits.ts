import type { CircuitState, Deployment } from '@gateway/domain';
import type { CircuitChange } from '@gateway/routing';
import { type Logger, llmCircuitBreakerState, type Metrics } from '@gateway/telemetry';

const FIGURES: Readonly<Record<CircuitState, number>> = { closed: 0, 'half-open': 1, open: 2 };

export interface CircuitObserver {
  changed(change: CircuitChange): void;
  /** The deployments of a new configuration: what has left it is as good as closed. */
  configured(deployments: readonly Deployment[]): void;
}

/** Counts and logs what becomes of circuits. */
export function createCircuitObserver(metrics: Metrics, logger: Logger): CircuitObserver {
  const states = llmCircuitBreakerState(metrics);
  let present: ReadonlyMap<string, Deployment> = new Map();
  const cellOf = ({ id, provider, modelGroup }: Deployment) =>
    states.labelled({ deployment: id, provider, model: modelGroup });
  return {
    changed({ deployment, from, to, reason, isHeld, forMs }) {
      cellOf(deployment).set(FIGURES[to]);
      const fields = {
        deployment: deployment.id,
        model: deployment.modelGroup,
        provider: deployment.provider,
        before: from,
        reason,
        ...(isHeld && { held: true }),
        ...(forMs !== undefined && { for_ms: Math.round(forMs) }),
      };
      if (to === 'open') logger.warn(fields, 'circuit opened');
      else logger.info(fields, to === 'closed' ? 'circuit closed' : 'circuit half-open');
    },
    configured(deployments) {
      const next = new Map(deployments.map((deployment) => [deployment.id, deployment]));
      for (const [id, deployment] of present) if (!next.has(id)) cellOf(deployment).set(FIGURES.closed);
      // A series from the start: that a circuit is closed is worth knowing, too.
      for (const deployment of deployments) {
        const before = present.get(deployment.id);
        const isShown = before?.provider === deployment.provider && before.modelGroup === deployment.modelGroup;
        if (!isShown) cellOf(deployment).increment(0);
      }
      present = next;
    },
  };
}
