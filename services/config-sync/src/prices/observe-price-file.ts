import { gatewayPriceFileRefusedTotal, type Logger, type Metrics } from '@gateway/telemetry';
import type { PriceFileObserver } from './price-file';

/** Writes what becomes of the price file to the log, and counts refusals. */
export function observePriceFile(source: string, logger: Logger, metrics: Metrics): PriceFileObserver {
  return {
    accepted: (prices, warnings) => {
      for (const warning of warnings) logger.warn({}, warning);
      logger.info({ source, prices }, 'price file taken');
    },
    refused: (problems, keepsOld) => {
      gatewayPriceFileRefusedTotal(metrics).labelled({}).increment();
      for (const problem of problems) logger.error({ source }, `refused: ${problem}`);
      const rest = keepsOld ? 'the last good prices stay in force' : 'nothing new is published until it is good';
      logger.error({ source, problems: problems.length }, `price file refused; ${rest}`);
    },
  };
}
