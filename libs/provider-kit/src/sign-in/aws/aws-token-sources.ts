import { LookedUpTokenSources } from '../looked-up-token-sources';
import type { AwsCaller } from './aws-credentials';
import { AwsTokens, type AwsTokensOptions } from './aws-tokens';

/** The AWS credentials of a process. */
export class AwsTokenSources extends LookedUpTokenSources<AwsCaller, AwsTokens> {
  constructor(options: AwsTokensOptions) {
    super((caller) => new AwsTokens(caller, options));
  }
}
