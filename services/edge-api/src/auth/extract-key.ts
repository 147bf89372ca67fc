import type { IncomingHttpHeaders } from 'node:http';
import type { GatewayError } from '@gateway/domain';

/** No key of ours is longer; whatever is gets no hash computed and no look-up. */
const MAX_KEY_CHARS = 512;

export type ExtractedKey =
  | { readonly ok: true; readonly key: string }
  | { readonly ok: false; readonly error: GatewayError };

/**
 * The key a client presents: `Authorization: Bearer …` (OpenAI's clients), `x-api-key` (Anthropic's), `x-goog-api-key`
 * (Google's) or, on Google's routes alone, `?key=`.
 */
export function extractKey(headers: IncomingHttpHeaders, queryKey?: string): ExtractedKey {
  const { authorization } = headers;
  if (authorization !== undefined) {
    const match = /^Bearer +(\S+)$/i.exec(authorization);
    if (match?.[1] === undefined) return refused('invalid_api_key', MALFORMED);
    return checked(match[1]);
  }
  const key = headers['x-api-key'] ?? headers['x-goog-api-key'] ?? queryKey;
  if (typeof key === 'string' && key !== '') return checked(key);
  return refused('missing_api_key', MISSING);
}

function checked(key: string): ExtractedKey {
  return key.length > MAX_KEY_CHARS ? refused('invalid_api_key', 'The API key is not valid.') : { ok: true, key };
}

function refused(code: 'missing_api_key' | 'invalid_api_key', message: string): ExtractedKey {
  return { ok: false, error: { code, message } };
}

const MISSING = "No API key was given. Send it as 'Authorization: Bearer sk-…' or as 'x-api-key: sk-…'.";
const MALFORMED = "The Authorization header is malformed. It must read 'Bearer sk-…'.";
