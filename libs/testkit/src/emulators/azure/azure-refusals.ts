import type { Refusal } from '../server/vendor-wire';
import type { EntraTokens } from './entra-tokens';

/** Azure's words for a status, where they differ from OpenAI's: most errors have the status for their code. */
const WORDS: Readonly<Record<number, readonly [code: string, message: string]>> = {
  401: ['401', 'Access denied due to invalid subscription key or wrong API endpoint.'],
  404: ['404', 'Resource not found'],
  429: ['429', 'Requests have exceeded the call rate limit of your current pricing tier. Please retry later.'],
};

export function azureRefusal(status: number, code?: string): Refusal {
  const [usualCode, words] = WORDS[status] ?? [null, `the emulated Azure OpenAI answers ${status}`];
  return {
    status,
    type: status >= 500 ? 'server_error' : 'invalid_request_error',
    code: code ?? usualCode,
    message: code ? `the emulated Azure OpenAI answers ${status} (${code})` : words,
    param: code === 'content_filter' ? 'prompt' : null,
  };
}

/** `api-key`, or `Authorization: Bearer` with a token that has not ended. */
export function refuseAzureCaller(headers: Readonly<Record<string, string>>, tokens: EntraTokens): Refusal | null {
  const key = headers['api-key'];
  if (key !== undefined) return key !== '' && key !== 'invalid-key' ? null : azureRefusal(401);
  const [scheme, token] = (headers.authorization ?? '').split(' ', 2);
  if (scheme?.toLowerCase() === 'bearer' && token && tokens.isGood(token)) return null;
  const message =
    'Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.';
  return { ...azureRefusal(401), message };
}

/** Why a prompt was filtered stands inside. */
export function azureErrorDocument({ status, message, type, param, code }: Refusal): unknown {
  if (code !== 'content_filter') return { error: { code, message, ...(status < 500 && { param, type }) } };
  const innererror = { code: 'ResponsibleAIPolicyViolation', content_filter_result: FILTERED };
  return { error: { message, type: null, param, code, status, innererror } };
}

const SAFE = { filtered: false, severity: 'safe' };
export const UNFILTERED = { hate: SAFE, self_harm: SAFE, sexual: SAFE, violence: SAFE };
const FILTERED = { ...UNFILTERED, violence: { filtered: true, severity: 'high' } };
