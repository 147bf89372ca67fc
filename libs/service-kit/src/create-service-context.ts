import type { Environment, ServiceName } from '@gateway/config';
import { createLogger, createMetrics, createTracing, type LogLevel, type RootLogger } from '@gateway/telemetry';
import { HealthRegistry } from './health/health-registry';
import { DRAIN_ORDER, DrainSequence, type DrainStep } from './process/drain-sequence';
import type { ServiceContext } from './service-context';

/** The context, with the parts only the process's own life cycle may touch. */
export interface OwnedServiceContext<Service extends ServiceName> {
  readonly context: ServiceContext<Service>;
  readonly logger: RootLogger;
  readonly drain: DrainSequence;
  /** Readiness fails from here on. */
  startDraining(): void;
}

/** Our logger has four levels; the environment also knows the two outer ones that other tools use. */
const LEVELS: Readonly<Record<Environment['logLevel'], LogLevel>> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  error: 'error',
  fatal: 'error',
  silent: 'silent',
};

export function createServiceContext<Service extends ServiceName>(
  name: Service,
  environment: Environment<Service>,
): OwnedServiceContext<Service> {
  // Every service's environment has the shared part; seen through a type parameter the compiler cannot tell.
  const shared: Environment = environment as Environment;
  const { instanceId } = shared;
  const logger = createLogger({
    service: name,
    instance: instanceId,
    level: LEVELS[shared.logLevel],
    format: shared.logFormat === 'auto' ? (process.stdout.isTTY ? 'pretty' : 'json') : shared.logFormat,
  });
  const tracing = createTracing({
    service: name,
    instance: instanceId,
    logger,
    sampleRatio: shared.traceSampleRatio,
    ...(shared.otlpEndpoint !== undefined && { endpoint: shared.otlpEndpoint }),
    ...(shared.otlpHeaders !== undefined && { headers: shared.otlpHeaders }),
    ...(shared.otelResourceAttributes !== undefined && { resourceAttributes: shared.otelResourceAttributes }),
  });
  const health = new HealthRegistry(logger);
  const drain = new DrainSequence();
  let draining = false;
  const context: ServiceContext<Service> = {
    name,
    instanceId,
    environment,
    logger,
    metrics: createMetrics({ service: name }),
    tracing,
    health,
    get isDraining() {
      return draining;
    },
    onDrain: (step: string, run: DrainStep['run'], order: number = DRAIN_ORDER.work) =>
      drain.add({ name: step, run, order }),
  };
  const startDraining = () => {
    draining = true;
    health.startDraining();
  };
  return { context, logger, drain, startDraining };
}
