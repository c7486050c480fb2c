import { isRedstuffError } from '../errors.js';
import { createReferenceKernels } from '../reference/kernels.js';
import type { CreateTempStore } from '../source/temp-store.js';
import { forEachUnit, ProgressMeter, type Executor } from '../threads/executor.js';
import { InlineExecutor } from '../threads/inline.js';
import { WorkerPool } from '../threads/pool.js';
import type { SyncIo } from '../threads/sync-io.js';
import { createKernels } from '../threads/worker-loop.js';
import type { SpawnWorker } from '../threads/worker-port.js';
import type { Backend, BlobCodec, KernelVariant, OperationOptions } from '../types.js';
import { createWasmKernels } from '../wasm/kernels.js';
import { decodeBlob, decodeToSink } from './decode.js';
import { computeCommitment, encodeBlob, encodeToSink } from './encode.js';
import { codecShape, type CodecContext } from './geometry.js';
import { readRange, sliversOfRange } from './range.js';
import { verifyGeneralRecoverySymbol, verifyRecoverySymbol } from './recovery.js';
import {
  produceSymbolsAnywhere,
  recoverSliverAnywhere,
  verifyInconsistencyProofAnywhere,
} from './recovery-work.js';
import { Workspaces } from './workspace.js';
import { encodeToStore } from './stored-encoding.js';
import { verifyMetadata, verifySliverAnywhere } from './verify.js';

/** Which code, and who computes it. */
export interface BlobCodecInit {
  /** Number of shards, 4 to 1000. */
  readonly nShards: number;
  /** @default 'wasm' */
  readonly backend?: Backend | undefined;
  /**
   * Which build of the WASM kernels; all results are the same.
   *
   * @default the fastest that the runtime can run
   */
  readonly variant?: KernelVariant | undefined;
  /**
   * Workers; they start when there is work, end when the codec is closed, and do not keep a process alive. With 0 or 1
   * this thread does the work, except in a page, where 1 is one worker.
   *
   * @default as many as the machine has processors; one in a page that is not cross-origin isolated; 0 where there are
   *   no workers
   */
  readonly threads?: number | undefined;
  /**
   * How long the memory of an operation is kept for the next one, ms; 0 for not at all. Memory that was in use already is there
   * at once: its first use takes a fifth to a half of the time of encoding. Only for blobs in memory; it takes up to 1 GiB.
   *
   * @default 60_000
   */
  readonly keepMemoryMs?: number | undefined;
}

/** What a runtime offers to a codec. */
export interface Platform {
  /** Starts a worker; without it this thread does the work. */
  readonly spawn: SpawnWorker | undefined;
  readonly defaultThreads: number;
  /** Whether one worker is better than none: where this thread must stay responsive. */
  readonly isPage: boolean;
  /** Whether memory can be shared with workers. */
  readonly isShared: boolean;
  /** Kinds of stores that workers can reach. */
  readonly stores: readonly ('file' | 'blob')[];
  /** Access to stores on this thread. */
  readonly io: SyncIo | undefined;
  readonly createTempStore: CreateTempStore;
}

/** Most workers; more do not help, and each has memory of its own. */
const MAX_THREADS = 64;

function createExecutor(platform: Platform, threads: number): Executor {
  const { spawn, isPage, isShared, stores, io } = platform;
  if (!Number.isInteger(threads) || threads < 0 || threads > MAX_THREADS) {
    throw new RangeError(`threads must be an integer from 0 to ${MAX_THREADS}: ${threads}`);
  }
  if (spawn === undefined || threads < (isPage ? 1 : 2))
    return new InlineExecutor(createKernels, io);
  return new WorkerPool({ threads, spawn, isShared, stores });
}

const DEFAULT_KEEP_MEMORY_MS = 60_000;
/** Longest time that timers can do. */
const MAX_KEEP_MEMORY_MS = 2 ** 31 - 1;

