import { anthropicErrorDocument } from '../anthropic/anthropic-refusals';
import { geminiErrorDocument, geminiRefusal } from '../gemini/gemini-refusals';
import type { Refusal } from '../server/vendor-wire';
import type { GoogleTokens } from './google-tokens';

const UNAUTHENTICATED =
  'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.';

/** A bearer token that has not ended, or an API key. */
export function refuseVertexCaller(headers: Readonly<Record<string, string>>, tokens: GoogleTokens): Refusal | null {
  const key = headers['x-goog-api-key'];
  const [scheme, token] = (headers.authorization ?? '').split(' ', 2);
  const isGood = key === undefined ? scheme === 'Bearer' && token && tokens.isGood(token) : key !== 'invalid-key';
  return isGood ? null : { ...geminiRefusal(401), message: UNAUTHENTICATED };
}

/** The platform refuses in Google's words; what is wrong with a body for Claude, its own server says in Anthropic's. */
export function vertexErrorDocument(refusal: Refusal, requestId: string): unknown {
  return refusal.type.endsWith('_error') ? anthropicErrorDocument(refusal, requestId) : geminiErrorDocument(refusal);
}
