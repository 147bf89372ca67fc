import { constants, createHash, verify, type X509Certificate } from 'node:crypto';

export interface ExpectedAssertion {
  readonly clientId: string;
  /** Of the token endpoint. */
  readonly path: string;
  readonly nowUnixMs: number;
  readonly certificates: readonly X509Certificate[];
}

/** How Entra ID names an assertion that it does not believe. */
const WRONG_SIGNATURE = 'AADSTS700027: Client assertion failed signature validation.';
const WRONG_CLAIMS = 'AADSTS700023: Client assertion audience claim does not match.';
const NOT_NOW = 'AADSTS700024: Client assertion is not within its valid time range.';
const NOT_FEDERATED = 'AADSTS700213: No matching federated identity record found.';

/** An assertion that names a certificate is the application's own; all others are another provider's. */
export function findAssertionFault(assertion: string, expected: ExpectedAssertion): string | null {
  const [head = '', payload = '', signature = ''] = assertion.split('.');
  const { alg, 'x5t#S256': thumbprint } = decoded(head);
  if (thumbprint === undefined) return assertion === 'invalid-assertion' ? NOT_FEDERATED : null;
  const certificate = expected.certificates.find((one) => thumbprintOf(one) === thumbprint);
  if (alg !== 'PS256' || certificate === undefined) return WRONG_SIGNATURE;
  const isSigned = verify(
    'sha256',
    Buffer.from(`${head}.${payload}`),
    { key: certificate.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
    Buffer.from(signature, 'base64url'),
  );
  if (!isSigned) return WRONG_SIGNATURE;
  const { aud, iss, sub, exp, nbf, jti } = decoded(payload);
  const isMeant = String(aud).endsWith(expected.path) && iss === expected.clientId && sub === expected.clientId && jti;
  if (!isMeant) return WRONG_CLAIMS;
  const nowS = expected.nowUnixMs / 1000;
  return Number(nbf) <= nowS + 60 && Number(exp) > nowS ? null : NOT_NOW;
}

function thumbprintOf({ raw }: X509Certificate): string {
  return createHash('sha256').update(raw).digest('base64url');
}

function decoded(part: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}
