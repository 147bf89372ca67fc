import type { Metadata } from '@grpc/grpc-js';

/** Who may call a handler. Every bound service names one; there is no default. */
export interface CallerPolicy {
  readonly name: string;
  allows(call: { readonly peer: string; readonly metadata: Metadata }): boolean;
}

/**
 * Other services of the mesh. The gRPC ports are not reachable from outside (loopback locally, the network policy in a
 * cluster), so whoever gets through is one of them.
 */
export const INTERNAL_CALLERS: CallerPolicy = Object.freeze({ name: 'internal', allows: () => true });
