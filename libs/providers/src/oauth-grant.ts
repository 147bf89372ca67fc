import {
  type AccessToken,
  type GrantMoment,
  type ProviderCall,
  type ProviderResponseHead,
  type TokenGrant,
  TokenReadError,
} from '@gateway/provider-kit';

/** For answers that do not say how long their token lives. */
const USUAL_LIFETIME_S = 3_600;

export interface OauthGrant {
  /** Of the token endpoint. */
  readonly origin: string;
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
  /** What the form says besides, at every fetch anew. */
  readonly formAt?: {
    /** Equal for those that say the same, of the same moment. */
    readonly identity: string;
    fields(moment: GrantMoment): Readonly<Record<string, string>>;
  };
  readonly headers?: Readonly<Record<string, string>>;
  /** What a refusal says of itself; for logs, so nothing of the caller's may be in it. */
  readonly reasonIn: (answer: Readonly<Record<string, unknown>>) => string;
}

/** One form sent to an OAuth 2.0 token endpoint, and its answer: a token and its lifetime. */
export function oauthGrant(grant: OauthGrant): TokenGrant {
  const { origin, path, form, formAt, headers, reasonIn } = grant;
  const text = new URLSearchParams(form).toString();
  return {
    identity: `${origin}${path}?${text}&${JSON.stringify([headers ?? {}, formAt?.identity ?? null])}`,
    call: formCall(grant, form),
    ...(formAt && { callAt: (moment: GrantMoment) => formCall(grant, { ...form, ...formAt.fields(moment) }) }),
    read: oauthAnswerReader(reasonIn),
  };
}

/** How the answer of a token endpoint is read, whatever it was asked with. */
export function oauthAnswerReader(reasonIn: OauthGrant['reasonIn']): TokenGrant['read'] {
  return (head, body, nowUnixMs) => readToken(head, parse(body), { reasonIn, nowUnixMs });
}

function formCall({ origin, path, headers }: OauthGrant, form: OauthGrant['form']): ProviderCall {
  return {
    origin,
    path,
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      'user-agent': 'llm-gateway',
      ...headers,
    },
    body: Buffer.from(new URLSearchParams(form).toString()),
  };
}

interface Reading {
  readonly reasonIn: OauthGrant['reasonIn'];
  readonly nowUnixMs: number;
}

function readToken(
  { status }: ProviderResponseHead,
  answer: Readonly<Record<string, unknown>>,
  { reasonIn, nowUnixMs }: Reading,
): AccessToken {
  if (status !== 200) {
    throw new TokenReadError(`status ${status}, ${reasonIn(answer)}`, status < 500 && status !== 429);
  }
  const token = answer.access_token;
  // Whatever else is in there would be sent as a header.
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))
    throw new TokenReadError('an answer without a token', false);
  return { token, lifetimeMs: lifetimeOf(answer, nowUnixMs) };
}

/** Some say how long, some until when (in seconds since 1970), all of them as number or text. */
function lifetimeOf(
  { expires_in: lifetime, expires_on: end }: Readonly<Record<string, unknown>>,
  nowUnixMs: number,
): number {
  const lifetimeMs =
    lifetime === undefined && end !== undefined ? Number(end) * 1000 - nowUnixMs : Number(lifetime) * 1000;
  return Number.isFinite(lifetimeMs) && lifetimeMs > 0 ? lifetimeMs : USUAL_LIFETIME_S * 1000;
}

function parse(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {}; // a proxy's page: the status says what there is to say
  }
}
