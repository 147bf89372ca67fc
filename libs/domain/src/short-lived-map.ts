/** Fewer insertions than this are not worth a new map. */
const LEAST_RENEWAL = 256;

/**
 * A map for entries that live for milliseconds, thousands of them a second: requests under way and the like.
 *
 * A plain `Map` replaces its table every few insertions, and V8 leaves in each old table its entries and a pointer to the
 * next table (for iterators; `OrderedHashTable::Rehash`). Once one of these tables has grown old enough to be moved to
 * the old generation, it keeps all later ones from being collected young, with everything they ever held: each request
 * would then be copied twice and wait for a major collection. Measured under load, that was a quarter of the edge's CPU.
 * A new `Map` from time to time breaks the chain.
 */
export class ShortLivedMap<Key, Value> {
  private map = new Map<Key, Value>();
  private insertions = 0;

  get size(): number {
    return this.map.size;
  }

  get(key: Key): Value | undefined {
    return this.map.get(key);
  }

  has(key: Key): boolean {
    return this.map.has(key);
  }

  set(key: Key, value: Value): void {
    this.map.set(key, value);
    this.insertions += 1;
    // As many insertions as entries to copy: the copy costs each insertion a constant.
    if (this.insertions >= LEAST_RENEWAL && this.insertions >= this.map.size) {
      this.map = new Map(this.map);
      this.insertions = 0;
    }
  }

  /** True when there was such an entry. */
  delete(key: Key): boolean {
    return this.map.delete(key);
  }

  /** A copy, in order of insertion: entries may be added and deleted while it is read. */
  values(): Value[] {
    return [...this.map.values()];
  }
}
