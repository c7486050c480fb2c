import type { AxisCodes } from '../code.js';
import { INPUT_SLACK_BYTES, type MemoryKernels } from '../kernels.js';
import { NODE_BYTES } from '../merkle/shape.js';
import type { Executor } from '../threads/executor.js';
import { SharedGarbage } from '../threads/shared-garbage.js';
import { COUNTERS_BYTES, GROUP_COLUMNS } from '../threads/matrix-work.js';
import type { KernelVariant } from '../types.js';
import { pagesFor } from '../wasm/kernels.js';
import { alignAddress, createMemoryKernels, memoryNeeds } from '../wasm/memory-kernels.js';
import { loadKernelModule, type KernelModule } from '../wasm/module.js';

/** Most memory for one operation. */
const MAX_MEMORY_BYTES = 2 ** 30;
/** Most memory that an operation takes beyond twice what it needs. */
const MAX_SPARE_BYTES = 64 << 20;
/** Room between areas: what kernels may read before and behind an input. */
const SLACK_BYTES = 2 * INPUT_SLACK_BYTES;

/** A memory of the kernels for one operation at a time; its contents are undefined but for the tables. */
export interface Workspace {
  readonly module: KernelModule;
  readonly memory: WebAssembly.Memory;
  readonly bytes: Uint8Array;
  /** Of this thread. */
  readonly kernels: MemoryKernels;
  readonly counters: number;
  readonly tables: number;
  /** Areas of the workers, the last one being that of this thread if there are workers. */
  readonly workers: readonly { readonly scratch: number; readonly leaves: number }[];
  /** First address behind all that. */
  readonly dataStart: number;
}

/** Hands out areas of a memory, one behind the other. */
export class Layout {
  /** First address behind the areas. */
  end: number;

  /** @param start - first address */
  constructor(start: number) {
    this.end = start;
  }

  /** Returns the address of one more area. */
  take(sizeBytes: number): number {
    const start = alignAddress(this.end);
    this.end = start + sizeBytes + SLACK_BYTES;
    return start;
  }
}

/**
 * Makes memories for operations, and keeps the last one for a moment, since memory that was never touched is slow. What is not
 * given back is collected with whatever holds it.
 */
export class Workspaces {
  readonly #codes: AxisCodes;
  readonly #executor: Executor;
  readonly #variant: KernelVariant | undefined;
  readonly #keptMs: number;
  readonly #garbage = new SharedGarbage();
  #kept: Workspace | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  /**
   * @param variant - which kernels; without, there are no memories
   * @param keptMs - how long a memory is kept for the next operation
   */
  constructor(
    codes: AxisCodes,
    executor: Executor,
    variant: KernelVariant | undefined,
    keptMs: number,
  ) {
    this.#codes = codes;
    this.#executor = executor;
    this.#variant = variant;
    this.#keptMs = keptMs;
  }

  /** Whether operations can have a memory: alone on this thread, or shared with the workers. */
  get isAvailable(): boolean {
    const { isInline, isShared } = this.#executor;
    return this.#variant !== undefined && (isInline || isShared);
  }

  /**
   * Returns a memory.
   *
   * @param dataBytes - room needed behind {@link Workspace.dataStart}, as a {@link Layout} from there would take
   * @returns `undefined` if that is too much
   * @throws REDSTUFF_WASM_UNAVAILABLE
   */
  async take(dataBytes: number): Promise<Workspace | undefined> {
    const kept = this.#kept;
    this.#forget();
    const spareBytes = kept ? kept.bytes.length - (kept.dataStart + dataBytes + SLACK_BYTES) : -1;
    // Small operations, one after the other, must not keep the memory of a large one.
    if (kept && spareBytes >= 0 && spareBytes <= dataBytes + MAX_SPARE_BYTES) {
      kept.bytes.fill(0, kept.counters, kept.counters + COUNTERS_BYTES);
      return kept;
    }
    return this.#make(dataBytes);
  }

  /** Gives a memory back that nobody uses any more. */
  give(workspace: Workspace): void {
    this.#forget();
    if (this.#isClosed || this.#keptMs === 0) return;
    this.#kept = workspace;
    const forget = (): void => this.#forget();
    const timer: ReturnType<typeof setTimeout> | number = setTimeout(forget, this.#keptMs);
    this.#timer = timer;
    // No process waits for it; in pages it is a number.
    if (typeof timer === 'object') timer.unref();
  }

  /** Lets go of what is kept, for good. */
  close(): void {
    this.#isClosed = true;
    this.#forget();
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#kept = undefined;
  }

  async #make(dataBytes: number): Promise<Workspace | undefined> {
    const { isInline, threads } = this.#executor;
    const codes = this.#codes;
    const nShards = codes.primary.sources + codes.primary.recoveries;
    const module = await loadKernelModule({ variant: this.#variant, isShared: !isInline });
    const { tablesBytes, scratchBytes } = memoryNeeds(codes);
    const layout = new Layout(module.heapBase + SLACK_BYTES);
    const counters = layout.take(COUNTERS_BYTES);
    const tables = layout.take(tablesBytes);
    const workers = Array.from({ length: isInline ? 1 : threads + 1 }, () => ({
      scratch: layout.take(scratchBytes),
      leaves: layout.take(GROUP_COLUMNS * nShards * NODE_BYTES),
    }));
    const dataStart = alignAddress(layout.end);
    const end = dataStart + dataBytes + SLACK_BYTES;
    if (end > MAX_MEMORY_BYTES) return undefined;
    const pages = pagesFor(end);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: !isInline });
    if (!isInline) this.#garbage.add(memory.buffer.byteLength);
    const scratch = workers.at(-1)?.scratch ?? 0;
    const init = { module, memory, codes, tables, scratch, writeTables: true };
    const kernels = await createMemoryKernels(init);
    const bytes = new Uint8Array(memory.buffer);
    return { module, memory, bytes, kernels, counters, tables, workers, dataStart };
  }
}
