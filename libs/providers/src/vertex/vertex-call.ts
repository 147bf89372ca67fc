import type { ChatWire, ProviderFailure } from '@gateway/domain';
import {
  classifyFailure,
  joinEndpoint,
  mergeHeaders,
  type ProviderCall,
  type ProviderResponseHead,
  type ProviderTarget,
} from '@gateway/provider-kit';
import { CALL_HEADERS } from '../call-headers';
import { tokenHeader } from '../token-header';
import { parseVertexModel } from './vertex-model';

/** Of Google's API. */
export type VertexVersion = 'v1' | 'v1beta1';

/** `POST {base}/{model}:{method}` with a document: what is no chat. */
export function vertexModelCall(
  target: ProviderTarget,
  { version, providerModel, method, document }: VertexModelCall,
): ProviderCall {
  const path = `${parseVertexModel(providerModel).resource}:${method}`;
  const headers = mergeHeaders(CALL_HEADERS.whole, vertexCredentialHeaders(target), target.extraHeaders);
  const body = Buffer.from(JSON.stringify(document));
  return { ...joinEndpoint(vertexBaseUrl(target, version), path), method: 'POST', headers, body };
}

export interface VertexModelCall {
  readonly version: VertexVersion;
  readonly providerModel: string;
  readonly method: string;
  readonly document: unknown;
}

/** A base of one's own may name project and location, or leave them to the configuration. */
export function vertexBaseUrl({ baseUrl, project, region }: ProviderTarget, version: string): string {
  if (/\/projects\//.test(baseUrl)) return baseUrl;
  const [address = '', query] = baseUrl.split('?');
  const root = address.replace(/\/+$/, '').replace(/\/v1(?:beta1)?$/, '');
  const path = `${root}/${version}/projects/${project}/locations/${region}`;
  return query === undefined ? path : `${path}?${query}`;
}

export function vertexCredentialHeaders({ apiKey, token }: ProviderTarget): Record<string, string> {
  return apiKey === null ? tokenHeader({ token }) : { 'x-goog-api-key': apiKey };
}

/** Of a model that speaks this wire; the platform itself speaks Google's. */
export function classifyVertexError(head: ProviderResponseHead, text: string, wire: ChatWire): ProviderFailure {
  return classifyFailure(head, text, isGoogles(text) ? 'gemini-generate' : wire);
}

/** The platform refuses callers, quotas and names of every model in its own words: `{error: {code: 403, …}}`. */
function isGoogles(text: string): boolean {
  return /^\s*\[?\s*\{\s*"error"\s*:\s*\{\s*"code"\s*:\s*\d/.test(text);
}
