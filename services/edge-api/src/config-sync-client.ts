import type {
  ConfigHistory,
  ConfigStatus,
  Credential,
  CredentialWrite,
  DeleteModelRequest,
  GetCredentialRequest,
  ListCredentialsReply,
  ListPricesReply,
  ModelChange,
  ModelWrite,
  PriceVersion,
  PriceWrite,
  RollbackConfigRequest,
} from '@gateway/contracts';
import { GatewayException } from '@gateway/domain';

/** config-sync's gRPC services as the edge uses them. */
export interface ConfigSyncClient {
  readonly configuration: {
    getStatus(request: object): Promise<ConfigStatus>;
    reload(request: object): Promise<ConfigStatus>;
    getHistory(request: object): Promise<ConfigHistory>;
    rollback(request: RollbackConfigRequest): Promise<ConfigStatus>;
  };
  readonly credentials: {
    createCredential(request: CredentialWrite): Promise<Credential>;
    updateCredential(request: CredentialWrite): Promise<Credential>;
    listCredentials(request: object): Promise<ListCredentialsReply>;
    getCredential(request: GetCredentialRequest): Promise<Credential>;
    deleteCredential(request: GetCredentialRequest): Promise<Credential>;
  };
  readonly models: {
    createModel(request: ModelWrite): Promise<ModelChange>;
    updateModel(request: ModelWrite): Promise<ModelChange>;
    deleteModel(request: DeleteModelRequest): Promise<ModelChange>;
  };
  readonly prices: {
    listPrices(request: object): Promise<ListPricesReply>;
    putPrice(request: PriceWrite): Promise<PriceVersion>;
    deletePrice(request: PriceWrite): Promise<PriceVersion>;
    getPriceHistory(request: PriceWrite): Promise<ListPricesReply>;
  };
}

export const CONFIG_SYNC_CLIENT = Symbol('CONFIG_SYNC_CLIENT');

/** @throws GatewayException where this edge was not told where config-sync is. */
export function askConfigSync(client: ConfigSyncClient | null): ConfigSyncClient {
  if (client) return client;
  throw new GatewayException({
    code: 'not_found',
    message: 'This edge does not know config-sync: set LLM_GATEWAY_CONFIG_SYNC_URL to its gRPC address.',
  });
}
