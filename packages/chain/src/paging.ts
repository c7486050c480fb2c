import { WalrusError } from '@walrus-ts/core';
import type { CallOptions, Rpc } from './rpc.js';

/** How much of a list is read. */
export interface ListOptions extends CallOptions {
  /** Items per request; the chain may give fewer. Default 50. */
  readonly pageSize?: number | undefined;
  /** Items in all; the list ends after them. Default: all there are. */
  readonly limit?: number | undefined;
}

/** One answer of a paginated method. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly hasNextPage: boolean;
  /** Where the next page begins. */
  readonly cursor: string | null;
}

const DEFAULT_PAGE_SIZE = 50;

/**
 * Reads a list page by page, each when its first item is wanted.
 *
 * Items that change between two pages may be given twice or not at all, as the chain does.
 *
 * @param request - asks for one page
 * @throws CHAIN_RPC if the chain repeats a cursor, and the errors of every request
 */
export async function* paginate<T>(
  rpc: Rpc,
  request: (page: {
    readonly cursor: string | null;
    readonly limit: number;
    readonly signal: AbortSignal;
  }) => PromiseLike<Page<T>>,
  options: ListOptions = {},
): AsyncGenerator<T, void, undefined> {
  const { pageSize = DEFAULT_PAGE_SIZE } = options;
  let left = options.limit ?? Infinity;
  let cursor: string | null = null;
  while (left > 0) {
    const from: string | null = cursor;
    const limit = Math.min(pageSize, left);
    const page: Page<T> = await rpc.read(
      (signal) => request({ cursor: from, limit, signal }),
      options,
    );
    for (const item of page.items) {
      yield item;
      if (--left <= 0) return;
    }
    if (!page.hasNextPage) return;
    if (page.cursor === null || page.cursor === from) {
      throw new WalrusError('CHAIN_RPC', 'the chain gives no way to the next page of a list', {
        data: { cursor: from },
      });
    }
    cursor = page.cursor;
  }
}

/** Reads a whole list. */
export async function collect<T>(list: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of list) items.push(item);
  return items;
}
