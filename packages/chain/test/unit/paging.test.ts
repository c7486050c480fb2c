import { describe, expect, it } from 'vitest';
import { collect, paginate, type Page } from '../../src/paging.js';
import type { Rpc } from '../../src/rpc.js';

const rpc = {
  read: (request: (signal: AbortSignal) => unknown) => request(new AbortController().signal),
} as Pick<Rpc, 'read'> as Rpc;

/** Pages of the numbers below `total`; the cursor is the next number. */
function numbers(total: number) {
  const asked: { cursor: string | null; limit: number }[] = [];
  const request = async (page: { cursor: string | null; limit: number }): Promise<Page<number>> => {
    asked.push({ cursor: page.cursor, limit: page.limit });
    const start = Number(page.cursor ?? 0);
    const end = Math.min(total, start + page.limit);
    const items = Array.from({ length: end - start }, (_, i) => start + i);
    return { items, hasNextPage: end < total, cursor: String(end) };
  };
  return { asked, request };
}

describe('paginate', () => {
  it('reads all pages in order', async () => {
    const { asked, request } = numbers(7);
    expect(await collect(paginate(rpc, request, { pageSize: 3 }))).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(asked.map(({ cursor }) => cursor)).toEqual([null, '3', '6']);
  });

  it('asks for no more than the limit, and for a page only when it is wanted', async () => {
    const { asked, request } = numbers(100);
    expect(await collect(paginate(rpc, request, { pageSize: 3, limit: 4 }))).toEqual([0, 1, 2, 3]);
    expect(asked.map(({ limit }) => limit)).toEqual([3, 1]);
    asked.length = 0;
    for await (const item of paginate(rpc, request, { pageSize: 2 })) if (item === 1) break;
    expect(asked).toHaveLength(1);
    expect(await collect(paginate(rpc, request, { limit: 0 }))).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  it('fails when the chain gives no way forward', async () => {
    const stuck = async (): Promise<Page<number>> => ({
      items: [1],
      hasNextPage: true,
      cursor: null,
    });
    await expect(collect(paginate(rpc, stuck))).rejects.toMatchObject({ code: 'CHAIN_RPC' });
  });
});
