export { EnvironmentError, type EnvironmentProblem } from './environment/environment-error';
export type { EnvironmentField } from './environment/environment-field';
export {
  ENVIRONMENT_TABLES,
  type LogFormat,
  type LogLevel,
  SERVICE_NAMES,
  type ServiceName,
} from './environment/environment-tables';
export type { WorkerPools } from './environment/environment-values';
export { processEnvironment } from './environment/process-environment';
export { type Environment, type EnvironmentSource, readEnvironment } from './environment/read-environment';
export { type ResolvedSecret, resolveSecret, type SecretContext } from './secrets/resolve-secret';
export { isSealed, openSecret, sealSecret } from './secrets/seal-secret';
export type { GatewaySnapshot, RoutingSettings } from './snapshot';
export { decodeSnapshot, encodeSnapshot } from './snapshot-codec';
