import { status } from '@grpc/grpc-js';

/** Codes that cross our gRPC borders, by gRPC's own names. */
export type GrpcFaultCode =
  | 'INVALID_ARGUMENT'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'PERMISSION_DENIED'
  | 'UNAUTHENTICATED'
  | 'FAILED_PRECONDITION'
  | 'RESOURCE_EXHAUSTED'
  | 'ABORTED'
  | 'CANCELLED'
  | 'DEADLINE_EXCEEDED'
  | 'UNAVAILABLE'
  | 'UNIMPLEMENTED'
  | 'INTERNAL';

const MARKER = Symbol.for('gateway.GrpcFault');

/** An expected failure of a call: thrown by handlers, and thrown again, equal, by clients. The message reaches callers. */
export class GrpcFault extends Error {
  readonly [MARKER] = true;
  constructor(
    readonly code: GrpcFaultCode,
    message: string,
    /** The request field at fault. */
    readonly field?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'GrpcFault';
  }
}

/** Recognised by marker, because `instanceof` fails across package copies. */
export function isGrpcFault(error: unknown): error is GrpcFault {
  return typeof error === 'object' && error !== null && MARKER in error;
}

export function grpcStatusOf(code: GrpcFaultCode): status {
  return status[code];
}

/** The code of a gRPC status number; statuses we never send (UNKNOWN, DATA_LOSS, …) count as INTERNAL. */
export function faultCodeOf(grpcStatus: number): GrpcFaultCode {
  const name = status[grpcStatus];
  return isFaultCode(name) ? name : 'INTERNAL';
}

const CODES: ReadonlySet<string> = new Set<GrpcFaultCode>([
  'INVALID_ARGUMENT',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'UNAUTHENTICATED',
  'FAILED_PRECONDITION',
  'RESOURCE_EXHAUSTED',
  'ABORTED',
  'CANCELLED',
  'DEADLINE_EXCEEDED',
  'UNAVAILABLE',
  'UNIMPLEMENTED',
  'INTERNAL',
]);

function isFaultCode(name: string | undefined): name is GrpcFaultCode {
  return name !== undefined && CODES.has(name);
}
