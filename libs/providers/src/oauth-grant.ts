import { type AccessToken, type ProviderResponseHead, type TokenGrant, TokenReadError } from '@gateway/provider-kit';

/** For answers that do not say how long their token lives. */
const USUAL_LIFETIME_S = 3_600;

export interface OauthGrant {
  /** Of the token endpoint. */
  readonly origin: string;
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** What a refusal says of itself; for logs, so nothing of the caller's may be in it. */
  readonly reasonIn: (answer: Readonly<Record<string, unknown>>) => string;
}

/** One form sent to an OAuth 2.0 token endpoint, and its answer: a token and its lifetime. */
export function oauthGrant({ origin, path, form, headers, reasonIn }: OauthGrant): TokenGrant {
  const text = new URLSearchParams(form).toString();
  return {
    identity: `${origin}${path}?${text}&${JSON.stringify(headers ?? {})}`,
    call: {
      origin,
      path,
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        'user-agent': 'llm-gateway',
        ...headers,
      },
      body: Buffer.from(text),
    },
    read: (head, body) => readToken(head, parse(body), reasonIn),
  };
}

function readToken(
  { status }: ProviderResponseHead,
  answer: Readonly<Record<string, unknown>>,
  reasonIn: OauthGrant['reasonIn'],
): AccessToken {
  if (status !== 200) {
    throw new TokenReadError(`status ${status}, ${reasonIn(answer)}`, status < 500 && status !== 429);
  }
  const token = answer.access_token;
  // Whatever else is in there would be sent as a header.
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))
    throw new TokenReadError('an answer without a token', false);
  const lifetimeS = Number(answer.expires_in ?? USUAL_LIFETIME_S);
  return { token, lifetimeMs: (Number.isFinite(lifetimeS) && lifetimeS > 0 ? lifetimeS : USUAL_LIFETIME_S) * 1000 };
}

function parse(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {}; // a proxy's page: the status says what there is to say
  }
}
