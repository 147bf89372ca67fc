import { type ConfigStatus, ConfigurationDefinition } from '@gateway/contracts';
import { bindGrpc, GrpcFault, type GrpcServiceBinding, INTERNAL_CALLERS } from '@gateway/service-kit';
import type { ConfigurationPublisher } from './configuration-publisher';
import type { FileWatcher } from './file-watcher';

/** The gRPC service `gateway.v1.Configuration`. */
export class ConfigurationRpc {
  constructor(
    private readonly publisher: Pick<ConfigurationPublisher, 'status'>,
    private readonly watcher: Pick<FileWatcher, 'refresh'>,
  ) {}

  async getStatus(): Promise<ConfigStatus> {
    return this.publisher.status();
  }

  /** A refused file is no failed call: the status says why in `lastError`. */
  async reload(): Promise<ConfigStatus> {
    try {
      await this.watcher.refresh();
    } catch {
      throw new GrpcFault('UNAVAILABLE', this.publisher.status().lastError || 'the configuration cannot be published');
    }
    return this.publisher.status();
  }

  binding(): GrpcServiceBinding {
    return bindGrpc(
      ConfigurationDefinition,
      { getStatus: () => this.getStatus(), reload: () => this.reload() },
      INTERNAL_CALLERS,
    );
  }
}
