import { unpricedDeployments } from '@gateway/catalog';
import type { ConfigStatus, SecretSourceState } from '@gateway/contracts';
import type { Deployment } from '@gateway/domain';
import { Controller, Get, Inject } from '@nestjs/common';
import { Access } from '../access/access';
import { CircuitDesk } from '../circuits/circuit-desk';
import { CONFIG_SYNC_CLIENT, type ConfigSyncClient } from '../config-sync-client';
import { EDGE_STATE, type EdgeStateHolder } from '../edge-state';
import { type CircuitReports, describeProviders } from './describe-providers';

/** What this gateway can serve now, for the people who run it. */
@Controller('v1/gateway/status')
@Access('admin')
export class GatewayStatusController {
  constructor(
    @Inject(EDGE_STATE) private readonly holder: EdgeStateHolder,
    @Inject(CircuitDesk) private readonly circuits: CircuitDesk,
    @Inject(CONFIG_SYNC_CLIENT) private readonly configSync: ConfigSyncClient | null,
  ) {}

  @Get()
  async status() {
    const state = this.holder.current();
    const workers = this.holder.workers();
    const [source, circuits] = await Promise.all([this.source(), this.circuitReports()]);
    const deployments = state?.snapshot.deployments ?? [];
    const providers = describeProviders(deployments, workers, circuits);
    return {
      status: providers.some(({ status }) => status !== 'unavailable') ? 'ok' : 'unavailable',
      configuration: { version: state?.snapshot.version ?? null, ...describeSource(source) },
      prices: { ...describePriceFile(source), unpriced: unpricedDeployments(deployments, Date.now()).map(inShort) },
      workers: workers.map(({ worker, pools, configVersion, secrets = [] }) => ({
        worker,
        pools,
        configuration: configVersion,
        secrets: secrets.map(describeSecrets),
      })),
      providers,
    };
  }

  private async circuitReports(): Promise<CircuitReports> {
    const report = await this.circuits.report();
    return report && new Map(report.circuits.map((circuit) => [circuit.deployment, circuit]));
  }

  /** What this edge holds is told whether or not config-sync answers. */
  private async source(): Promise<ConfigStatus | null> {
    return (await this.configSync?.configuration.getStatus({}).catch(() => null)) ?? null;
  }
}

function describePriceFile(status: ConfigStatus | null) {
  return { source: status?.priceSource || null, last_error: status?.priceLastError || null };
}

/** Counts and words: what is kept is told to nobody. */
function describeSecrets({ source, current, stale, missing, lastError, lastReadUnixMs }: SecretSourceState) {
  const lastReadAt = lastReadUnixMs === null ? null : new Date(lastReadUnixMs).toISOString();
  return { source, current, stale, missing, last_error: lastError, last_read_at: lastReadAt };
}

/** Whose price nobody knows. */
function inShort({ id, modelGroup, provider, providerModel }: Deployment) {
  return { id, model_name: modelGroup, model: `${provider}/${providerModel}` };
}

function describeSource(status: ConfigStatus | null) {
  if (status === null) return { source: null, last_error: null };
  const { source, publishedAtUnixMs, lastError } = status;
  return {
    source,
    published_at: publishedAtUnixMs > 0 ? new Date(publishedAtUnixMs).toISOString() : null,
    last_error: lastError || null,
  };
}
