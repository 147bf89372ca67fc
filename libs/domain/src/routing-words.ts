/** Strategies of `router_settings.routing_strategy`, in LiteLLM's words. */
export const ROUTING_STRATEGIES = [
  'simple-shuffle',
  'least-busy',
  'latency-based-routing',
  'cost-based-routing',
  'usage-based-routing',
] as const;
export type RoutingStrategyName = (typeof ROUTING_STRATEGIES)[number];

/** What a request, or the configuration for all of them, prefers over the strategy. */
export const ROUTING_POLICIES = [
  'low_cost', // the cheapest that can serve
  'prefer_low_cost', // the strategy's choice among those that cost hardly more than the cheapest
  'high_quality', // the best, as `model_info.quality` says
] as const;
export type RoutingPolicyName = (typeof ROUTING_POLICIES)[number];

/** How much it matters that a request is served now, most first. Overload sheds from the end. */
export const PRIORITIES = ['critical', 'interactive', 'default', 'batch'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** What keeps requests that belong together on one deployment while it can serve. */
export const AFFINITIES = ['session', 'key', 'prompt-cache'] as const;
export type Affinity = (typeof AFFINITIES)[number];

/** State of a deployment's circuit breaker. */
export const CIRCUIT_STATES = ['closed', 'half-open', 'open'] as const;
export type CircuitState = (typeof CIRCUIT_STATES)[number];

/**
 * What one request asks of routing, over what the configuration says; from body fields and headers meant for the
 * gateway. Times in milliseconds, money in nano-USD.
 */
export interface RoutingWishes {
  /** Only deployments with these tags. */
  readonly tags?: readonly string[];
  /** Model groups to try after the one asked for, instead of the configured ones. */
  readonly fallbacks?: readonly string[];
  readonly disableFallbacks?: boolean;
  readonly numRetries?: number;
  /** To the first content of one attempt. */
  readonly timeoutMs?: number;
  /** The same for streams; wins there. */
  readonly streamTimeoutMs?: number;
  /** Most that all attempts together may cost. */
  readonly maxCostNanoUsd?: number;
  readonly policy?: RoutingPolicyName;
  /** What the request is for, e.g. `code`: deployments that name task types are then preferred by them. */
  readonly taskType?: string;
  readonly region?: string;
  /** Only deployments of this version of their model. */
  readonly modelVersion?: string;
  /** Requests with the same one stay on one deployment while it can serve. */
  readonly sessionId?: string;
  /** Hash of the part of the prompt that a provider's prompt cache may hold. */
  readonly promptCacheKey?: string;
  readonly priority?: Priority;
}
