import type { BatchWorkDefinition } from '@gateway/contracts';
import { type GrpcClient, isGrpcFault } from '@gateway/service-kit';

/** The ledger's `BatchWork` as the edge uses it. */
export type BatchWorkClient = Omit<GrpcClient<typeof BatchWorkDefinition>, 'close'>;

/** Whether the ledger, or its database, is merely away. */
export function isAway(error: unknown): boolean {
  return isGrpcFault(error) && (error.code === 'UNAVAILABLE' || error.code === 'DEADLINE_EXCEEDED');
}
