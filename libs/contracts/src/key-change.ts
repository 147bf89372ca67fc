/** Ledger → edges: forget what you cached about these keys. */
export interface KeysChanged {
  readonly keyHashes: readonly string[];
}
