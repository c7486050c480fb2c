import { createCodecOn, type BlobCodecInit } from './codec/create-codec.js';
import { webPlatform } from './threads/web.js';
import type { BlobCodec } from './types.js';

/**
 * Creates a codec for one number of shards; make one and keep it.
 *
 * In pages it works in web workers; in Node, on the calling thread: there, `createCodec` of
 * `@walrus-ts/redstuff/node` uses worker threads and files.
 *
 * @param init - number of shards, backend, threads
 * @throws CORE_INVALID_SHARDS, REDSTUFF_WASM_UNAVAILABLE
 * @example
 * ```ts
 * const codec = await createCodec({ nShards: 1000 });
 * const encoded = await codec.encode(bytes);
 * const first = encoded.sliver('primary', 0);
 * ```
 */
export async function createCodec(init: BlobCodecInit): Promise<BlobCodec> {
  return createCodecOn(webPlatform(), init);
}
