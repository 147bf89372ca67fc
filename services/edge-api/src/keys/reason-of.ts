import { isGatewayException } from '@gateway/domain';
import { isGrpcFault } from '@gateway/service-kit';

/** Why one of several changes failed, for whoever asked for all of them. What is a fault of ours is thrown on. */
export function reasonOf(error: unknown): string {
  if (isGatewayException(error)) return error.detail.message;
  if (isGrpcFault(error) && error.code !== 'INTERNAL') return error.message;
  throw error;
}
