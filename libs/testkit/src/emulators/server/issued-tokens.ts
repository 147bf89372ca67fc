/** Tokens that an emulated sign-in gave out, and until when they are good. */
export class IssuedTokens {
  private readonly untilUnixMs = new Map<string, number>();
  private issued = 0;

  constructor(
    /** What they begin with. */
    private readonly mark: string,
    private readonly nowUnixMs: () => number,
  ) {}

  /**
   * `goodForS` may be longer than what the caller is told: one on its way when it ended is let in. `write` makes what
   * follows the mark out of the number of the token.
   */
  issue(goodForS: number, write: (count: number) => string = String): string {
    this.issued += 1;
    const token = `${this.mark}${write(this.issued)}`;
    this.untilUnixMs.set(token, this.nowUnixMs() + goodForS * 1000);
    return token;
  }

  /** A token that was not issued here is somebody else's, and good unless it says otherwise. */
  isGood(token: string): boolean {
    if (!token.startsWith(this.mark)) return token !== 'invalid-token';
    return (this.untilUnixMs.get(token) ?? 0) > this.nowUnixMs();
  }
}
