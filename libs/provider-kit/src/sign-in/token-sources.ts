import { GrantedTokens, type GrantedTokensOptions } from './granted-tokens';
import type { TokenGrant } from './token-grant';
import type { TokenSource } from './token-source';

export type TokenSourcesOptions = GrantedTokensOptions;

/** Grants come from the configuration and are few; the bound is for one that keeps changing. */
const MOST_SOURCES = 1_000;

/** The token sources of a process: equal grants share one, so that tokens outlive a change of configuration. */
export class TokenSources {
  private readonly byIdentity = new Map<string, TokenSource>();

  constructor(private readonly options: TokenSourcesOptions) {}

  of(grant: TokenGrant): TokenSource {
    const known = this.byIdentity.get(grant.identity);
    if (known) return known;
    if (this.byIdentity.size >= MOST_SOURCES) this.byIdentity.clear();
    const source = new GrantedTokens(grant, this.options);
    this.byIdentity.set(grant.identity, source);
    return source;
  }
}
