import type { SecretKeeper } from './secret-reference';

/** `key_management_system` and `key_management_settings`: `os.environ/NAME` is asked of a manager before the environment. */
export interface SecretSettings {
  readonly manager: Exclude<SecretKeeper, 'os.file'>;
  /** The only names that are asked for; null for all. */
  readonly hostedKeys: readonly string[] | null;
  /** The secret that has them all, a JSON object by name; null where each name is a secret. */
  readonly primarySecretName: string | null;
}
