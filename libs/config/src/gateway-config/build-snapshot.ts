import type { Deployment } from '@gateway/domain';
import type { GatewaySnapshot } from '../snapshot';
import type { ConfiguredSecret, DeploymentDraft, GatewayConfig } from './gateway-config';

export interface SnapshotStamp {
  readonly version: string;
  readonly source: string;
  readonly nowUnixMs: number;
  /** Seals a literal secret for one deployment; see `sealSecret`. */
  readonly seal: (plain: string, deploymentId: string) => string;
}

/** A checked configuration → what is published: the same meaning, with every literal secret sealed. */
export function buildSnapshot(config: GatewayConfig, stamp: SnapshotStamp): GatewaySnapshot {
  return {
    version: stamp.version,
    publishedAtUnixMs: stamp.nowUnixMs,
    source: stamp.source,
    deployments: config.deployments.map((draft) => withSecrets(draft, stamp.seal)),
    aliases: config.aliases,
    routing: config.routing,
    maxBodyBytes: config.maxBodyBytes,
    ...(config.customerBudgetId !== undefined && { customerBudgetId: config.customerBudgetId }),
    ...(config.accountDefaults && { accountDefaults: config.accountDefaults }),
    ...(config.alerts && { alerts: config.alerts }),
    ...(config.exports && { exports: config.exports }),
    ...(config.secrets && { secrets: config.secrets }),
  };
}

/** Whether publishing needs an encryption key. */
export function hasLiteralSecrets(config: GatewayConfig): boolean {
  return config.deployments.some(({ apiKey, secretCredentials, secretHeaders }) =>
    [apiKey, ...Object.values(secretCredentials), ...Object.values(secretHeaders)].some(
      (secret) => secret?.kind === 'literal',
    ),
  );
}

function withSecrets(draft: DeploymentDraft, seal: SnapshotStamp['seal']): Deployment {
  const { deployment, apiKey, secretCredentials, secretHeaders } = draft;
  const write = (secret: ConfiguredSecret) =>
    secret.kind === 'literal' ? seal(secret.value, deployment.id) : secret.reference;
  const writeAll = (given: Readonly<Record<string, ConfiguredSecret>>) =>
    Object.entries(given).map(([name, secret]) => [name, write(secret)] as const);
  const secrets = writeAll(secretHeaders);
  const credentials = writeAll(secretCredentials);
  return {
    ...deployment,
    ...(apiKey && { apiKey: write(apiKey) }),
    ...(credentials.length > 0 && {
      credentials: { ...deployment.credentials, ...Object.fromEntries(credentials) },
    }),
    ...(secrets.length > 0 && { extraHeaders: { ...deployment.extraHeaders, ...Object.fromEntries(secrets) } }),
  };
}
