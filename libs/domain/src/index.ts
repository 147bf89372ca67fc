export type { AccountDefaults, TeamDefaults, TeamPlaceDefault, UserDefaults } from './account-defaults';
export {
  ALERT_DEFAULTS,
  ALERT_KINDS,
  type AlertKind,
  type AlertSettings,
  type AlertWebhook,
  type AnomalySettings,
} from './alert-settings';
export { afterDuration, type BudgetPeriod, budgetPeriod, DURATION_FORM } from './budget-duration';
export { BUDGET_UNAVAILABLE, type BudgetExcess, budgetExceeded } from './budget-errors';
export type { BudgetClaim, BudgetHold, BudgetShortage, BudgetState } from './budget-hold';
export { type Budget, budgetsOf, hasBudget } from './budgets-of';
export type { ChatRequest, ResponseFormat, ToolChoice, ToolDefinition } from './chat-request';
export type { Citation, CitationSource, DocumentSource, SourceLocation } from './citation';
export {
  CLIENT_ACCESS_FIELDS,
  type ClientAccess,
  type ClientAccessField,
  type ClientAccessRule,
  refusedAccess,
} from './client-access';
export {
  type ConfiguredPrice,
  type ConfiguredRates,
  type ConfiguredTier,
  LISTED_PRICE_SOURCES,
  type ListedPrice,
  type ListedPriceSource,
  PRICED_SERVICE_TIERS,
  type PricedServiceTier,
  type TieredRates,
  TOKEN_RATES,
} from './configured-price';
export type {
  AudioPart,
  ContentPart,
  DocumentPart,
  ImagePart,
  Message,
  ReasoningPart,
  RefusalPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from './content';
export type { CallBudget, CostBound } from './cost-bound';
export type { Deployment, PriceTerms } from './deployment';
export type { EmbeddingEncoding, EmbeddingInput, EmbeddingsRequest } from './embeddings';
export { ERROR_TABLE, type ErrorCode, type ErrorRow } from './error-table';
export type { ExportSettings, LangfuseExport, S3Export } from './export-settings';
export { FAILURE_CLASSES, type FailureClass, type ProviderFailure } from './failure-class';
export type { FinishReason, UnifiedFinishReason } from './finish-reason';
export {
  errorFromFailure,
  type GatewayError,
  GatewayException,
  httpStatusOf,
  isGatewayException,
} from './gateway-error';
export { MASTER_KEY_HASH, MASTER_PRINCIPAL, type Principal, ROLES, type Role } from './identity';
export { isRecord } from './is-record';
export { loggableErrorReason, loggableFailureReason } from './loggable-reason';
export { MEMBER_PERMISSIONS, type MemberPermission, USUAL_PERMISSIONS } from './member-permissions';
export { MODEL_CAPABILITIES, type ModelCapabilities, type ModelCapability } from './model-capability';
export { formatUsd, NANO_USD_PER_USD, type NanoUsd } from './money';
export { nearestName } from './nearest-name';
export { ownEntry } from './own-entry';
export type { RerankDocument, RerankRequest } from './rerank';
export { ROUTING_DEFAULTS } from './routing-defaults';
export {
  type CircuitSettings,
  EXPERIMENT_GOALS,
  type Experiment,
  type ExperimentGoal,
  type ExperimentVariant,
  type FallbackTable,
  type RetryPolicy,
  type RoutingSettings,
} from './routing-settings';
export {
  AFFINITIES,
  type Affinity,
  CIRCUIT_STATES,
  type CircuitState,
  PRIORITIES,
  type Priority,
  ROUTING_POLICIES,
  ROUTING_STRATEGIES,
  type RoutingPolicyName,
  type RoutingStrategyName,
  type RoutingWishes,
} from './routing-words';
export { ShortLivedMap } from './short-lived-map';
export {
  ACCOUNT_KINDS,
  type AccountKind,
  type AccountScope,
  type BudgetWindow,
  type ModelBudget,
  type SpendRules,
} from './spend-rules';
export { StandStill } from './stand-still';
export type { StreamPart } from './stream-part';
export type { Likelihood, TokenLogprob } from './token-logprob';
export {
  estimateTokensFromBytes,
  NO_USAGE,
  type UnitPrices,
  USAGE_UNITS,
  type Usage,
  type UsageUnit,
  type UsageUnits,
} from './usage';
export {
  CHAT_WIRES,
  type ChatCallWire,
  type ChatWire,
  CLIENT_CHAT_WIRES,
  type ClientChatWire,
  type ClientWire,
  type CountOperation,
  isOperation,
  NATIVE_WIRE,
  OPERATIONS,
  type Operation,
  type StreamPacking,
} from './wire';
