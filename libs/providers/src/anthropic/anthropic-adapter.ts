import {
  type ChatAdapter,
  type ChatCallOptions,
  classifyFailure,
  joinEndpoint,
  mergeHeaders,
  type ProviderCall,
  type ProviderTarget,
  pickHeaders,
} from '@gateway/provider-kit';
import { CALL_HEADERS } from '../call-headers';

/** The version our codec is written against; a client that names another one on the same wire gets that. */
const API_VERSION = { 'anthropic-version': '2023-06-01' };
const FORWARDED: ReadonlySet<string> = new Set(['anthropic-version', 'anthropic-beta']);

/** Tokens of Anthropic's sign-in flow; the API takes them as bearer tokens only, with this beta named. */
const OAUTH_TOKEN_PREFIX = 'sk-ant-oat';
const OAUTH_BETA = 'oauth-2025-04-20';

/** `POST {base}/v1/messages`; the base may or may not end in `/v1`. */
export const ANTHROPIC_ADAPTER: ChatAdapter = {
  wire: 'anthropic-messages',
  quirks: null,

  buildChatCall(target: ProviderTarget, body: Uint8Array, options: ChatCallOptions): ProviderCall {
    const { origin, path } = joinEndpoint(target.baseUrl, '/v1/messages');
    const forwarded = pickHeaders(options.forwardHeaders, FORWARDED);
    const headers = mergeHeaders(
      CALL_HEADERS[options.stream ? 'stream' : 'whole'],
      API_VERSION,
      forwarded,
      keyHeaders(target.apiKey, forwarded['anthropic-beta']),
      target.extraHeaders,
    );
    return { origin, path, method: 'POST', headers, body };
  },

  classifyError: (head, body) => classifyFailure(head, body, 'anthropic-messages'),
};

function keyHeaders(apiKey: string | null, beta: string | undefined): Record<string, string> {
  if (apiKey === null) return {};
  if (!apiKey.startsWith(OAUTH_TOKEN_PREFIX)) return { 'x-api-key': apiKey };
  const betas = beta === undefined || beta === '' ? OAUTH_BETA : withBeta(beta);
  return { authorization: `Bearer ${apiKey}`, 'anthropic-beta': betas };
}

function withBeta(betas: string): string {
  return betas.split(',').some((beta) => beta.trim() === OAUTH_BETA) ? betas : `${betas},${OAUTH_BETA}`;
}
