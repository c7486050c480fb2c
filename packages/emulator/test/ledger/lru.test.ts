import { describe, expect, it } from 'vitest';
import { LruCache } from '../../src/ledger/lru.js';

describe('a cache', () => {
  it('forgets what was used longest ago', () => {
    const cache = new LruCache<string, number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    cache.get('a');
    cache.set('c', 3);
    expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([1, undefined, 3]);
  });

  it('keeps no more weight than it may, replaced and deleted entries not counted', () => {
    const cache = new LruCache<string, string>(100, { limit: 10, weigh: ({ length }) => length });
    for (let i = 0; i < 50; i++) cache.set('same', 'x'.repeat(6));
    cache.set('other', 'y'.repeat(4));
    expect(cache.get('same')).toBeDefined();
    cache.delete('other');
    cache.set('third', 'z'.repeat(4));
    expect(cache.get('same')).toBeDefined();
    cache.set('fourth', 'w'.repeat(3));
    expect([cache.get('third'), cache.get('same'), cache.get('fourth')]).toEqual([
      undefined,
      'xxxxxx',
      'www',
    ]);
    cache.set('huge', 'v'.repeat(11));
    expect(cache.get('huge')).toBeUndefined();
  });
});
