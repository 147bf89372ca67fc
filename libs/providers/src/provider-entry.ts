import type { ChatAdapter } from '@gateway/provider-kit';

/** One provider the gateway knows, whether it is a row of the table or a folder of its own. */
export interface ProviderEntry {
  /** The part of `provider/model` before the slash. */
  readonly prefix: string;
  readonly displayName: string;
  /** Null when every user has their own (`api_base` is required then). */
  readonly defaultBaseUrl: string | null;
  /** Environment variables that may hold the key, first set one wins; empty when no key is needed. */
  readonly apiKeyVariables: readonly string[];
  readonly baseUrlVariables: readonly string[];
  readonly chat: ChatAdapter;
}

export interface ProviderRegistry {
  find(prefix: string): ProviderEntry | undefined;
  readonly prefixes: readonly string[];
}
