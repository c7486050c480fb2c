/** Bounded cache of the values used last. */

/** Map that forgets the entry used longest ago when it is full. */
export class LruCache<K, V> {
  private readonly entries = new Map<K, V>();
  private readonly limit: number;

  /** @param limit - most entries kept */
  constructor(limit: number) {
    this.limit = limit;
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
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size > this.limit) {
      const oldest = this.entries.keys().next();
      if (oldest.done !== true) this.entries.delete(oldest.value);
    }
  }

  /** Forgets an entry. */
  delete(key: K): void {
    this.entries.delete(key);
  }
}
