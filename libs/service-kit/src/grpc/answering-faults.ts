import { isDatabaseFault } from '@gateway/storage';
import { GrpcFault } from './grpc-fault';

/** Runs a handler's work; what the database cannot do now becomes UNAVAILABLE, so that callers may try again. */
export async function answeringFaults<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (isDatabaseFault(error) && error.kind === 'unavailable') {
      throw new GrpcFault('UNAVAILABLE', 'the database is not available', undefined, { cause: error });
    }
    throw error;
  }
}
