import type { CounterFamily, GaugeFamily, HistogramFamily, Metrics } from './metric-families';
import { type Hop, METRICS } from './metric-names';

/** Milliseconds a model call takes: from a cached answer to a long reasoning run. */
const LATENCY_BUCKETS_MS = [
  5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000,
];
/** Milliseconds one hop takes: our own budget is around half a millisecond, a provider's first token around a second. */
const HOP_BUCKETS_MS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 25, 50, 100, 250, 1_000, 5_000, 30_000];

/** Requests answered, by how they ended: `status` is the HTTP status, `stream` is `true` or `false`. */
export function llmRequestsTotal(metrics: Metrics): CounterFamily<'model' | 'provider' | 'status' | 'stream'> {
  return metrics.counter({
    name: METRICS.llmRequestsTotal,
    help: 'Model calls answered, by model group, provider, HTTP status and streaming.',
    labels: ['model', 'provider', 'status', 'stream'],
  });
}

/** Milliseconds from the first byte read to the last byte written. */
export function llmLatencyMs(metrics: Metrics): HistogramFamily<'model' | 'provider'> {
  return metrics.histogram({
    name: METRICS.llmLatencyMs,
    help: 'Milliseconds from the first byte of the request to the last byte of the answer.',
    labels: ['model', 'provider'],
    buckets: LATENCY_BUCKETS_MS,
  });
}

export type TokenType = 'prompt' | 'completion' | 'cached_prompt' | 'cache_write' | 'reasoning';

/** Tokens as billed; `type` is a `TokenType`, where the last three are parts of the first two. */
export function llmTokensTotal(metrics: Metrics): CounterFamily<'model' | 'provider' | 'type'> {
  return metrics.counter({
    name: METRICS.llmTokensTotal,
    help: 'Tokens used, by kind; cached_prompt and cache_write are parts of prompt, reasoning is part of completion.',
    labels: ['model', 'provider', 'type'],
  });
}

/** US dollars spent. A counter for dashboards; the ledger has the exact amounts. */
export function llmCostUsdTotal(metrics: Metrics): CounterFamily<'model' | 'provider'> {
  return metrics.counter({
    name: METRICS.llmCostUsdTotal,
    help: 'US dollars spent at providers, approximate; the ledger is exact.',
    labels: ['model', 'provider'],
  });
}

/** Completion tokens that were delivered as a stream. */
export function llmStreamTokensTotal(metrics: Metrics): CounterFamily<'model' | 'provider'> {
  return metrics.counter({
    name: METRICS.llmStreamTokensTotal,
    help: 'Completion tokens delivered by streaming answers.',
    labels: ['model', 'provider'],
  });
}

/** Second calls beside a slow first one; `outcome` is `won`, `lost`, `failed`, `cancelled` or `not_started`. */
export function llmHedgedRequestsTotal(metrics: Metrics): CounterFamily<'model' | 'provider' | 'outcome'> {
  return metrics.counter({
    name: METRICS.llmHedgedRequestsTotal,
    help: 'Second calls to another deployment beside a slow first one, by what became of them.',
    labels: ['model', 'provider', 'outcome'],
  });
}

/** State of each deployment's circuit: 0 closed, 1 half-open, 2 open. */
export function llmCircuitBreakerState(metrics: Metrics): GaugeFamily<'deployment' | 'provider' | 'model'> {
  return metrics.gauge({
    name: METRICS.llmCircuitBreakerState,
    help: 'State of a deployment’s circuit breaker, as this router sees it: 0 closed, 1 half-open, 2 open.',
    labels: ['deployment', 'provider', 'model'],
  });
}

/** 1 for the variant that has all requests of an experiment, as this router has it; 0 for one that had them. */
export function gatewayExperimentWinner(metrics: Metrics): GaugeFamily<'experiment' | 'variant'> {
  return metrics.gauge({
    name: METRICS.gatewayExperimentWinner,
    help: 'Whether a variant has all requests of its experiment, as this router has it.',
    labels: ['experiment', 'variant'],
  });
}

