export type { ProviderEntry, ProviderRegistry } from './provider-entry';
