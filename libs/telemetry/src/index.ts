export { ATTRIBUTES, OPERATIONS } from './attribute-names';
export { type CleanError, cleanError } from './clean-error';
export { cleanFields } from './clean-fields';
export { cleanText, MAX_FIELD_BYTES } from './clean-text';
export { createLogger, type LoggerOptions } from './create-logger';
export { createMetrics } from './create-metrics';
export { createTracing, type TracingOptions } from './create-tracing';
export {
  gatewayAnswersTotal,
  gatewayBatchesTotal,
  gatewayBatchLinesTotal,
  gatewayCallsHeldBackTotal,
  gatewayConcurrencyLimit,
  gatewayConfigRefusedTotal,
  gatewayConfigVersion,
  gatewayErrorsTotal,
  gatewayExperimentWinner,
  gatewayExperimentWinnersTotal,
  gatewayFileUploadsTotal,
  gatewayHopMs,
  gatewayInFlightRequests,
  gatewayPriceFileRefusedTotal,
  gatewayRateLimitedTotal,
  gatewaySecretReadsTotal,
  gatewaySecrets,
  gatewaySheddingLevel,
  gatewayShedRequestsTotal,
  gatewayStoredResponsesTotal,
  gatewayUnsharedLimitsTotal,
  hopObserver,
  llmCircuitBreakerState,
  llmCostUsdTotal,
  llmHedgedRequestsTotal,
  llmLatencyMs,
  llmRequestsTotal,
  llmStreamTokensTotal,
  llmTokensTotal,
  type TokenType,
} from './gateway-metrics';
export { LOG_LEVELS, type LogFields, type Logger, type LogLevel, type RootLogger } from './logger';
export type { CounterCell, GaugeCell, HistogramCell } from './metric-cells';
export type {
  CounterFamily,
  Family,
  GaugeFamily,
  HistogramDefinition,
  HistogramFamily,
  Labels,
  MetricDefinition,
  Metrics,
} from './metric-families';
export { HOPS, type Hop, METRICS } from './metric-names';
export { preciseUnixMs } from './precise-unix-ms';
export { REDACTED, redactText } from './redact-text';
export { SILENT_LOGGER } from './silent-logger';
export { formatTraceparent, newSpanId, newTraceId, parseTraceparent, type TraceParent } from './traceparent';
export type { GatewaySpan, SpanAttributes, SpanAttributeValue, SpanKind, SpanOptions, Tracing } from './tracing';
