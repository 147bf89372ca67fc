interface Entry {
  readonly bytes: Uint8Array;
  readonly revision: number;
}

interface Told {
  readonly key: string;
  readonly bytes: Uint8Array | null;
  readonly revision: number;
}

/**
 * A key-value bucket in memory, for what is decided over one: revisions and compare-and-set as NATS has them. Watchers hear
 * of changes in their order and a moment later, as over a network; `deliver` decides when.
 */
export class MemoryBucket {
  /** While it is set, every call rejects with it. */
  failure: Error | null = null;
  private readonly entries = new Map<string, Entry>();
  private readonly watchers = new Set<(told: Told) => void>();
  private revision = 0;

  constructor(private readonly deliver: (run: () => void) => void = queueMicrotask) {}

  async get(key: string): Promise<Entry | null> {
    this.fail();
    return this.entries.get(key) ?? null;
  }

  async put(key: string, bytes: Uint8Array): Promise<number> {
    this.fail();
    return this.set(key, bytes);
  }

  async putIf(key: string, bytes: Uint8Array, revision: number | null): Promise<boolean> {
    this.fail();
    if ((this.entries.get(key)?.revision ?? null) !== revision) return false;
    this.set(key, bytes);
    return true;
  }

  async delete(key: string): Promise<void> {
    this.fail();
    if (this.entries.delete(key)) this.tell({ key, bytes: null, revision: ++this.revision });
  }

  async keys(): Promise<readonly string[]> {
    this.fail();
    return [...this.entries.keys()];
  }

  async erase(firstToken: string): Promise<void> {
    this.fail();
    for (const key of [...this.entries.keys()]) if (key.startsWith(`${firstToken}.`)) this.entries.delete(key);
  }

  /** `pattern` is one key, or `>`. */
  async watch(pattern: string, listener: (told: Told) => void): Promise<() => void> {
    this.fail();
    const watcher = (told: Told): void => {
      if (pattern === '>' || pattern === told.key) listener(told);
    };
    for (const [key, entry] of this.entries) watcher({ key, ...entry });
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  private set(key: string, bytes: Uint8Array): number {
    this.revision += 1;
    this.entries.set(key, { bytes, revision: this.revision });
    this.tell({ key, bytes, revision: this.revision });
    return this.revision;
  }

  private tell(told: Told): void {
    for (const watcher of this.watchers) {
      this.deliver(() => {
        if (this.watchers.has(watcher)) watcher(told);
      });
    }
  }

  private fail(): void {
    if (this.failure) throw this.failure;
  }
}
