export { type AnswerCost, addCosts, NO_COST } from './answer-cost';
export {
  type AttemptOutcome,
  decodeOutcomeBatch,
  encodeOutcomeBatch,
  type OutcomeBatch,
} from './attempt-outcome';
export { BODY_PIECE_BYTES, type BodyOffer, INLINE_BODY_BYTES } from './body-transfer';
export { type CircuitHold, type CircuitReport, type CircuitsReport, reasonOfHold } from './circuit-report';
export {
  CONFIGURATION_KEY,
  type ConfigurationChanges,
  type ConfigurationState,
  type ConfigurationVersion,
  counterOf,
  INSTANCE_TTL_MS,
  type InstanceReport,
  NO_CONFIGURATION,
  type RefusedConfiguration,
} from './configuration-state';
export type { EndFrame } from './end-frame';
export {
  type BodySpans,
  decodeEnvelope,
  type Envelope,
  type EnvelopePrincipal,
  encodeEnvelope,
  encodeHandOver,
  type HandedOver,
  type RequestEnvelope,
  type RequestSummary,
  replaceSlip,
  type SealedEnvelope,
} from './envelope';
export { type ExperimentWinner, isInForce } from './experiment-winner';
export { EVERYBODY, FILE_PIECE_BYTES } from './file-piece';
export {
  decodeFrames,
  type ErrorFrame,
  type Frame,
  FrameBatch,
  type HeartbeatFrame,
  type PartEncoding,
  type StartFrame,
} from './frames';
export {
  AccountsDefinition,
  type DeleteKeysReply,
  type DeleteKeysRequest,
  type GenerateKeyReply,
  type GenerateKeyRequest,
  type GetKeyRequest,
  KeySettings,
  type Texts,
  type VirtualKey,
} from './generated/gateway/v1/accounts';
export type { Actor } from './generated/gateway/v1/actor';
export {
  type Alert,
  type AlertDelivery,
  AlertsDefinition,
  type ListAlertsReply,
  type ListAlertsRequest,
  type RaiseTestAlertRequest,
} from './generated/gateway/v1/alerts';
export {
  AuditDefinition,
  type AuditEntry,
  type GetAuditEntryRequest,
  type ListAuditEntriesReply,
  type ListAuditEntriesRequest,
} from './generated/gateway/v1/audit';
export {
  type Batch,
  BatchesDefinition,
  BatchFile,
  type BatchLease,
  type BatchProgress,
  type BatchStanding,
  BatchWorkDefinition,
  type BeginBatchWorkRequest,
  type BeginFinalizingRequest,
  type CancelBatchRequest,
  type CommitResultsRequest,
  type CreateBatchRequest,
  type EndBatchRequest,
  type GetBatchRequest,
  type LeaseBatchReply,
  type LeaseBatchRequest,
  type LeasedBatch,
  type ListBatchesReply,
  type ListBatchesRequest,
  type PutResultPieceReply,
  type PutResultPieceRequest,
  type ReadBatchPieceRequest,
  type ReleaseLeaseReply,
  type RenewLeaseRequest,
} from './generated/gateway/v1/batches';
export {
  type ConfigHistory,
  type ConfigInstance,
  type ConfigStatus,
  ConfigurationDefinition,
  type ConfigVersion,
  type ReloadConfigRequest,
  type RollbackConfigRequest,
} from './generated/gateway/v1/config';
export {
  type Credential,
  CredentialsDefinition,
  type CredentialWrite,
  type GetCredentialRequest,
  type ListCredentialsReply,
} from './generated/gateway/v1/credentials';
export {
  type AddMembersRequest,
  type CustomerStanding,
  type DeleteEntriesReply,
  type DeleteEntriesRequest,
  DirectoryDefinition,
  type Entry,
  type FindCustomerRequest,
  type GetEntryRequest,
  type ListEntriesReply,
  type ListEntriesRequest,
  type ListMembersReply,
  type ListMembersRequest,
  type RemoveMembersRequest,
  type TeamMember,
  TeamMembersDefinition,
  type UpdateMemberRequest,
  type WriteEntryRequest,
} from './generated/gateway/v1/directory';
export {
  type BlockFigures,
  type ExperimentFigures,
  ExperimentsDefinition,
  type GetExperimentFiguresRequest,
  type GiveFeedbackReply,
  type GiveFeedbackRequest,
  type TimeBin,
  type VariantFigures,
} from './generated/gateway/v1/experiments';
export {
  type CreateFileReply,
  type CreateFileRequest,
  type DeleteFileReply,
  type DeleteFileRequest,
  type FilePiece,
  type FinishFileRequest,
  type GetFileRequest,
  type ListFilesReply,
  type ListFilesRequest,
  type PutFilePieceReply,
  type PutFilePieceRequest,
  type ReadFilePieceRequest,
  type StoredFile,
  StoredFilesDefinition,
} from './generated/gateway/v1/files';
export {
  type FindKeysReply,
  type FindKeysRequest,
  KeysDefinition,
  type ListKeysReply,
  type ListKeysRequest,
  type RegenerateKeyRequest,
  type ResetKeySpendRequest,
  type UpdateKeyRequest,
} from './generated/gateway/v1/keys';
export {
  type AttemptLog,
  type KeySpend,
  LedgerDefinition,
  type ListSpendLogsReply,
  type ListSpendLogsRequest,
  type SpendByKeyReply,
  type SpendByKeyRequest,
  type SpendLog,
} from './generated/gateway/v1/ledger';
export {
  type DeleteModelRequest,
  type ModelChange,
  ModelsDefinition,
  type ModelWrite,
} from './generated/gateway/v1/models';
export {
  type ListPricesReply,
  PricesDefinition,
  type PriceVersion,
  type PriceWrite,
} from './generated/gateway/v1/prices';
export {
  type PageSpendLogsReply,
  type PageSpendLogsRequest,
  type SpendFilter,
  SpendReportsDefinition,
  type SpendSum,
  type SumSpendReply,
  type SumSpendRequest,
} from './generated/gateway/v1/reports';
export {
  type DeleteResponseReply,
  type DeleteResponseRequest,
  type GetResponsesReply,
  type GetResponsesRequest,
  type PutResponseReply,
  type PutResponseRequest,
  type StoredResponse,
  StoredResponsesDefinition,
} from './generated/gateway/v1/responses';
export {
  type ExplainedDeployment,
  type ExplainedError,
  type ExplainedStep,
  ExplainReply,
  type ExplainRequest,
  RoutingDefinition,
} from './generated/gateway/v1/routing';
export { decodeKeyAccess, type KeyAccess, PLAIN_ACCESS } from './key-access';
export type { KeysChanged } from './key-change';
export { decodeKeyMirror, encodeKeyMirror, type KeyMirror, keyMirrorName } from './key-mirror';
export {
  type AttemptNote,
  DETOUR_CAUSES,
  type DetourCause,
  EXPERIMENT_BLOCKS,
  type RoutingSlip,
  type SlipStep,
  type VariantTicket,
} from './routing-slip';
export {
  type CancelReason,
  CREDIT_WINDOW_BYTES,
  CREDIT_WINDOW_MESSAGES,
  decodeStreamControl,
  encodeStreamControl,
  type StreamControl,
} from './stream-control';
export { type Subjects, subjects, subjectToken } from './subjects';
export {
  type AttemptCharge,
  type AttemptRecord,
  decodeUsageEvents,
  encodeUsageEvents,
  type RequestRecord,
  type UsageEvent,
} from './usage-event';
export { type SecretSourceState, WORKER_PRESENCE_TTL_MS, type WorkerPresence } from './worker-presence';
