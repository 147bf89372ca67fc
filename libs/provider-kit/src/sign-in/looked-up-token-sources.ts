import type { LookedUpTokens } from './looked-up-tokens';

/** The looked-up tokens of a process: equal callers share theirs, over changes of the configuration. */
export class LookedUpTokenSources<Caller, Tokens extends LookedUpTokens<unknown>> {
  private readonly byIdentity = new Map<string, Tokens>();
  private readonly used = new Set<string>();

  constructor(private readonly create: (caller: Caller) => Tokens) {}

  of(caller: Caller): Tokens {
    const identity = JSON.stringify(caller);
    this.used.add(identity);
    const known = this.byIdentity.get(identity);
    if (known) return known;
    const tokens = this.create(caller);
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
