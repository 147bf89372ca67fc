import type { Deployment } from '@gateway/domain';

/** How requests are routed, from `router_settings` and `litellm_settings`. Times in milliseconds. */
export interface RoutingSettings {
  readonly strategy: 'simple-shuffle';
  /** Calls after the first one, per deployment. */
  readonly numRetries: number;
  readonly retryAfterMs: number;
  /** Whole request, from the first byte read. */
  readonly requestTimeoutMs: number;
  /** To the first content of one attempt, for requests that do not stream and do. */
  readonly firstTokenTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** Model group → groups to try after it, in order. */
  readonly fallbacks: Readonly<Record<string, readonly string[]>>;
  readonly defaultFallbacks: readonly string[];
  readonly maxFallbacks: number;
  readonly dropParams: boolean;
}

/** One validated version of the configuration; immutable, applied as a whole or not at all. */
export interface GatewaySnapshot {
  /** `<counter>-<first 12 hex digits of the content's SHA-256>`; the counter only grows. */
  readonly version: string;
  readonly publishedAtUnixMs: number;
  /** Where it came from, for people: a file path. */
  readonly source: string;
  readonly deployments: readonly Deployment[];
  /** `model_group_alias`: what the client says → model group. */
  readonly aliases: Readonly<Record<string, string>>;
  readonly routing: RoutingSettings;
  /** Largest request body the edge takes, in bytes. */
  readonly maxBodyBytes: number;
}
