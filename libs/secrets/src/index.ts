export { createSecretStore, type SecretEnvironment, type SecretStoreParts } from './create-secret-store';
export { type KeptSecrets, SecretStore } from './store/secret-store';
