import { mergeHeaders, type ProviderTarget, pickHeaders } from '@gateway/provider-kit';
import { CALL_HEADERS } from '../call-headers';
import type { OpenAiCompatibleRow } from './openai-compatible-row';

/** What a client may say to an OpenAI-wire provider by header: whose project pays, and which beta it wants. */
const FORWARDED: ReadonlySet<string> = new Set(['openai-organization', 'openai-project', 'openai-beta']);

/** What a call expects back. */
export type CallKind = keyof typeof CALL_HEADERS;

/** Headers of calls without client headers, by target: the same for every call of a deployment. */
const usual = new WeakMap<ProviderTarget, Partial<Record<CallKind, Record<string, string>>>>();

export function usualHeaders(row: OpenAiCompatibleRow, target: ProviderTarget, kind: CallKind): Record<string, string> {
  const known = usual.get(target) ?? {};
  usual.set(target, known);
  known[kind] ??= headersOf(row, target, { kind });
  return known[kind];
}

export function headersOf(
  row: OpenAiCompatibleRow,
  target: ProviderTarget,
  call: { readonly kind: CallKind; readonly forwardHeaders?: Readonly<Record<string, string>> },
): Record<string, string> {
  return mergeHeaders(
    CALL_HEADERS[call.kind],
    pickHeaders(call.forwardHeaders, FORWARDED),
    keyHeaders(row, target.apiKey),
    target.extraHeaders,
  );
}

function keyHeaders(row: OpenAiCompatibleRow, apiKey: string | null): Record<string, string> {
  if (apiKey === null) return {};
  return row.keyHeader ? { [row.keyHeader]: apiKey } : { authorization: `Bearer ${apiKey}` };
}
