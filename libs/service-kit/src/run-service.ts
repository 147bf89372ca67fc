import { type Environment, EnvironmentError, readEnvironment, type ServiceName } from '@gateway/config';
import { createServiceContext, type OwnedServiceContext } from './create-service-context';
import { EXIT_CODES } from './process/exit-codes';
import type { ServiceDefinition } from './service-definition';
import { type RunningService, startService } from './start-service';

/**
 * The whole life of a service process; the last line of every `main.ts`. Bad environment: exit code 78 with one message
 * naming every variable. A crash or a failed start: 1. SIGTERM or SIGINT: drain, then 0; a second signal ends at once.
 */
export function runService<Service extends ServiceName>(definition: ServiceDefinition<Service>): void {
  const environment = environmentOrExit(definition.name);
  const owned = createServiceContext(definition.name, environment);
  for (const warning of (environment as Environment).warnings) owned.logger.warn({}, warning);
  endOnCrash(owned);
  const starting = startService(definition, owned);
  stopOnSignal(owned, starting);
  starting.catch((error: unknown) => {
    owned.logger.error({ error }, describeStartFailure(error, definition.name));
    exit(owned, EXIT_CODES.failure);
  });
}

function environmentOrExit<Service extends ServiceName>(name: Service): Environment<Service> {
  try {
    return readEnvironment(name);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    // There is no logger yet: its settings come from the environment too.
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CODES.badEnvironment);
  }
}

function endOnCrash<Service extends ServiceName>(owned: OwnedServiceContext<Service>): void {
  const crash = (message: string) => (error: unknown) => {
    owned.logger.error({ error }, message);
    exit(owned, EXIT_CODES.failure);
  };
  process.on('uncaughtException', crash('uncaught exception'));
  process.on('unhandledRejection', crash('unhandled rejection'));
}

function stopOnSignal<Service extends ServiceName>(
  owned: OwnedServiceContext<Service>,
  starting: Promise<RunningService>,
): void {
  let signalled = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (signalled) {
      owned.logger.warn({ signal }, 'stopping at once');
      exit(owned, EXIT_CODES.failure);
    }
    signalled = true;
    owned.logger.info({ signal }, 'asked to stop');
    owned.startDraining();
    // A start that fails now is reported, and ended, by runService.
    starting
      .then(async (service) => {
        await service.stop();
        exit(owned, EXIT_CODES.ok);
      })
      .catch(() => undefined);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

function exit<Service extends ServiceName>(owned: OwnedServiceContext<Service>, code: number): never {
  owned.logger.flush();
  process.exit(code);
}

function describeStartFailure(error: unknown, service: string): string {
  const { code, port } = (error ?? {}) as { code?: unknown; port?: unknown };
  if (code !== 'EADDRINUSE') return `${service} cannot start`;
  return `${service} cannot start: port ${String(port)} is taken; stop what uses it or set another one`;
}
