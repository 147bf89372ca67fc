import { type ClientWire, isOperation, type Operation } from '@gateway/domain';
import type { OperationAdapter } from '@gateway/provider-kit';
import type { ProviderEntry } from '../provider-entry';
import { embedForGoogle } from './embed-for-google';

/** Operations that differ in the client's wire alone: where a provider does the one, the other is translated into it. */
const THROUGH: Readonly<
  Partial<Record<Operation, { readonly other: Operation; adapt(adapter: OperationAdapter): OperationAdapter }>>
> = {
  'gemini-embed': { other: 'embeddings', adapt: (adapter) => embedForGoogle(adapter, 'gemini-embed') },
  'gemini-batch-embed': { other: 'embeddings', adapt: (adapter) => embedForGoogle(adapter, 'gemini-batch-embed') },
};

/** How a provider does an operation with a model, itself or through another; null where it does not. */
export function operationOf(
  { operations }: ProviderEntry,
  operation: Operation,
  providerModel: string,
): OperationAdapter | null {
  const own = operations?.[operation];
  if (own !== undefined) return own.serves?.(providerModel) === false ? null : own;
  const through = THROUGH[operation];
  if (through === undefined) return null;
  const other = operations?.[through.other];
  return other === undefined ? null : through.adapt(other);
}

/** Whether a client that speaks this wire can be served by the provider, with this model of it, at all. */
export function offers(entry: ProviderEntry, wire: ClientWire, providerModel: string): boolean {
  return isOperation(wire) ? operationOf(entry, wire, providerModel) !== null : entry.chat !== null;
}
