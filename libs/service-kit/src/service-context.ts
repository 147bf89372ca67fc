import type { Environment, ServiceName } from '@gateway/config';
import type { Logger, Metrics, Tracing } from '@gateway/telemetry';
import type { HealthRegistry } from './health/health-registry';
import type { DrainStep } from './process/drain-sequence';

/** Nest injection token of the `ServiceContext`: `@Inject(SERVICE_CONTEXT) context: ServiceContext<'router'>`. */
export const SERVICE_CONTEXT = Symbol.for('gateway.ServiceContext');

/** What every part of a service may lean on; made before the service's own module. */
export interface ServiceContext<Service extends ServiceName = ServiceName> {
  readonly name: Service;
  readonly instanceId: string;
  readonly environment: Environment<Service>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly health: HealthRegistry;
  /** True from the first stop signal on. */
  readonly isDraining: boolean;
  /**
   * Registers work to do before the process stops. Lower `order` first (see `DRAIN_ORDER`), the same order at once;
   * a step that fails or overruns is logged and does not hold up the next.
   */
  onDrain(name: string, run: DrainStep['run'], order?: number): void;
}
