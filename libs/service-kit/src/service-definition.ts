import type { Environment, ServiceName } from '@gateway/config';
import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyServerOptions } from 'fastify';
import type { GrpcServiceBinding } from './grpc/bind-grpc';
import type { ServiceContext } from './service-context';

/** Options of the Fastify instance: limits, timeouts, `genReqId`. Those of `ServiceFastifyAdapter` are the defaults. */
export type FastifyOptions = FastifyServerOptions;

type Awaitable<Value> = Value | Promise<Value>;

/** Everything that makes one service different from the others. */
export interface ServiceDefinition<Service extends ServiceName> {
  readonly name: Service;
  /** The service's Nest module. Connections are opened here and closed by `context.onDrain`. */
  readonly module: (context: ServiceContext<Service>) => Awaitable<DynamicModule | Type>;
  readonly http?: {
    /** Default: `LLM_GATEWAY_HTTP_PORT`. 0 takes a free port. */
    readonly port?: (environment: Environment<Service>) => number;
    readonly fastify?: FastifyOptions;
    /** False leaves body parsing to the service (Nest's JSON parser is not installed). */
    readonly bodyParser?: boolean;
    /** Adds plain Fastify routes and hooks: `app.getHttpAdapter().getInstance()`. */
    readonly beforeListen?: (app: NestFastifyApplication, context: ServiceContext<Service>) => Awaitable<void>;
  };
  /** gRPC services on `LLM_GATEWAY_GRPC_PORT`. */
  readonly grpc?: (
    context: ServiceContext<Service>,
    app: NestFastifyApplication,
  ) => Awaitable<readonly GrpcServiceBinding[]>;
}
