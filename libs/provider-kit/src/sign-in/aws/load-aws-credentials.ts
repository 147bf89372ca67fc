import { readFile } from 'node:fs/promises';
import type { AwsCaller, AwsCredentials, AwsRole } from './aws-credentials';

export interface LoadedAwsCredentials {
  readonly credentials: AwsCredentials;
  /** Null for credentials without an end. */
  readonly expiresAtUnixMs: number | null;
}

/** The metadata service of a machine that has none is silence: a second is long on a local network. */
const METADATA = { timeout: 1_000, maxRetries: 1 };

interface SdkCredentials extends AwsCredentials {
  readonly expiration?: Date;
}
type SdkProvider = () => Promise<SdkCredentials>;

/**
 * Gets credentials by AWS's own library: keys, shared files with their profiles, processes and SSO, web identities,
 * containers' and instances' roles, and roles on top of these. The library is only loaded when somebody needs it.
 *
 * @throws Error of the library
 */
export async function loadAwsCredentials(caller: AwsCaller): Promise<LoadedAwsCredentials> {
  const sdk = await import('@aws-sdk/credential-providers');
  const base = (): SdkProvider => {
    const { keys, profile } = caller;
    if (keys) return async () => keys;
    return profile === undefined ? sdk.fromNodeProviderChain(METADATA) : sdk.fromIni({ profile });
  };
  const provider = caller.role === undefined ? base() : await roleProvider(sdk, caller.role, base);
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = await provider();
  return {
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    expiresAtUnixMs: expiration?.getTime() ?? null,
  };
}

type Sdk = typeof import('@aws-sdk/credential-providers');

async function roleProvider(sdk: Sdk, role: AwsRole, base: () => SdkProvider): Promise<SdkProvider> {
  const { arn, sessionName, externalId, webIdentity, region, stsEndpoint } = role;
  const clientConfig = { region, ...(stsEndpoint !== undefined && { endpoint: stsEndpoint }) };
  if (webIdentity !== undefined) {
    const token = 'token' in webIdentity ? webIdentity.token : (await readFile(webIdentity.file, 'utf8')).trim();
    return sdk.fromWebToken({
      roleArn: arn,
      roleSessionName: sessionName,
      webIdentityToken: token,
      clientConfig,
    });
  }
  return sdk.fromTemporaryCredentials({
    masterCredentials: base(),
    params: { RoleArn: arn, RoleSessionName: sessionName, ...(externalId !== undefined && { ExternalId: externalId }) },
    clientConfig,
  });
}
