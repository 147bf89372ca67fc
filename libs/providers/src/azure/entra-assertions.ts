import { createHash, createPrivateKey, type KeyObject, randomUUID, sign, X509Certificate } from 'node:crypto';
import { TokenReadError } from '@gateway/provider-kit';
import { isHeaderText } from '../token-header';
import type { EntraAssertion } from './entra-grant';

/** Long enough for clocks that differ. */
const LIFETIME_S = 600;
const PADDING = { padding: 6 /* RSA_PKCS1_PSS_PADDING */, saltLength: 32 };

/** Another identity provider's token for the application, in a file that somebody else keeps new. */
export function federatedAssertion(file: string): EntraAssertion {
  return {
    identity: `file ${file}`,
    make({ readText }) {
      const token = readText(file).trim();
      if (isHeaderText(token)) return token;
      throw new TokenReadError(`${file} holds no token`, true);
    },
  };
}

export interface CertificateFile {
  /** In PEM: the certificate, and its private key. */
  readonly path: string;
  readonly clientId: string;
  readonly password?: string;
}

/**
 * A JWT of the application's own, signed with the certificate's key; the file is read at every sign-in, so that it may be
 * replaced. From Microsoft's page "Application authentication certificate credentials".
 */
export function certificateAssertion({ path, clientId, password }: CertificateFile): EntraAssertion {
  return {
    identity: `certificate ${path} ${createHash('sha256')
      .update(password ?? '')
      .digest('base64url')}`,
    make({ nowUnixMs, readText }, audience) {
      const { key, thumbprint } = readCertificate(readText(path), path, password);
      const nowS = Math.floor(nowUnixMs / 1000);
      const head = { alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint };
      const claims = {
        aud: audience,
        iss: clientId,
        sub: clientId,
        jti: randomUUID(),
        iat: nowS,
        nbf: nowS,
        exp: nowS + LIFETIME_S,
      };
      const text = [head, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
      const signature = sign('sha256', Buffer.from(text), { key, ...PADDING });
      return `${text}.${signature.toString('base64url')}`;
    },
  };
}

function readCertificate(
  pem: string,
  path: string,
  password: string | undefined,
): { readonly key: KeyObject; readonly thumbprint: string } {
  try {
    const certificate = new X509Certificate(pem);
    const key = createPrivateKey({ key: pem, ...(password !== undefined && { passphrase: password }) });
    if (key.asymmetricKeyType !== 'rsa' || !certificate.checkPrivateKey(key)) throw new Error('another key');
    return { key, thumbprint: createHash('sha256').update(certificate.raw).digest('base64url') };
  } catch {
    // What went wrong may quote the key.
    throw new TokenReadError(`${path} holds no certificate with its own RSA key, or the password is another`, true);
  }
}
