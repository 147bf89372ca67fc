/** Lets only so many reads be under way at once; the others wait for their turn. */
export class ReadLimiter {
  private underWay = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly most: number) {}

  async run<Value>(read: () => Promise<Value>): Promise<Value> {
    if (this.underWay >= this.most) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.underWay += 1;
    try {
      return await read();
    } finally {
      // A turn is handed on, so that nobody comes between.
      const next = this.waiting.shift();
      if (next) next();
      else this.underWay -= 1;
    }
  }
}
