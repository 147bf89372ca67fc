import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { repositoryRoot } from '../repository-root';
import { SetupProblem } from '../servers/backing-server';
import { keptSecret, newEncryptionKey, newMasterKey } from './kept-secret';

type Variables = Readonly<Record<string, string | undefined>>;

/** What `make up` reads from the environment; see docs/configuration.md. */
export interface LauncherSettings {
  readonly host: string;
  readonly port: number;
  /** Absolute. */
  readonly dataDir: string;
  /** An absolute path, or what config-sync calls an object in a bucket. */
  readonly configPath: string;
  readonly logLevel: string;
  readonly logFormat: 'json' | 'pretty';
  readonly namespace: string;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** @throws SetupProblem naming every variable that cannot be used. */
export function readLauncherSettings(variables: Variables, isTerminal: boolean): LauncherSettings {
  const problems: string[] = [];
  const port = Number(variables.LLM_GATEWAY_PORT || 8080);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    problems.push(`LLM_GATEWAY_PORT is "${variables.LLM_GATEWAY_PORT}"; it must be a port number from 1 to 65535`);
  }
  const configPath = configurationPlace(variables);
  if (!isRemoteConfiguration(configPath) && !existsSync(configPath))
    problems.push(`LLM_GATEWAY_CONFIG names ${configPath}, which does not exist`);
  const logLevel = variables.LLM_GATEWAY_LOG_LEVEL || 'info';
  if (!LOG_LEVELS.includes(logLevel)) {
    problems.push(`LLM_GATEWAY_LOG_LEVEL is "${logLevel}"; it must be one of ${LOG_LEVELS.join(', ')}`);
  }
  const masterKey = variables.LLM_GATEWAY_MASTER_KEY;
  if (masterKey && !masterKey.startsWith('sk-')) problems.push('LLM_GATEWAY_MASTER_KEY must start with sk-');
  if (problems.length > 0) throw new SetupProblem(problems.join('\n'));
  return {
    host: variables.LLM_GATEWAY_HOST || '127.0.0.1',
    port,
    dataDir: resolve(variables.LLM_GATEWAY_DATA_DIR || join(repositoryRoot, '.data')),
    configPath,
    logLevel,
    logFormat: logFormat(variables.LLM_GATEWAY_LOG_FORMAT, isTerminal),
    namespace: variables.LLM_GATEWAY_NAMESPACE || 'gw',
  };
}

/** In a bucket: only config-sync reads it. */
export function isRemoteConfiguration(configPath: string): boolean {
  return /^(s3|gs):/.test(configPath);
}

function configurationPlace(variables: Variables): string {
  const { LLM_GATEWAY_CONFIG: place, LITELLM_CONFIG_BUCKET_NAME: bucket } = variables;
  if (place) return isRemoteConfiguration(place) ? place : resolve(place);
  if (!bucket) return join(repositoryRoot, 'infra/local/gateway.yaml');
  const scheme = variables.LITELLM_CONFIG_BUCKET_TYPE === 'gcs' ? 'gs' : 's3';
  return `${scheme}://${bucket}/${variables.LITELLM_CONFIG_BUCKET_OBJECT_KEY ?? ''}`;
}

/** The keys of this installation: from the environment, or made once and kept in the data directory. */
export function installationKeys(variables: Variables, dataDir: string): { masterKey: string; encryptionKey: string } {
  return {
    masterKey: variables.LLM_GATEWAY_MASTER_KEY || keptSecret(join(dataDir, 'master-key'), newMasterKey),
    encryptionKey:
      variables.LLM_GATEWAY_ENCRYPTION_KEY || keptSecret(join(dataDir, 'encryption-key'), newEncryptionKey),
  };
}

function logFormat(wish: string | undefined, isTerminal: boolean): 'json' | 'pretty' {
  if (wish === 'json' || wish === 'pretty') return wish;
  return isTerminal ? 'pretty' : 'json';
}
