import { describeSnapshot } from '@gateway/service-kit';
import { gatewayConfigRefusedTotal, type Logger, type Metrics } from '@gateway/telemetry';
import type { PublisherObserver } from './configuration-publisher';

/** Writes the publisher's news to the log and counts them. */
export function observePublisher(logger: Logger, metrics: Metrics): PublisherObserver {
  return {
    published: (published, warnings) => {
      for (const warning of warnings) logger.warn({}, warning);
      if ('snapshot' in published) {
        const what = published.kind === 'in force' ? 'configuration published' : 'configuration unchanged';
        logger.info(describeSnapshot(published.snapshot), what);
      } else if (published.kind === 'pinned') {
        logger.warn({ config_version: published.version }, 'a rollback stays in force until the source changes');
      } else logger.info({ config_version: published.version }, 'another version came before this one was in force');
    },
    refused: (problems, versionInForce) => {
      gatewayConfigRefusedTotal(metrics).labelled({}).increment();
      const rest = versionInForce === null ? 'there is none in force' : `version ${versionInForce} stays in force`;
      for (const problem of problems) logger.error({ config_version: versionInForce }, `refused: ${problem}`);
      logger.error({ config_version: versionInForce, problems: problems.length }, `configuration refused; ${rest}`);
    },
  };
}
