import type {
  DeleteKeysReply,
  DeleteKeysRequest,
  GenerateKeyReply,
  GenerateKeyRequest,
  GetKeyRequest,
  ListSpendLogsReply,
  ListSpendLogsRequest,
  SpendByKeyReply,
  SpendByKeyRequest,
  VirtualKey,
} from '@gateway/contracts';

/** The ledger's gRPC services as the edge uses them. */
export interface LedgerClient {
  readonly accounts: {
    generateKey(request: GenerateKeyRequest): Promise<GenerateKeyReply>;
    getKey(request: GetKeyRequest): Promise<VirtualKey>;
    deleteKeys(request: DeleteKeysRequest): Promise<DeleteKeysReply>;
  };
  readonly ledger: {
    listSpendLogs(request: ListSpendLogsRequest): Promise<ListSpendLogsReply>;
    spendByKey(request: SpendByKeyRequest): Promise<SpendByKeyReply>;
  };
}

export const LEDGER_CLIENT = Symbol('LEDGER_CLIENT');
