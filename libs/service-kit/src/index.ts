export { openBudgets } from './budgets/open-budgets';
export { createEvictionGauge, watchEviction } from './budgets/watch-eviction';
export { ConfigurationStore, type FetchedContent, type ReadState } from './configuration/configuration-store';
export { describeSnapshot } from './configuration/describe-snapshot';
export {
  type ApplyConfiguration,
  type ConfigurationFollower,
  followConfiguration,
  type PrepareConfiguration,
} from './configuration/follow-configuration';
export { VersionShelf } from './configuration/version-shelf';
export { createServiceContext, type OwnedServiceContext } from './create-service-context';
export { sendHttpError } from './errors/answer-http-error';
export { errorFromThrown } from './errors/error-from-thrown';
export { HttpErrorFilter } from './errors/http-error-filter';
export { type OpenAiErrorBody, openAiErrorBody } from './errors/openai-error-body';
export { answeringFaults } from './grpc/answering-faults';
export {
  bindGrpc,
  type GrpcBindingParts,
  type GrpcCall,
  type GrpcImplementation,
  type GrpcServiceBinding,
} from './grpc/bind-grpc';
export { type CallerPolicy, INTERNAL_CALLERS } from './grpc/caller-policy';
export {
  createGrpcClient,
  type GrpcCallOptions,
  type GrpcClient,
  type GrpcClientOptions,
} from './grpc/create-grpc-client';
export { errorFromFault, faultFromException } from './grpc/fault-from-exception';
export type { GrpcDefinition } from './grpc/grpc-definition';
export { GrpcFault, type GrpcFaultCode, isGrpcFault } from './grpc/grpc-fault';
export { type RunningGrpcServer, startGrpcServer } from './grpc/start-grpc-server';
export { type HealthCheck, HealthRegistry, type HealthReport, type HealthStatus } from './health/health-registry';
export { registerOperationalRoutes } from './health/register-operational-routes';
export { newRequestId } from './new-request-id';
export { DRAIN_ORDER } from './process/drain-sequence';
export { EXIT_CODES } from './process/exit-codes';
export { runService } from './run-service';
export { SERVICE_CONTEXT, type ServiceContext } from './service-context';
export type { FastifyOptions, ServiceDefinition } from './service-definition';
export { type RunningService, startService } from './start-service';
