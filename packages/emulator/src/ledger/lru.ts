/** Bounded cache of the values used last. */

/** Limits of a cache beside the number of entries. */
export interface WeightLimit<V> {
  /** Most weight of all entries together. */
  readonly limit: number;
  /** Weight of an entry, the same each time it is asked. */
  weigh(value: V): number;
}

/** Map that forgets the entries used longest ago when it is full. */
export class LruCache<K, V> {
  private readonly entries = new Map<K, V>();
  private readonly limit: number;
  private readonly weight: WeightLimit<V> | undefined;
  private total = 0;

  /**
   * @param limit - most entries kept
   * @param weight - most weight kept, e.g. bytes; an entry heavier than that is not kept at all
   */
  constructor(limit: number, weight?: WeightLimit<V>) {
    this.limit = limit;
    this.weight = weight;
  }

  /** Reads an entry and marks it as used. */
  get(key: K): V | undefined {
    const value = this.entries.get(key);
    if (value === undefined) return undefined;
    // A Map iterates in order of insertion, so re-inserting makes this the newest entry.
    this.entries.delete(key);
    this.entries.set(key, value);
    return value;
  }

  /** Writes an entry. */
  set(key: K, value: V): void {
    this.delete(key);
    this.entries.set(key, value);
    this.total += this.weight?.weigh(value) ?? 0;
    while (
      this.entries.size > this.limit ||
      (this.weight !== undefined && this.total > this.weight.limit)
    ) {
      const oldest = this.entries.keys().next();
      if (oldest.done === true) return;
      this.delete(oldest.value);
    }
  }

  /** Forgets an entry. */
  delete(key: K): void {
    const value = this.entries.get(key);
    if (value === undefined) return;
    this.entries.delete(key);
    this.total -= this.weight?.weigh(value) ?? 0;
  }
}
