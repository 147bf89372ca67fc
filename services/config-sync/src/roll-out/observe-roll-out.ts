import { counterOf } from '@gateway/contracts';
import { gatewayConfigRefusedTotal, gatewayConfigVersion, type Logger, type Metrics } from '@gateway/telemetry';
import type { RollOutObserver } from './roll-out';

/** Writes what becomes of versions to the log and counts it, whichever config-sync has published them. */
export function observeRollOut(logger: Logger, metrics: Metrics): RollOutObserver {
  return {
    inForce: (version) => gatewayConfigVersion(metrics).labelled({}).set(counterOf(version)),
    refused: (version, reasons) => {
      gatewayConfigRefusedTotal(metrics).labelled({}).increment();
      logger.error({ config_version: version, reasons }, 'configuration refused by running instances');
    },
    passedOver: (version, instances) => {
      logger.warn({ config_version: version, instances }, 'these instances say nothing and are not waited for');
    },
    failed: (error) => logger.warn({ error }, 'the roll-out cannot go on yet'),
  };
}
