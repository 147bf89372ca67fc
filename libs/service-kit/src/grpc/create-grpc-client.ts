import type { Logger } from '@gateway/telemetry';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { type UntypedMethod, untypedMethod } from './grpc-codec';
import type { GrpcDefinition, RequestInput, ResponseOf } from './grpc-definition';
import { faultCodeOf, GrpcFault } from './grpc-fault';
import { FAULT_FIELD_HEADER, TRACEPARENT_HEADER } from './grpc-headers';
import { quietGrpc } from './quiet-grpc';

export interface GrpcClientOptions {
  /** For calls that do not say otherwise. */
  readonly deadlineMs: number;
  readonly logger: Logger;
}

export interface GrpcCallOptions {
  /** `span.traceparent` of the caller, so that the trace goes on. */
  readonly traceparent?: string;
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

/** A typed client: one function per method, each rejecting with `GrpcFault` only. */
export type GrpcClient<Definition extends GrpcDefinition> = {
  readonly [Name in keyof Definition['methods']]: (
    request: RequestInput<Definition['methods'][Name]>,
    options?: GrpcCallOptions,
  ) => Promise<ResponseOf<Definition['methods'][Name]>>;
} & {
  /** Ends the connection; calls in flight fail. */
  readonly close: () => void;
};

/** Pings find a server that hangs without closing its socket; the backoff keeps a restart of the server short. */
const CHANNEL = {
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.min_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2_000,
};

/**
 * A client for `definition` at `address` (`host:port`). Connects when first used and reconnects by itself.
 * The connection is not encrypted: services talk inside one trust boundary.
 */
export function createGrpcClient<Definition extends GrpcDefinition>(
  definition: Definition,
  address: string,
  options: GrpcClientOptions,
): GrpcClient<Definition> {
  quietGrpc();
  const channel = new Client(address, credentials.createInsecure(), CHANNEL);
  const calls = Object.entries(definition.methods).map(([name, method]) => {
    const untyped = untypedMethod(definition, method);
    return [
      name,
      (request: unknown, call: GrpcCallOptions = {}) => unaryCall(channel, untyped, { request, call, options }),
    ];
  });
  return { ...Object.fromEntries(calls), close: () => channel.close() } as GrpcClient<Definition>;
}

interface UnaryCallInput {
  readonly request: unknown;
  readonly call: GrpcCallOptions;
  readonly options: GrpcClientOptions;
}

function unaryCall(channel: Client, method: UntypedMethod, input: UnaryCallInput): Promise<unknown> {
  const { request, call, options } = input;
  if (call.signal?.aborted) return Promise.reject(new GrpcFault('CANCELLED', 'the caller gave up'));
  const metadata = new Metadata();
  if (call.traceparent !== undefined) metadata.set(TRACEPARENT_HEADER, call.traceparent);
  const deadline = Date.now() + (call.deadlineMs ?? options.deadlineMs);
  return new Promise((resolve, reject) => {
    const running = channel.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      metadata,
      { deadline },
      (error: ServiceError | null, response?: unknown) => {
        call.signal?.removeEventListener('abort', cancel);
        if (error === null) return resolve(response);
        const fault = faultFromServiceError(error);
        if (fault.code === 'INTERNAL')
          options.logger.warn({ error, rpc: method.path }, 'gRPC call failed unexpectedly');
        reject(fault);
      },
    );
    const cancel = () => running.cancel();
    call.signal?.addEventListener('abort', cancel, { once: true });
  });
}

function faultFromServiceError(error: ServiceError): GrpcFault {
  const field = error.metadata?.get(FAULT_FIELD_HEADER)[0];
  return new GrpcFault(
    faultCodeOf(error.code),
    error.details,
    typeof field === 'string' ? decodeURIComponent(field) : undefined,
    { cause: error },
  );
}
