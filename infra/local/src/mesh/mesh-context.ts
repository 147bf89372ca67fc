import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PortMemory } from '../process/port-memory';
import { ProcessGuard } from '../process/process-guard';
import { repositoryRoot } from '../repository-root';
import { isRemoteConfiguration } from '../settings/launcher-settings';
import type { MeshOptions } from './mesh-options';
import {
  configurationVariables,
  forServices,
  ledgerVariables,
  serviceEnvironment,
  type Variables,
} from './service-environment';
import type { ServiceName } from './service-table';
import type { SupervisorEvent } from './supervised-service';

export const LOOPBACK = '127.0.0.1';

/** What is decided once for a mesh and used for each of its processes. */
export interface MeshContext {
  readonly options: MeshOptions;
  readonly checkout: string;
  readonly runDir: string;
  readonly host: string;
  readonly guard: ProcessGuard;
  readonly ownsGuard: boolean;
  readonly ports: PortMemory;
  readonly restartDead: boolean;
  readonly drainTimeoutMs: number;
  readonly onLogLine: (instance: string, line: string) => void;
  readonly onEvent: (event: SupervisorEvent) => void;
  readonly onProgress: (message: string) => void;
  /** Everything but the ports and name of the instance. */
  environmentOf(service: ServiceName): Record<string, string>;
  /** Adds a setting known only once another process runs. */
  learn(variables: Variables): void;
}

const DRAIN_TIMEOUT_MS = 10_000;

export function createMeshContext(options: MeshOptions): MeshContext {
  const user = options.userEnvironment ?? process.env;
  const drainTimeoutMs = options.drainTimeoutMs ?? DRAIN_TIMEOUT_MS;
  let learned: Variables = {};
  const forAll: Variables = {
    LLM_GATEWAY_LOG_LEVEL: options.logLevel ?? 'info',
    LLM_GATEWAY_LOG_FORMAT: 'json',
    LLM_GATEWAY_NAMESPACE: options.namespace ?? 'gw',
    LLM_GATEWAY_DATA_DIR: options.dataDir,
    LLM_GATEWAY_DRAIN_TIMEOUT_MS: String(drainTimeoutMs),
    LLM_GATEWAY_NATS_URL: options.servers.natsUrl,
    LLM_GATEWAY_DATABASE_URL: options.servers.databaseUrl,
    LLM_GATEWAY_REDIS_URL: options.servers.redisUrl,
    LLM_GATEWAY_MASTER_KEY: options.masterKey,
    LLM_GATEWAY_ENCRYPTION_KEY: options.encryptionKey,
  };
  return {
    options,
    checkout: options.checkout ?? repositoryRoot,
    runDir: join(options.dataDir, 'run'),
    host: options.host ?? LOOPBACK,
    guard: options.guard ?? new ProcessGuard(),
    ownsGuard: options.guard === undefined,
    ports: options.ports ?? new PortMemory(),
    restartDead: options.restartDead ?? true,
    drainTimeoutMs,
    onLogLine: options.onLogLine ?? (() => undefined),
    onEvent: options.onEvent ?? (() => undefined),
    onProgress: options.onProgress ?? (() => undefined),
    environmentOf: (service) =>
      serviceEnvironment(service, user, {
        ...configurationSettings(service, options.configPath, user),
        ...forAll,
        ...learned,
        ...options.extraEnvironment,
        ...options.extraServiceEnvironment?.[service],
      }),
    learn: (variables) => {
      learned = { ...learned, ...variables };
    },
  };
}

/** What a service needs of what the file refers to, and for config-sync the file. One that cannot be read is for that to report. */
function configurationSettings(service: ServiceName, configPath: string, user: Variables): Variables {
  const settings: Record<string, string | undefined> =
    service === 'config-sync' ? { LLM_GATEWAY_CONFIG: configPath } : {};
  const namesIn = REFERENCES[service];
  if (namesIn === undefined) return settings;
  // What it refers to is not known here, nor which credentials read it.
  if (isRemoteConfiguration(configPath)) return { ...forServices(user), ...settings };
  try {
    for (const name of namesIn(readFileSync(configPath, 'utf8'))) settings[name] = user[name];
  } catch {
    return settings;
  }
  return settings;
}

const REFERENCES: Readonly<Partial<Record<ServiceName, (yaml: string) => string[]>>> = {
  'config-sync': configurationVariables,
  'cost-ledger': ledgerVariables,
};
