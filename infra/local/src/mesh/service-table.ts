export type ServiceName = 'config-sync' | 'cost-ledger' | 'provider-workers' | 'router' | 'edge-api';

export interface ServiceRow {
  /** Run with `node`, from the checkout. */
  readonly entry: string;
  /** Services of one stage start together; a stage starts when the one before it is ready. */
  readonly startStage: number;
  /** Drained in this order: whoever takes work first, whoever finishes it last. */
  readonly stopStage: number;
  /** Secrets this service is given; the others never see them. */
  readonly secrets: readonly string[];
  /** Provider keys and everything else of the user's environment; the others get an allow-list. */
  readonly wholeUserEnvironment: boolean;
  readonly nodeFlags: readonly string[];
}

// The hot path makes much short-lived garbage: a larger young generation collects it less often (a tenth of the edge's time
// was spent on that with the default of 16 MB). The two quiet services trade it for 15 MB of memory each.
const HOT_PATH_FLAGS: readonly string[] = ['--max-semi-space-size=32'];
const QUIET_FLAGS: readonly string[] = ['--max-semi-space-size=2'];

const DATABASE = 'LLM_GATEWAY_DATABASE_URL';
const REDIS = 'LLM_GATEWAY_REDIS_URL';
const MASTER_KEY = 'LLM_GATEWAY_MASTER_KEY';
const ENCRYPTION_KEY = 'LLM_GATEWAY_ENCRYPTION_KEY';

/** Variables that only the services which name them receive. */
export const SECRET_VARIABLES: readonly string[] = [DATABASE, REDIS, MASTER_KEY, ENCRYPTION_KEY];

export const SERVICES: Readonly<Record<ServiceName, ServiceRow>> = {
  'config-sync': {
    entry: 'services/config-sync/dist/main.js',
    startStage: 1,
    stopStage: 5,
    secrets: [ENCRYPTION_KEY],
    wholeUserEnvironment: false,
    nodeFlags: QUIET_FLAGS,
  },
  'cost-ledger': {
    entry: 'services/cost-ledger/dist/main.js',
    startStage: 1,
    stopStage: 4,
    secrets: [DATABASE, REDIS],
    wholeUserEnvironment: false,
    nodeFlags: QUIET_FLAGS,
  },
  'provider-workers': {
    entry: 'services/provider-workers/dist/main.js',
    startStage: 2,
    stopStage: 3,
    secrets: [ENCRYPTION_KEY],
    wholeUserEnvironment: true,
    nodeFlags: HOT_PATH_FLAGS,
  },
  router: {
    entry: 'services/router/dist/main.js',
    startStage: 2,
    stopStage: 2,
    secrets: [],
    wholeUserEnvironment: false,
    nodeFlags: HOT_PATH_FLAGS,
  },
  'edge-api': {
    entry: 'services/edge-api/dist/main.js',
    startStage: 3,
    stopStage: 1,
    secrets: [MASTER_KEY, REDIS],
    wholeUserEnvironment: false,
    nodeFlags: HOT_PATH_FLAGS,
  },
};

export const EMULATORS_ENTRY = 'libs/testkit/dist/emulators/main.js';
export const MIGRATE_ENTRY = 'services/cost-ledger/dist/migrate.js';
