import { CONFIGURATION_SOURCE_FIELDS } from './configuration-source-fields';
import { EDGE_FIELDS } from './edge-fields';
import { defaulted, optional, required } from './environment-field';
import { milliseconds, text, urlWithScheme, wholeNumber, yesOrNo } from './environment-values';
import { grpcPort, olderEncryptionKeys, redisUrl, sharedEncryptionKey } from './fields-of-several';
import { SECRET_FIELDS } from './secret-fields';
import { MILLISECONDS, SHARED_FIELDS } from './shared-fields';
import { WORKER_FIELDS } from './worker-fields';

const MOST_MONTHS = 1_200;
const KEPT_MONTHS = 'a whole number of months up to 1200, where 0 keeps all';

/** Which variables each service reads, by the name of the property that carries the value. */
export const ENVIRONMENT_TABLES = {
  'edge-api': EDGE_FIELDS,
  router: { ...SHARED_FIELDS, grpcPort },
  'provider-workers': WORKER_FIELDS,
  'cost-ledger': {
    ...SHARED_FIELDS,
    ...SECRET_FIELDS,
    databaseUrl: required('LLM_GATEWAY_DATABASE_URL', {
      schema: urlWithScheme('postgres', 'postgresql'),
      description: 'The PostgreSQL database with keys and the ledger.',
      expected: 'a URL such as postgres://user:password@127.0.0.1:5432/gateway',
      secret: true,
    }),
    redisUrl,
    grpcPort,
    databasePool: defaulted('LLM_GATEWAY_DATABASE_POOL', {
      schema: wholeNumber(1, 1_000),
      description: 'Most PostgreSQL connections of one process.',
      expected: 'a whole number from 1 to 1000',
      default: '10',
    }),
    ledgerBatch: defaulted('LLM_GATEWAY_LEDGER_BATCH', {
      schema: wholeNumber(1, 10_000),
      description: 'Most usage events written in one transaction.',
      expected: 'a whole number from 1 to 10000',
      default: '1000',
    }),
    ledgerRequestMonths: defaulted('LLM_GATEWAY_LEDGER_REQUEST_MONTHS', {
      schema: wholeNumber(0, MOST_MONTHS),
      description:
        'Whole months before the present one of which requests and attempts are kept, one by one; older ones are dropped. Sums for reports are kept for good.',
      expected: KEPT_MONTHS,
      default: '0',
    }),
    ledgerJournalMonths: defaulted('LLM_GATEWAY_LEDGER_JOURNAL_MONTHS', {
      schema: wholeNumber(0, MOST_MONTHS),
      description:
        'Whole months before the present one of which the journal is kept; the balances of older ones are carried forward.',
      expected: KEPT_MONTHS,
      default: '0',
    }),
    ledgerRetentionDryRun: defaulted('LLM_GATEWAY_LEDGER_RETENTION_DRY_RUN', {
      schema: yesOrNo,
      description: 'Only writes into the log which months would be dropped.',
      expected: 'true or false',
      default: 'false',
    }),
  },
  'config-sync': {
    ...SHARED_FIELDS,
    ...CONFIGURATION_SOURCE_FIELDS,
    configHistory: defaulted('LLM_GATEWAY_CONFIG_HISTORY', {
      schema: wholeNumber(1, 200),
      description: 'Versions of the configuration that are kept to go back to, the one in force included.',
      expected: 'a whole number from 1 to 200',
      default: '20',
    }),
    configPatienceMs: defaulted('LLM_GATEWAY_CONFIG_PATIENCE_MS', {
      schema: milliseconds,
      description:
        'How long a new version of the configuration waits for running instances that do not say whether they can take it. One that says no is not outwaited.',
      expected: MILLISECONDS,
      default: '5000',
    }),
    priceCatalogPath: optional('LLM_GATEWAY_PRICE_CATALOG_PATH', {
      schema: text,
      description:
        'A file with prices of models, JSON or YAML, in the form of LiteLLM’s `model_prices_and_context_window.json`; followed like the configuration.',
      expected: 'a file path',
      defaultInWords: 'none; the price list that comes with the gateway counts',
    }),
    encryptionKey: sharedEncryptionKey,
    olderEncryptionKeys,
    databaseUrl: optional('LLM_GATEWAY_DATABASE_URL', {
      schema: urlWithScheme('postgres', 'postgresql'),
      description: 'The PostgreSQL database; config-sync keeps stored credentials and prices there.',
      expected: 'a URL such as postgres://user:password@127.0.0.1:5432/gateway',
      secret: true,
      defaultInWords: 'none for config-sync; credentials and prices cannot be stored then',
    }),
    grpcPort,
  },
} as const;

export type ServiceName = keyof typeof ENVIRONMENT_TABLES;

export const SERVICE_NAMES = Object.freeze(Object.keys(ENVIRONMENT_TABLES)) as readonly ServiceName[];
