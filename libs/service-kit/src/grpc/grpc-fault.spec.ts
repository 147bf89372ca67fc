import { ERROR_TABLE, type ErrorCode, GatewayException, httpStatusOf } from '@gateway/domain';
import { errorFromFault, faultFromException } from './fault-from-exception';
import { faultCodeOf, GrpcFault, type GrpcFaultCode, grpcStatusOf, isGrpcFault } from './grpc-fault';

const CODES: readonly GrpcFaultCode[] = [
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
];

describe('GrpcFault', () => {
  it.each(CODES)('%s keeps its code on the way through a gRPC status', (code) => {
    expect(faultCodeOf(grpcStatusOf(code))).toBe(code);
  });

  it('reads statuses that are not ours as INTERNAL', () => {
    expect([2, 15, 99, -1].map(faultCodeOf)).toEqual(['INTERNAL', 'INTERNAL', 'INTERNAL', 'INTERNAL']);
  });

  it('is recognised by marker, also from another copy of the package', () => {
    const copy = Object.assign(new Error('x'), { [Symbol.for('gateway.GrpcFault')]: true });
    expect([
      isGrpcFault(new GrpcFault('NOT_FOUND', 'x')),
      isGrpcFault(copy),
      isGrpcFault(new Error('x')),
      isGrpcFault(null),
    ]).toEqual([true, true, false, false]);
  });

  it('a client error of the table never becomes a server fault on its way over gRPC and back, nor the reverse', () => {
    for (const code of Object.keys(ERROR_TABLE) as ErrorCode[]) {
      const before = ERROR_TABLE[code].httpStatus;
      const after = httpStatusOf(errorFromFault(faultFromException(new GatewayException({ code, message: 'm' }))));
      // 401 is between a client and the edge; 408 and 499 say that nobody waits any more.
      if ([401, 408, 499].includes(before)) continue;
      expect(`${code} ${Math.floor(after / 100)}`).toBe(`${code} ${Math.floor(before / 100)}`);
    }
  });
});
