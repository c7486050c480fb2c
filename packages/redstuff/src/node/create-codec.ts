import { availableParallelism } from 'node:os';
import { createCodecOn, type BlobCodecInit } from '../codec/create-codec.js';
import type { BlobCodec } from '../types.js';
import { tempStores, type TempStorageInit } from './temp-store.js';
import { fileIo, spawnThread } from './threads.js';

/** Which code, who computes it, and where temporary data goes. */
export interface NodeCodecInit extends BlobCodecInit, TempStorageInit {}

/** Most worker threads by default. */
const MAX_DEFAULT_THREADS = 16;

/**
 * Creates a codec that works in worker threads and with files; make one, keep it, and close it at the end.
 *
 * @param init - number of shards, backend, threads, temporary storage
 * @throws CORE_INVALID_SHARDS, REDSTUFF_WASM_UNAVAILABLE
 * @example
 * ```ts
 * await using codec = await createCodec({ nShards: 1000 });
 * const source = await fileSource('film.mp4');
 * const { blobId } = await codec.computeMetadata(source);
 * await source.close();
 * ```
 */
export async function createCodec(init: NodeCodecInit): Promise<BlobCodec> {
  return createCodecOn(
    {
      spawn: spawnThread,
      defaultThreads: Math.min(availableParallelism(), MAX_DEFAULT_THREADS),
      isPage: false,
      isShared: true,
      stores: ['file'],
      io: fileIo,
      createTempStore: tempStores(init),
    },
    init,
  );
}
