import { SECRET_KEEPERS } from '@gateway/config';
import { gatewaySecretReadsTotal, gatewaySecrets, type Logger, type Metrics } from '@gateway/telemetry';
import type { SecretObserver } from './secret-store';

/** Counts every read, and writes a line when a secret is another one, is missing, or is back. */
export function observeSecrets(logger: Pick<Logger, 'info' | 'warn'>, metrics: Metrics): SecretObserver {
  const reads = gatewaySecretReadsTotal(metrics);
  const secrets = gatewaySecrets(metrics);
  return {
    read(reference, { source, outcome, news, reason, isKept }) {
      reads.labelled({ source, outcome }).increment();
      if (reason !== null) {
        const message = isKept ? 'a secret could not be read; its last value is used' : 'a secret could not be read';
        if (news) logger.warn({ reference, reason }, message);
      } else if (outcome === 'changed') logger.info({ reference }, 'a secret has changed');
      else if (news) logger.info({ reference }, 'a secret was read');
    },
    counted(states) {
      for (const source of SECRET_KEEPERS) {
        const state = states.find((row) => row.source === source);
        for (const name of ['current', 'stale', 'missing'] as const)
          secrets.labelled({ source, state: name }).set(state?.[name] ?? 0);
      }
    },
  };
}
