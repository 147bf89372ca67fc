/** Who is calling, after authentication. Carried in the envelope; holds hashes and names, never a secret. */
export interface Principal {
  /** SHA-256 (hex) of the presented key; `master` for the master key. */
  readonly keyHash: string;
  readonly isMaster: boolean;
  readonly keyAlias?: string;
  readonly userId?: string;
  readonly teamId?: string;
  /** Model groups this key may use; empty means all. */
  readonly allowedModels: readonly string[];
}

export const MASTER_KEY_HASH = 'master';

export const MASTER_PRINCIPAL: Principal = Object.freeze({
  keyHash: MASTER_KEY_HASH,
  isMaster: true,
  keyAlias: 'master',
  allowedModels: [],
});
