import { readFile } from 'node:fs/promises';
import { SecretReadError } from '../secret-read-error';

/** How the gateway signs in to Vault; of several the first in this order that is configured. */
export type VaultLogin =
  | {
      readonly type: 'approle';
      readonly mount: string;
      readonly roleId: string;
      readonly secretId: string | undefined;
    }
  | { readonly type: 'kubernetes'; readonly mount: string; readonly role: string; readonly tokenPath: string }
  | { readonly type: 'cert'; readonly role: string | undefined }
  /** One that somebody else made. */
  | { readonly type: 'token'; readonly token: string };

export interface LoginCall {
  /** Below `/v1/`. */
  readonly path: string;
  readonly body: object;
}

/** What is sent to sign in; null for a token, which is there already. @throws SecretReadError */
export async function loginCall(login: VaultLogin): Promise<LoginCall | null> {
  switch (login.type) {
    case 'token':
      return null;
    case 'approle': {
      const { mount, roleId, secretId } = login;
      const body = { role_id: roleId, ...(secretId !== undefined && { secret_id: secretId }) };
      return { path: `auth/${mount}/login`, body };
    }
    case 'kubernetes': {
      // Kubernetes writes it anew from time to time.
      const jwt = await readFile(login.tokenPath, 'utf8').catch(() => {
        throw new SecretReadError('unusable', 'the token of the service account cannot be read');
      });
      return { path: `auth/${login.mount}/login`, body: { role: login.role, jwt: jwt.trim() } };
    }
    case 'cert':
      return { path: 'auth/cert/login', body: login.role === undefined ? {} : { name: login.role } };
  }
}
