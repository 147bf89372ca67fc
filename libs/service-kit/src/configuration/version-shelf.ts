export interface ShelfOptions<State> {
  /** How long a version is kept after another took its place: as long as a request may take. */
  readonly keepMs: (state: State) => number;
  /** How much room a state takes, in whatever unit `mostKept` has. */
  readonly sizeOf: (state: State) => number;
  /** Of what is no longer in use. */
  readonly mostKept: number;
  /** Monotonic. */
  readonly nowMs: () => number;
}

interface Replaced<State> {
  readonly version: string;
  readonly state: State;
  readonly size: number;
  readonly untilMs: number;
}

/**
 * What a service derives from the configuration, by version: the one in use, the next while it is only prepared, and those
 * that requests under way began with. Whoever serves a step of a request asks for the version that the request began with,
 * so that no request is served by two.
 */
export class VersionShelf<State> {
  private inUse: { readonly version: string; readonly state: State } | null = null;
  private next: { readonly version: string; readonly state: State } | null = null;
  private replaced: readonly Replaced<State>[] = [];

  constructor(private readonly options: ShelfOptions<State>) {}

  get current(): State | null {
    return this.inUse?.state ?? null;
  }

  /** The state of this version, or undefined where it is not known here, not yet or no longer. */
  of(version: string): State | undefined {
    if (this.inUse?.version === version) return this.inUse.state;
    if (this.next?.version === version) return this.next.state;
    return this.replaced.find((one) => one.version === version)?.state;
  }

  /** May be in use soon, also elsewhere before it is here. Takes the place of what was prepared before. */
  prepare(version: string, state: State): void {
    this.next = { version, state };
  }

  /** In use from now on. The same version again replaces its state. */
  use(version: string, state: State): void {
    const { nowMs, keepMs, sizeOf } = this.options;
    const before = this.inUse;
    this.inUse = { version, state };
    if (this.next?.version === version) this.next = null;
    if (before && before.version !== version) {
      const untilMs = nowMs() + keepMs(before.state);
      this.replaced = [{ ...before, untilMs, size: sizeOf(before.state) }, ...this.replaced];
    }
    this.clear();
  }

  private clear(): void {
    const nowMs = this.options.nowMs();
    let kept = 0;
    this.replaced = this.replaced.filter(({ version, untilMs, size }) => {
      kept += size;
      return untilMs > nowMs && kept <= this.options.mostKept && version !== this.inUse?.version;
    });
  }
}