function checkedKeepMemoryMs(value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= MAX_KEEP_MEMORY_MS) return value;
  throw new RangeError(`keepMemoryMs must be an integer from 0 to ${MAX_KEEP_MEMORY_MS}: ${value}`);
}

/** Single steps are short: it is enough to look at the signal before them. */
function checkSignal(options: OperationOptions | undefined): void {
  options?.signal?.throwIfAborted();
}

/**
 * Creates a codec on some runtime.
 *
 * @throws CORE_INVALID_SHARDS, REDSTUFF_WASM_UNAVAILABLE
 */
export async function createCodecOn(platform: Platform, init: BlobCodecInit): Promise<BlobCodec> {
  const { nShards, backend = 'wasm', variant, threads = platform.defaultThreads } = init;
  const keepMemoryMs = checkedKeepMemoryMs(init.keepMemoryMs ?? DEFAULT_KEEP_MEMORY_MS);
  const shape = codecShape(nShards);
  const kernels =
    backend === 'wasm' ? await createWasmKernels(shape.codes, variant) : createReferenceKernels();
  const executor = createExecutor(platform, threads);
  const context: CodecContext = {
    ...shape,
    kernels,
    executor,
    workspaces: new Workspaces(shape.codes, executor, kernels.variant, keepMemoryMs),
    createTempStore: platform.createTempStore,
  };
  const close = (): Promise<void> => {
    context.workspaces.close();
    return executor.close();
  };
  return {
    nShards,
    backend,
    variant: kernels.variant,
    threads: executor.isInline ? 0 : executor.threads,
    computeMetadata: (blob, options) => computeCommitment(context, blob, options),
    encode: (blob, options) => encodeBlob(context, blob, options),
    encodeToSink: (blob, sink, options) => encodeToSink(context, blob, sink, options),
    encodeToStore: (blob, options) =>
      encodeToStore(context, blob, options?.isEarly === true, options),
    decode: (input, options) => decodeBlob(context, input, options),
    decodeToSink: (input, sink, options) => decodeToSink(context, input, sink, options),
    sliversOfRange: (metadata, range) => sliversOfRange(context, metadata, range),
    readRange: (input, options) => readRange(context, input, options),
    async verifyMetadata(blobId, metadata) {
      return verifyMetadata(context, blobId, metadata);
    },
    async verifySliver({ metadata, axis, index, sliver }, options) {
      checkSignal(options);
      await verifySliverAnywhere(context, metadata, axis, index, sliver);
    },
    async verifySlivers({ metadata, slivers }, options) {
      const verdicts: (Error | null)[] = slivers.map(() => null);
      const progress = new ProgressMeter(slivers.length, options?.onProgress);
      const width = executor.isInline ? 1 : executor.threads + 1;
      await forEachUnit(slivers.length, { width, signal: options?.signal }, async (i) => {
        const entry = slivers[i];
        if (entry === undefined) return;
        try {
          await verifySliverAnywhere(context, metadata, entry.axis, entry.index, entry.sliver);
        } catch (error) {
          if (!isRedstuffError(error) || !error.code.startsWith('REDSTUFF_SLIVER_')) throw error;
          verdicts[i] = error;
        }
        progress.add(1);
      });
      progress.finish();
      return verdicts;
    },
    async recoverySymbols(input, options) {
      checkSignal(options);
      return produceSymbolsAnywhere(context, input);
    },
    async verifyRecoverySymbol({ metadata, axis, index, symbol }) {
      verifyRecoverySymbol(context, metadata, axis, index, symbol);
    },
    async verifyGeneralRecoverySymbol({ metadata, axis, index, symbol }) {
      return verifyGeneralRecoverySymbol(context, metadata, axis, index, symbol);
    },
    async recoverSliver(input, options) {
      checkSignal(options);
      return recoverSliverAnywhere(context, input);
    },
    async verifyInconsistencyProof({ metadata, proof }, options) {
      checkSignal(options);
      await verifyInconsistencyProofAnywhere(context, metadata, proof);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
