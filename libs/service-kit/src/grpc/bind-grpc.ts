import { isGatewayException } from '@gateway/domain';
import { ATTRIBUTES, type GatewaySpan, type Logger, type Tracing } from '@gateway/telemetry';
import {
  Metadata,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { CallerPolicy } from './caller-policy';
import { faultFromException } from './fault-from-exception';
import { untypedMethod } from './grpc-codec';
import type { GrpcDefinition, RequestOf, ResponseInput } from './grpc-definition';
import { GrpcFault, grpcStatusOf, isGrpcFault } from './grpc-fault';
import { FAULT_FIELD_HEADER, TRACEPARENT_HEADER } from './grpc-headers';

/** What a handler knows of its call besides the request. */
export interface GrpcCall {
  readonly span: GatewaySpan;
  /** Absolute, from the caller's deadline; infinite when it set none. */
  readonly deadlineUnixMs: number;
  /** Aborted when the caller gave up. */
  readonly signal: AbortSignal;
}

/** One asynchronous function per method of the definition. Throw `GrpcFault` for what the caller may know. */
export type GrpcImplementation<Definition extends GrpcDefinition> = {
  readonly [Name in keyof Definition['methods']]: (
    request: RequestOf<Definition['methods'][Name]>,
    call: GrpcCall,
  ) => Promise<ResponseInput<Definition['methods'][Name]>>;
};

export interface GrpcBindingParts {
  readonly logger: Logger;
  readonly tracing: Tracing;
}

/** A service ready to be added to a gRPC server. */
export interface GrpcServiceBinding {
  readonly name: string;
  readonly callers: CallerPolicy;
  service(): ServiceDefinition;
  handlers(parts: GrpcBindingParts): UntypedServiceImplementation;
}

type AnyHandler = (request: unknown, call: GrpcCall) => Promise<unknown>;

/** Joins a generated definition and its implementation; `callers` says who may call it. */
export function bindGrpc<Definition extends GrpcDefinition>(
  definition: Definition,
  implementation: GrpcImplementation<Definition>,
  callers: CallerPolicy,
): GrpcServiceBinding {
  const methods = Object.entries(definition.methods);
  return {
    name: definition.fullName,
    callers,
    service: () => Object.fromEntries(methods.map(([name, method]) => [name, untypedMethod(definition, method)])),
    handlers: (parts) =>
      Object.fromEntries(
        methods.map(([name, method]) => {
          // Called on the implementation, which may be a class instance.
          const handler: AnyHandler = (request, call) =>
            (implementation as unknown as Record<string, AnyHandler>)[name]!(request, call);
          return [
            name,
            unaryHandler(handler, { ...parts, callers, service: definition.fullName, method: method.name }),
          ];
        }),
      ),
  };
}

interface HandlerParts extends GrpcBindingParts {
  readonly callers: CallerPolicy;
  readonly service: string;
  readonly method: string;
}

function unaryHandler(handler: AnyHandler, parts: HandlerParts) {
  return (call: ServerUnaryCall<unknown, unknown>, respond: sendUnaryData<unknown>): void => {
    const span = startServerSpan(call, parts);
    const abort = new AbortController();
    call.on('cancelled', () => abort.abort());
    const context: GrpcCall = { span, deadlineUnixMs: deadlineOf(call), signal: abort.signal };
    answer(handler, call, context, parts)
      .then((response) => respond(null, response))
      .catch((thrown: unknown) => {
        const fault = faultOf(thrown, span, parts);
        span.setError(fault.code);
        const metadata = new Metadata();
        if (fault.field !== undefined) metadata.set(FAULT_FIELD_HEADER, encodeURIComponent(fault.field));
        respond({ code: grpcStatusOf(fault.code), details: fault.message, metadata });
      })
      .finally(() => span.end());
  };
}

async function answer(
  handler: AnyHandler,
  call: ServerUnaryCall<unknown, unknown>,
  context: GrpcCall,
  parts: HandlerParts,
): Promise<unknown> {
  if (!parts.callers.allows({ peer: call.getPeer(), metadata: call.metadata })) {
    throw new GrpcFault('PERMISSION_DENIED', `${parts.service} is for ${parts.callers.name} callers only`);
  }
  const response = await handler(call.request, context);
  if (typeof response !== 'object' || response === null) throw new TypeError('the handler returned no message');
  return response;
}

function startServerSpan(call: ServerUnaryCall<unknown, unknown>, parts: HandlerParts): GatewaySpan {
  const parent = call.metadata.get(TRACEPARENT_HEADER)[0];
  return parts.tracing.startSpan(`${parts.service}/${parts.method}`, {
    kind: 'server',
    ...(typeof parent === 'string' && { parent }),
    attributes: {
      [ATTRIBUTES.rpcSystem]: 'grpc',
      [ATTRIBUTES.rpcService]: parts.service,
      [ATTRIBUTES.rpcMethod]: parts.method,
    },
  });
}

function deadlineOf(call: ServerUnaryCall<unknown, unknown>): number {
  const deadline = call.getDeadline();
  return typeof deadline === 'number' ? deadline : deadline.getTime();
}

/** What the caller is told; anything unexpected stays in our log. */
function faultOf(thrown: unknown, span: GatewaySpan, parts: HandlerParts): GrpcFault {
  if (isGrpcFault(thrown)) return thrown;
  if (isGatewayException(thrown)) return faultFromException(thrown);
  parts.logger.error(
    { error: thrown, rpc: `${parts.service}/${parts.method}`, ...span.logFields },
    'gRPC handler failed unexpectedly',
  );
  return new GrpcFault('INTERNAL', 'internal error');
}
