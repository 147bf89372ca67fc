import type { GatewaySnapshot } from '@gateway/config';
import { gatewayConfigRefusedTotal, gatewayConfigVersion, type Logger, type Metrics } from '@gateway/telemetry';
import type { PublisherObserver } from './configuration-publisher';

/** Writes the publisher's news to the log and counts them. */
export function observePublisher(logger: Logger, metrics: Metrics): PublisherObserver {
  return {
    inForce: (snapshot, { isNew, warnings }) => {
      for (const warning of warnings) logger.warn({}, warning);
      gatewayConfigVersion(metrics).labelled({}).set(Number.parseInt(snapshot.version, 10));
      logger.info(describe(snapshot), isNew ? 'configuration published' : 'configuration unchanged');
    },
    refused: (problems, versionInForce) => {
      gatewayConfigRefusedTotal(metrics).labelled({}).increment();
      const rest = versionInForce === null ? 'there is none in force' : `version ${versionInForce} stays in force`;
      for (const problem of problems) logger.error({ config_version: versionInForce }, `refused: ${problem}`);
      logger.error({ config_version: versionInForce, problems: problems.length }, `configuration refused; ${rest}`);
    },
    unreadableStore: (error) => {
      logger.error({ error }, 'the published configuration cannot be read; the next good file replaces it');
    },
  };
}

/** What an operator wants to see at start: the version, how requests are routed, and to whom. */
function describe(snapshot: GatewaySnapshot) {
  return {
    config_version: snapshot.version,
    source: snapshot.source,
    strategy: snapshot.routing.strategy,
    model_groups: [...new Set(snapshot.deployments.map(({ modelGroup }) => modelGroup))],
    providers: [...new Set(snapshot.deployments.map(({ provider }) => provider))],
    deployments: snapshot.deployments.length,
  };
}
