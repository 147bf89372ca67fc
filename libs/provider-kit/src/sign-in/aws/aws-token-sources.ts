import type { AwsCaller } from './aws-credentials';
import { AwsTokens, type AwsTokensOptions } from './aws-tokens';

/** The AWS credentials of a process: equal callers share theirs, over changes of the configuration. */
export class AwsTokenSources {
  private readonly byIdentity = new Map<string, AwsTokens>();
  private readonly used = new Set<string>();

  constructor(private readonly options: AwsTokensOptions) {}

  of(caller: AwsCaller): AwsTokens {
    const identity = JSON.stringify(caller);
    this.used.add(identity);
    const known = this.byIdentity.get(identity);
    if (known) return known;
    const tokens = new AwsTokens(caller, this.options);
    this.byIdentity.set(identity, tokens);
    return tokens;
  }

  /** Lets go of callers nobody asked for since the last time. */
  forgetUnused(): void {
    for (const [identity, tokens] of this.byIdentity) {
      if (this.used.has(identity)) continue;
      tokens.close();
      this.byIdentity.delete(identity);
    }
    this.used.clear();
  }
}