/** Winners that this ledger has adopted, because the comparison said so. */
export function gatewayExperimentWinnersTotal(metrics: Metrics): CounterFamily<'experiment' | 'variant'> {
  return metrics.counter({
    name: METRICS.gatewayExperimentWinnersTotal,
    help: 'Winners of experiments that this ledger has adopted.',
    labels: ['experiment', 'variant'],
  });
}

/** Answers that workers began, by the way they took to the edge: `line` or `nats`. */
export function gatewayAnswersTotal(metrics: Metrics): CounterFamily<'way'> {
  return metrics.counter({
    name: METRICS.gatewayAnswersTotal,
    help: 'Answers begun by this worker: on a line to the edge, or over NATS.',
    labels: ['way'],
  });
}

/** Most calls of one model with one key that this worker has under way at once; `deployment` is the first that has them. */
export function gatewayConcurrencyLimit(metrics: Metrics): GaugeFamily<'provider' | 'deployment'> {
  return metrics.gauge({
    name: METRICS.gatewayConcurrencyLimit,
    help: 'Calls of a model with one key that this worker may have under way at once, as the provider lets it.',
    labels: ['provider', 'deployment'],
  });
}

/** Provider calls that were not made; `reason` says which limit of ours stood against them. */
export function gatewayCallsHeldBackTotal(metrics: Metrics): CounterFamily<'provider' | 'reason'> {
  return metrics.counter({
    name: METRICS.gatewayCallsHeldBackTotal,
    help: 'Provider calls that this worker did not make, by the limit that stood against it.',
    labels: ['provider', 'reason'],
  });
}

/** Requests that were refused by a limit of an account; `scope` says whose, `limit` which. */
export function gatewayRateLimitedTotal(metrics: Metrics): CounterFamily<'scope' | 'limit'> {
  return metrics.counter({
    name: METRICS.gatewayRateLimitedTotal,
    help: 'Requests refused by a limit of an account, by the kind of account and of limit.',
    labels: ['scope', 'limit'],
  });
}

/** Calls that were decided on by this process's share of a limit, since Redis did not answer. */
export function gatewayUnsharedLimitsTotal(metrics: Metrics): CounterFamily<never> {
  return metrics.counter<never>({
    name: METRICS.gatewayUnsharedLimitsTotal,
    help: 'Calls decided by the share of a limit that is this process’s, because Redis did not answer.',
    labels: [],
  });
}

/** Milliseconds of one hop of a request; `hop` is one of `HOPS`. */
export function gatewayHopMs(metrics: Metrics): HistogramFamily<'hop'> {
  return metrics.histogram<'hop'>({
    name: METRICS.gatewayHopMs,
    help: 'Milliseconds per hop of a request through the mesh.',
    labels: ['hop'],
    buckets: HOP_BUCKETS_MS,
  });
}

/** Errors answered to clients, by the code of the error table. */
export function gatewayErrorsTotal(metrics: Metrics): CounterFamily<'code'> {
  return metrics.counter({
    name: METRICS.gatewayErrorsTotal,
    help: 'Errors answered to clients, by error code.',
    labels: ['code'],
  });
}

/** Requests turned away because the edge had too much to do, by their priority. */
export function gatewayShedRequestsTotal(metrics: Metrics): CounterFamily<'priority'> {
  return metrics.counter({
    name: METRICS.gatewayShedRequestsTotal,
    help: 'Requests turned away because there was too much to do, by priority.',
    labels: ['priority'],
  });
}

/** How much an edge turns away: 0 nothing, 1 all of the lowest priority, 3 all but the critical. */
export function gatewaySheddingLevel(metrics: Metrics): GaugeFamily<never> {
  return metrics.gauge<never>({
    name: METRICS.gatewaySheddingLevel,
    help: 'Priorities whose requests this edge turns away, counted from the lowest; parts of one as a fraction.',
    labels: [],
  });
}

