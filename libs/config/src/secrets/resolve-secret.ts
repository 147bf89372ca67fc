import type { EnvironmentSource } from '../environment/read-environment';
import { isSealed, openSecret } from './seal-secret';
import { readSecretReference, type SecretReference } from './secret-reference';

export type ResolvedSecret =
  | { readonly ok: true; readonly value: string }
  /** `reason` is for logs: it names variables and secrets, never values. */
  | { readonly ok: false; readonly reason: string };

/** What a reference stands for at this moment; never waits. */
export type ReferenceLookup = (reference: SecretReference) => ResolvedSecret;

export interface SecretContext {
  readonly lookUp: ReferenceLookup;
  readonly encryptionKey?: Uint8Array | null;
  /** Keys before it, tried when it does not open a value. */
  readonly olderEncryptionKeys?: readonly Uint8Array[];
  readonly deploymentId: string;
}

/** Turns an `apiKey` or header value of a snapshot into what is sent: a reference, a sealed value, or plain text. */
export function resolveSecret(text: string, context: SecretContext): ResolvedSecret {
  const reading = readSecretReference(text);
  if (reading.kind === 'reference') return context.lookUp(reading.reference);
  if (reading.kind === 'malformed') return { ok: false, reason: `its reference must ${reading.fault}` };
  if (!isSealed(text)) return { ok: true, value: text };
  if (!context.encryptionKey) {
    return { ok: false, reason: 'it is sealed and LLM_GATEWAY_ENCRYPTION_KEY is not set' };
  }
  for (const key of [context.encryptionKey, ...(context.olderEncryptionKeys ?? [])]) {
    const value = openSecret(text, key, context.deploymentId);
    if (value !== null) return { ok: true, value };
  }
  return { ok: false, reason: 'it was sealed with another LLM_GATEWAY_ENCRYPTION_KEY, or altered on the way' };
}

/** Variables of this environment, and nothing else. */
export function environmentLookup(environment: EnvironmentSource): ReferenceLookup {
  return (reference) => {
    if (reference.kind === 'kept') return { ok: false, reason: `nobody reads ${reference.keeper} here` };
    const value = environment[reference.name];
    return value ? { ok: true, value } : { ok: false, reason: `${reference.name} is not set` };
  };
}
