import {
  type ConfigHistory,
  type ConfigStatus,
  ConfigurationDefinition,
  type ReloadConfigRequest,
  type RollbackConfigRequest,
} from '@gateway/contracts';
import { bindGrpc, GrpcFault, type GrpcServiceBinding, INTERNAL_CALLERS } from '@gateway/service-kit';
import type { ConfigurationPublisher } from './configuration-publisher';
import { describeRollOut, describeVersion } from './roll-out/describe-roll-out';
import type { RollOut } from './roll-out/roll-out';
import { UnknownVersion } from './roll-out/version-writer';
import type { ConfigurationSource } from './sources/configuration-source';

export interface ConfigurationRpcPorts {
  readonly publisher: Pick<ConfigurationPublisher, 'lastError' | 'rollBack' | 'source'>;
  readonly rollOut: Pick<RollOut, 'state' | 'instances'>;
  readonly watcher: Pick<ConfigurationSource, 'refresh' | 'status'>;
  /** Null where there is none. */
  readonly priceFile: { readonly source: string; lastError(): string } | null;
}

/** The gRPC service `gateway.v1.Configuration`. */
export class ConfigurationRpc {
  constructor(private readonly ports: ConfigurationRpcPorts) {}

  async getStatus(): Promise<ConfigStatus> {
    const { publisher, rollOut, priceFile, watcher } = this.ports;
    const source = watcher.status();
    const { inForce } = rollOut.state;
    return {
      version: inForce?.version ?? '',
      source: inForce?.source ?? publisher.source,
      publishedAtUnixMs: inForce?.publishedAtUnixMs ?? 0,
      lastError: publisher.lastError,
      sourceTag: source.tag,
      sourceSeenAtUnixMs: source.seenAtUnixMs,
      sourceAwaySinceUnixMs: source.awaySinceUnixMs,
      sourceAwayReason: source.awayReason,
      sourceStale: source.stale,
      priceSource: priceFile?.source ?? '',
      priceLastError: priceFile?.lastError() ?? '',
      ...describeRollOut(rollOut.state, rollOut.instances()),
    };
  }

  /** A refused file is no failed call: the status says why in `lastError`. */
  async reload(_request: ReloadConfigRequest): Promise<ConfigStatus> {
    try {
      await this.ports.watcher.refresh();
    } catch {
      throw this.unavailable();
    }
    return this.getStatus();
  }

  async getHistory(): Promise<ConfigHistory> {
    return { versions: this.ports.rollOut.state.history.map(describeVersion) };
  }

  async rollback({ version }: RollbackConfigRequest): Promise<ConfigStatus> {
    try {
      await this.ports.publisher.rollBack(version);
    } catch (error) {
      if (error instanceof UnknownVersion) throw new GrpcFault('NOT_FOUND', error.message, 'version');
      throw this.unavailable();
    }
    const { lastError } = this.ports.publisher;
    if (lastError !== '') throw new GrpcFault('FAILED_PRECONDITION', lastError, 'version');
    return this.getStatus();
  }

  binding(): GrpcServiceBinding {
    return bindGrpc(
      ConfigurationDefinition,
      {
        getStatus: () => this.getStatus(),
        reload: (request) => this.reload(request),
        getHistory: () => this.getHistory(),
        rollback: (request) => this.rollback(request),
      },
      INTERNAL_CALLERS,
    );
  }

  private unavailable(): GrpcFault {
    return new GrpcFault('UNAVAILABLE', this.ports.publisher.lastError || 'the configuration cannot be published');
  }
}
