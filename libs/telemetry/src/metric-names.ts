/** Every metric the product exposes. Labels never hold a key, a user or a request id. */
export const METRICS = {
  llmRequestsTotal: 'llm_requests_total',
  llmLatencyMs: 'llm_latency_ms',
  llmTokensTotal: 'llm_tokens_total',
  llmCostUsdTotal: 'llm_cost_usd_total',
  llmStreamTokensTotal: 'llm_stream_tokens_total',
  llmCircuitBreakerState: 'llm_circuit_breaker_state',
  gatewayExperimentWinner: 'gateway_experiment_winner',
  gatewayExperimentWinnersTotal: 'gateway_experiment_winners_total',
  llmHedgedRequestsTotal: 'llm_hedged_requests_total',
  gatewayAnswersTotal: 'gateway_answers_total',
  gatewayConcurrencyLimit: 'gateway_concurrency_limit',
  gatewayCallsHeldBackTotal: 'gateway_calls_held_back_total',
  gatewayRateLimitedTotal: 'gateway_rate_limited_total',
  gatewayUnsharedLimitsTotal: 'gateway_unshared_limits_total',
  gatewayHopMs: 'gateway_hop_ms',
  gatewayErrorsTotal: 'gateway_errors_total',
  gatewayShedRequestsTotal: 'gateway_shed_requests_total',
  gatewaySheddingLevel: 'gateway_shedding_level',
  gatewayStoredResponsesTotal: 'gateway_stored_responses_total',
  gatewayBatchesTotal: 'gateway_batches_total',
  gatewayBatchLinesTotal: 'gateway_batch_lines_total',
  gatewayFileUploadsTotal: 'gateway_file_uploads_total',
  gatewayInFlightRequests: 'gateway_in_flight_requests',
  gatewayConfigVersion: 'gateway_config_version',
  gatewayConfigRefusedTotal: 'gateway_config_refused_total',
  gatewayPriceFileRefusedTotal: 'gateway_price_file_refused_total',
  gatewaySecretReadsTotal: 'gateway_secret_reads_total',
  gatewaySecrets: 'gateway_secrets',
} as const;

/** Values of the label `hop` of `gateway_hop_ms`. */
export const HOPS = [
  'edge_queue', // first byte read → envelope published
  'edge_to_router',
  'router_plan',
  'edge_to_worker', // envelope published → a worker has it
  'worker_to_provider_first_token',
  'worker_to_edge', // frame published → written to the client
  'overhead', // everything that was not the provider
  'usage_to_ledger',
] as const;
export type Hop = (typeof HOPS)[number];
