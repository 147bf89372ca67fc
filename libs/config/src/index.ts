export { renderJsonSchema } from './documentation/render-json-schema';
export { replaceMarked } from './documentation/replace-marked';
export { EnvironmentError, type EnvironmentProblem } from './environment/environment-error';
export type { EnvironmentField } from './environment/environment-field';
export { ENVIRONMENT_TABLES, SERVICE_NAMES, type ServiceName } from './environment/environment-tables';
export type { WorkerPools } from './environment/environment-values';
export { processEnvironment } from './environment/process-environment';
export { type Environment, type EnvironmentSource, readEnvironment } from './environment/read-environment';
export type { LogFormat, LogLevel } from './environment/shared-fields';
export { buildSnapshot, hasLiteralSecrets, type SnapshotStamp } from './gateway-config/build-snapshot';
export { type ConfigProblem, formatPath, formatProblem } from './gateway-config/config-problem';
export { fingerprintConfig } from './gateway-config/fingerprint-config';
export type { ConfiguredSecret, DeploymentDraft, GatewayConfig } from './gateway-config/gateway-config';
export {
  gatherIncludes,
  type IncludedFile,
  type IncludedFiles,
  resolveInclude,
} from './gateway-config/include/included-files';
export { isSecretValue, refuseCredentialValue, type StoredCredentials } from './gateway-config/named-credentials';
export { type ParsedConfig, type ParseOptions, parseGatewayConfig } from './gateway-config/parse-gateway-config';
export { isSecretHeader } from './gateway-config/secret-header';
export { showParams } from './gateway-config/show-params';
export { type StoredModelEntry, storedModelName } from './gateway-config/stored-models';
export { type ParsedPriceFile, type PriceFileOptions, parsePriceFile } from './prices/parse-price-file';
export type { PriceEntry } from './prices/price-entry';
export { type PlacedEntry, type PlacedFault, readPriceEntries } from './prices/read-price-entries';
export { writePrice } from './prices/write-price';
export { decryptText, encryptText } from './secrets/authenticated-encryption';
export {
  environmentLookup,
  type ReferenceLookup,
  type ResolvedSecret,
  resolveSecret,
  type SecretContext,
} from './secrets/resolve-secret';
export { isSealed, openSecret, sealSecret } from './secrets/seal-secret';
export {
  formatSecretReference,
  isSecretReference,
  readSecretReference,
  SECRET_KEEPERS,
  type SecretKeeper,
  type SecretReference,
} from './secrets/secret-reference';
export type { SecretSettings } from './secrets/secret-settings';
export type { GatewaySnapshot } from './snapshot';
export { decodeSnapshotParts, encodeSnapshotParts, type SnapshotVersion } from './snapshot-parts';