/** Responses that clients asked to have stored; `outcome` is `kept` or `failed`. */
export function gatewayStoredResponsesTotal(metrics: Metrics): CounterFamily<'outcome'> {
  return metrics.counter({
    name: METRICS.gatewayStoredResponsesTotal,
    help: 'Responses to be stored, by whether they were.',
    labels: ['outcome'],
  });
}

/** Batches that have ended, by their last status. */
export function gatewayBatchesTotal(metrics: Metrics): CounterFamily<'status'> {
  return metrics.counter({
    name: METRICS.gatewayBatchesTotal,
    help: 'Batches that have ended, by their last status.',
    labels: ['status'],
  });
}

/** Lines of batches that are done; `outcome` is `completed`, `failed` or `unanswered`. */
export function gatewayBatchLinesTotal(metrics: Metrics): CounterFamily<'outcome'> {
  return metrics.counter({
    name: METRICS.gatewayBatchLinesTotal,
    help: 'Lines of batches that are done, by what came of them.',
    labels: ['outcome'],
  });
}

/** Files that clients sent; `outcome` is `stored` or `failed`. */
export function gatewayFileUploadsTotal(metrics: Metrics): CounterFamily<'outcome'> {
  return metrics.counter({
    name: METRICS.gatewayFileUploadsTotal,
    help: 'Uploads of files, by whether they were stored.',
    labels: ['outcome'],
  });
}

/** Requests that are being worked on right now. */
export function gatewayInFlightRequests(metrics: Metrics): GaugeFamily<never> {
  return metrics.gauge<never>({
    name: METRICS.gatewayInFlightRequests,
    help: 'Requests in flight in this process.',
    labels: [],
  });
}

/** Number of the configuration version in force: the counter at the front of `GatewaySnapshot.version`. */
export function gatewayConfigVersion(metrics: Metrics): GaugeFamily<never> {
  return metrics.gauge<never>({
    name: METRICS.gatewayConfigVersion,
    help: 'Number of the configuration version in force; compare it across instances.',
    labels: [],
  });
}

/** Configuration versions that this process could not take. */
export function gatewayConfigRefusedTotal(metrics: Metrics): CounterFamily<never> {
  return metrics.counter<never>({
    name: METRICS.gatewayConfigRefusedTotal,
    help: 'Configuration versions refused; the last good one stayed in force.',
    labels: [],
  });
}

/** Contents of the price file that were not taken. */
export function gatewayPriceFileRefusedTotal(metrics: Metrics): CounterFamily<never> {
  return metrics.counter<never>({
    name: METRICS.gatewayPriceFileRefusedTotal,
    help: 'Contents of the price file that were refused; the last good prices stayed in force.',
    labels: [],
  });
}

/** Reads of secrets; `outcome` is `read`, `changed`, `absent` or `failed`. */
export function gatewaySecretReadsTotal(metrics: Metrics): CounterFamily<'source' | 'outcome'> {
  return metrics.counter({
    name: METRICS.gatewaySecretReadsTotal,
    help: 'Secrets read from managers and files: read, changed since the last time, absent, or failed.',
    labels: ['source', 'outcome'],
  });
}

/** Secrets this process uses; `state` is `current`, `stale` (the last value is used) or `missing`. */
export function gatewaySecrets(metrics: Metrics): GaugeFamily<'source' | 'state'> {
  return metrics.gauge({
    name: METRICS.gatewaySecrets,
    help: 'Secrets of managers and files that this process uses: current, stale (the last value is used), or missing.',
    labels: ['source', 'state'],
  });
}

/** One call per observation: `observeHop('overhead', 0.4)` costs a map look-up and a binary search. */
export function hopObserver(metrics: Metrics): (hop: Hop, milliseconds: number) => void {
  const family = gatewayHopMs(metrics);
  return (hop, milliseconds) => family.labelled({ hop }).observe(milliseconds);
}
