import type { StoreHandle } from '../threads/tasks.js';

/**
 * A place for bytes that an operation needs until its end.
 *
 * First everything is written, then {@link TempStore.seal} is called once, then it is read.
 */
export interface TempStore {
  /** Bytes on disk; 0 for memory. */
  readonly diskBytes: number;
  /** The bytes, if they are in memory. */
  readonly memory?: Uint8Array | undefined;
  /** How workers can write by themselves. */
  readonly writeHandle?: StoreHandle | undefined;
  /** How workers can read by themselves, once sealed. */
  readonly handle?: StoreHandle | undefined;
  write(position: number, bytes: Uint8Array): Promise<void>;
  seal(): Promise<void>;
  read(position: number, target: Uint8Array): Promise<void>;
  /** Deletes it; idempotent. */
  close(): Promise<void>;
}

/**
 * Makes a place for some bytes, in memory or on disk.
 *
 * @param sizeBytes - all that will be written
 * @throws REDSTUFF_NO_STORAGE where there is no room for so many
 */
export type CreateTempStore = (sizeBytes: number) => Promise<TempStore>;

/**
 * Makes a place in memory.
 *
 * @param memory - where the bytes go
 */
export function memoryStore(memory: Uint8Array): TempStore {
  return {
    diskBytes: 0,
    memory,
    async write(position, bytes) {
      memory.set(bytes, position);
    },
    async seal() {
      // Can be read at any time.
    },
    async read(position, target) {
      target.set(memory.subarray(position, position + target.length));
    },
    async close() {
      // Left to the garbage collector.
    },
  };
}
