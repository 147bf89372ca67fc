import { LookedUpTokens, type LookUpOptions } from '../looked-up-tokens';
import type { AwsCaller, AwsCredentials } from './aws-credentials';
import { type LoadedAwsCredentials, loadAwsCredentials } from './load-aws-credentials';

const PATIENCE_MS = 20_000;

export interface AwsTokensOptions extends LookUpOptions {
  readonly load?: (caller: AwsCaller) => Promise<LoadedAwsCredentials>;
}

/** AWS credentials of one caller. */
export class AwsTokens extends LookedUpTokens<AwsCredentials> {
  constructor(caller: AwsCaller, options: AwsTokensOptions) {
    const find = options.load ?? loadAwsCredentials;
    const load = async () => {
      const { credentials, expiresAtUnixMs } = await find(caller);
      return { token: credentials, expiresAtUnixMs };
    };
    const explain = (error: unknown) => {
      const message = `no AWS credentials: ${reasonOf(error)}`;
      return { failure: { class: 'auth' as const, message }, isMissing: true };
    };
    super({ patienceMs: PATIENCE_MS, load, explain }, options);
  }
}

/** The library's sentences name files, profiles and variables, no secrets; answers of AWS may quote a token. */
function reasonOf(error: unknown): string {
  const { name, message } = error instanceof Error ? error : new Error('unknown');
  const isOfLibrary = name === 'CredentialsProviderError' || name === 'TokenProviderError' || name === 'Error';
  const sentence = message.split('\n')[0]?.slice(0, 200) ?? '';
  return isOfLibrary ? sentence : name;
}
