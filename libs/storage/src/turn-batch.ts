/** An ask, and whoever waits for its answer. */
interface Waiting<Ask, Answer> {
  readonly ask: Ask;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** So many asks in one step leave Redis to others soon enough. */
const MOST_AT_ONCE = 100;

/**
 * What is asked in one turn of the event loop goes as one question: under load a turn has many asks, and most of what one
 * costs on its own (the command, the socket, the identity and clock of the server, the sums of an account) is then paid once
 * for all. Nobody waits for it: the question is asked before the loop waits for anything.
 */
export class TurnBatch<Ask, Answer> {
  private waiting: Waiting<Ask, Answer>[] = [];

  constructor(
    /** Answers in the order of the asks. A rejection is that of all of them. */
    private readonly askAll: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
  ) {}

  ask(ask: Ask): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.waiting.push({ ask, resolve, reject }) === 1) setImmediate(() => this.send());
    });
  }

  /** Sends what waits now: whoever closes the connection does not wait for the end of the turn. */
  send(): void {
    const all = this.waiting;
    this.waiting = [];
    for (let at = 0; at < all.length; at += MOST_AT_ONCE) void this.sendSome(all.slice(at, at + MOST_AT_ONCE));
  }

  private async sendSome(some: readonly Waiting<Ask, Answer>[]): Promise<void> {
    try {
      const answers = await this.askAll(some.map(({ ask }) => ask));
      for (let at = 0; at < some.length; at += 1) some[at]?.resolve(answers[at] as Answer);
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  }
}
