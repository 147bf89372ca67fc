/** One place where secrets are kept. */
export interface SecretBackend {
  /**
   * The whole text that is kept under a name: what `#field` picks from is JSON.
   * @throws SecretReadError, and nothing else that is worth a look; `signal` ends a read that takes too long.
   */
  read(name: string, signal: AbortSignal): Promise<string>;
  /** Lets go of what it holds: sessions, timers. */
  close?(): void;
}
