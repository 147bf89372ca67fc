import type { EnvironmentSource } from '../environment/read-environment';
import { referencedVariable } from './environment-reference';
import { isSealed, openSecret } from './seal-secret';

export type ResolvedSecret =
  | { readonly ok: true; readonly value: string }
  /** `reason` is for logs: it names variables, never values. */
  | { readonly ok: false; readonly reason: string };

export interface SecretContext {
  /** Where `os.environ/NAME` is looked up: the worker's own process environment. */
  readonly environment: EnvironmentSource;
  readonly encryptionKey?: Uint8Array | null;
  /** Keys before it, tried when it does not open a value. */
  readonly olderEncryptionKeys?: readonly Uint8Array[];
  readonly deploymentId: string;
}

/** Turns an `apiKey` or header value of a snapshot into what is sent: a reference, a sealed value, or plain text. */
export function resolveSecret(reference: string, context: SecretContext): ResolvedSecret {
  const variable = referencedVariable(reference);
  if (variable !== null) {
    const value = context.environment[variable];
    return value ? { ok: true, value } : { ok: false, reason: `${variable} is not set` };
  }
  if (!isSealed(reference)) return { ok: true, value: reference };
  if (!context.encryptionKey) {
    return { ok: false, reason: 'it is sealed and LLM_GATEWAY_ENCRYPTION_KEY is not set' };
  }
  for (const key of [context.encryptionKey, ...(context.olderEncryptionKeys ?? [])]) {
    const value = openSecret(reference, key, context.deploymentId);
    if (value !== null) return { ok: true, value };
  }
  return { ok: false, reason: 'it was sealed with another LLM_GATEWAY_ENCRYPTION_KEY, or altered on the way' };
}
