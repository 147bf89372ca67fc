export { createSecretStore, type SecretEnvironment, type SecretStoreParts } from './create-secret-store';
export { SecretStore } from './store/secret-store';
