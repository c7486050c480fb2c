import { encodingParameters } from '@walrus-ts/core/encoding';
import { axisCodes, type AxisCodes } from '../code.js';
import type { KernelContext } from '../codec/geometry.js';
import { decodePlan, type DecodePlan } from '../decode-plan.js';
import { consecutive, interleaved, type Kernels } from '../kernels.js';
import type { Implementation } from '../types.js';
import { MatrixWork, type MatrixPlan, type MatrixTask } from './matrix-work.js';
import { SharedGarbage } from './shared-garbage.js';
import { readPanel, writeRegion, type SyncIo } from './sync-io.js';
import type {
  ColumnsTask,
  DecodeTask,
  GatherTask,
  ReduceTask,
  Region,
  RootsTask,
  RowsTask,
  Task,
  TaskResult,
} from './tasks.js';

/** Makes kernels for one number of shards. */
export type KernelFactory = (codes: AxisCodes, implementation: Implementation) => Promise<Kernels>;

/** Numbers of shards whose kernels are kept ready; each has some MB of memory. */
const MAX_SHAPES = 2;

/** Returns the front of a buffer of at least some size. */
function area(buffer: ArrayBuffer | undefined, sizeBytes: number): Uint8Array<ArrayBuffer> {
  const usable =
    buffer !== undefined && buffer.byteLength >= sizeBytes ? buffer : new ArrayBuffer(sizeBytes);
  return new Uint8Array(usable, 0, sizeBytes);
}

/** Does the tasks: in a worker, or on the spot. */
export class TaskRunner {
  readonly #createKernels: KernelFactory;
  readonly #io: SyncIo | undefined;
  readonly #shapes = new Map<string, KernelContext>();
  /** Operations in shared memory that this worker may have a part in, or has. */
  readonly #plans = new Map<string, MatrixPlan>();
  readonly #works = new Map<string, MatrixWork>();
  readonly #garbage = new SharedGarbage();
  #plan: DecodePlan | undefined;

  /**
   * @param createKernels - makes the kernels when a number of shards is first met
   * @param io - access to stores, for tasks that name one
   */
  constructor(createKernels: KernelFactory, io: SyncIo | undefined) {
    this.#createKernels = createKernels;
    this.#io = io;
  }

  /** Does one task; only one at a time. */
  async run(task: Task): Promise<TaskResult> {
    if (task.kind === 'matrix') return this.#runMatrix(task);
    if (task.kind === 'gather') return this.#gather(task, task.buffer);
    const shape = await this.#shape(task.nShards, task.implementation);
    if (task.kind === 'recovery') {
      // Loaded when it is first used, since it brings another hash along.
      const { recoverHere } = await import('../codec/recovery-work.js');
      return { recovery: recoverHere(shape, task.work) };
    }
    const result = this.#do(shape, task);
    const isLent = 'input' in task && task.input.kind === 'bytes';
    return isLent ? { ...result, inputBuffer: task.input.bytes } : result;
  }

  /** Learns of an operation in shared memory. */
  announce(plan: MatrixPlan): void {
    this.#plans.set(plan.id, plan);
  }

  /** Lets go of the memory of an operation. */
  forget(id: string): void {
    this.#garbage.add(this.#plans.get(id)?.memory.buffer.byteLength ?? 0);
    this.#plans.delete(id);
    this.#works.delete(id);
  }

  async #runMatrix({ id, phase, sliceMs }: MatrixTask): Promise<TaskResult> {
    let work = this.#works.get(id);
    if (work === undefined) {
      const plan = this.#plans.get(id);
      if (plan === undefined) throw new Error('this worker was not told of the operation');
      work = await MatrixWork.join(plan);
      this.#works.set(id, work);
    }
    return { shared: work.run(phase, sliceMs) };
  }

  #gather({ rows, width, input }: GatherTask, buffer: ArrayBuffer | undefined): TaskResult {
    const bytes = area(buffer, rows * width);
    readPanel(this.#io, input, bytes, rows, width);
    return { bytes, buffer: bytes.buffer };
  }

  #do(
    shape: KernelContext,
    task: Exclude<Task, { readonly kind: 'matrix' | 'gather' | 'recovery' }>,
  ): TaskResult {
    switch (task.kind) {
      case 'rows':
        return this.#rows(shape, task, task.buffer);
      case 'columns':
        return this.#columns(shape, task, task.buffer);
      case 'reduce':
        return this.#reduce(shape, task);
      case 'decode':
        return this.#decode(shape, task, task.buffer);
      case 'roots':
        return this.#roots(shape, task, task.buffer);
    }
  }

  async #shape(nShards: number, implementation: Implementation): Promise<KernelContext> {
    const key = `${implementation} ${nShards}`;
    let shape = this.#shapes.get(key);
    if (shape === undefined) {
      const parameters = encodingParameters(nShards);
      const codes = axisCodes(parameters);
      shape = { parameters, codes, kernels: await this.#createKernels(codes, implementation) };
      const [oldest] = this.#shapes.keys();
      if (this.#shapes.size >= MAX_SHAPES && oldest !== undefined) this.#shapes.delete(oldest);
    } else {
      this.#shapes.delete(key);
    }
    // The last one in the map is the one used last.
    this.#shapes.set(key, shape);
    return shape;
  }

  #rows(
    { codes, kernels }: KernelContext,
    task: RowsTask,
    buffer: ArrayBuffer | undefined,
  ): TaskResult {
    const code = codes.primary;
    const { symbolSize, rows, input, output } = task;
    const inputBytes = rows * code.sources * symbolSize;
    readPanel(this.#io, input, kernels.stage(inputBytes), rows, inputBytes / rows);
    const recovery = kernels.encode({
      code,
      symbolSize,
      words: rows,
      input: consecutive(symbolSize, code.sources),
      output: consecutive(symbolSize, code.recoveries),
    });
    return this.#deliver(recovery, output, rows, buffer);
  }

  #columns(
    { codes, kernels }: KernelContext,
    task: ColumnsTask,
    buffer: ArrayBuffer | undefined,
  ): TaskResult {
    const code = codes.secondary;
    const { symbolSize, columns, usedRows, input, primary } = task;
    const width = columns * symbolSize;
    const columnBytes = code.sources * symbolSize;
    const panel = kernels.stage(columns * columnBytes);
    readPanel(this.#io, input, panel, usedRows, width);
    // What is behind the rows in use is not read, unless the columns go out as slivers.
    if (task.returnsColumns) panel.fill(0, usedRows * width);
    const primaryBytes = primary === 'return' ? code.recoveries * width : 0;
    const returned = primaryBytes + (task.returnsColumns ? columns * columnBytes : 0);
    const out = returned > 0 ? area(buffer, returned) : undefined;
    if (out && task.returnsColumns) {
      // One sliver after another; the panel has them side by side.
      for (let r = 0; r < code.sources; r++) {
        for (let c = 0; c < columns; c++) {
          const at = r * width + c * symbolSize;
          const symbol = panel.subarray(at, at + symbolSize);
          out.set(symbol, primaryBytes + c * columnBytes + r * symbolSize);
        }
      }
    }
    const batch = {
      code,
      symbolSize,
      words: columns,
      used: usedRows,
      input: interleaved(symbolSize, columns),
      output: interleaved(symbolSize, columns),
    };
    let recovery: Uint8Array;
    let hashes: { roots: Uint8Array } | undefined;
    if (task.isHashed) {
      const expanded = kernels.expand(batch);
      recovery = expanded.recovery;
      hashes = { roots: expanded.roots.slice() };
    } else {
      recovery = kernels.encode(batch);
    }
    if (primary === 'return') out?.set(recovery.subarray(0, primaryBytes));
    else if (primary !== 'drop') this.#write(primary, recovery, code.recoveries, width);
    // Last, since it overwrites the other results.
    const nodes = hashes && kernels.reduceLeaves(task.reduceLevels).slice();
    return {
      ...(hashes && { roots: hashes.roots }),
      ...(nodes && { nodes }),
      ...(out && { bytes: out }),
      buffer: out?.buffer ?? buffer,
    };
  }

  #reduce({ kernels }: KernelContext, task: ReduceTask): TaskResult {
    const { nodes, columns, rows, levels } = task;
    kernels.stage(columns * rows * 32).set(new Uint8Array(nodes, 0, columns * rows * 32));
    return { nodes: kernels.reduceColumns(columns, rows, levels).slice() };
  }

  #decode(shape: KernelContext, task: DecodeTask, buffer: ArrayBuffer | undefined): TaskResult {
    const { codes, kernels } = shape;
    const { axis, symbolSize, words, input, given, wanted, output } = task;
    const code = codes[axis];
    const width = words * symbolSize;
    if (!this.#plan || this.#plan.code !== code || !isSame(this.#plan.given, given)) {
      this.#plan = decodePlan(code, [...given]);
    }
    readPanel(this.#io, input, kernels.stage(code.sources * width), code.sources, width);
    const isRows = axis === 'primary';
    const sources = kernels.decode(
      {
        code,
        symbolSize,
        words,
        input: interleaved(symbolSize, words),
        output: isRows ? consecutive(symbolSize, code.sources) : interleaved(symbolSize, words),
      },
      this.#plan,
    );
    if (isRows) {
      if (typeof output === 'function') throw new Error('rows are returned, or go to a region');
      const result = this.#deliver(sources, output, words, buffer);
      if (!task.isHashed) return result;
      const copy = result.bytes ?? sources.slice();
      return { ...result, roots: this.#rootsOf(shape, 'primary', copy, symbolSize) };
    }
    if (output !== undefined) {
      wanted.forEach((row, i) => {
        const piece = sources.subarray(row * width, (row + 1) * width);
        if (typeof output === 'function') output(i, piece);
        else this.#write({ ...output, firstRow: output.firstRow + i }, piece, 1, width);
      });
      return { buffer };
    }
    const out = area(buffer, wanted.length * width);
    wanted.forEach((row, i) => {
      out.set(sources.subarray(row * width, (row + 1) * width), i * width);
    });
    return {
      bytes: out,
      buffer: out.buffer,
    };
  }

  #roots(shape: KernelContext, task: RootsTask, buffer: ArrayBuffer | undefined): TaskResult {
    const { axis, symbolSize, words, input, returnsInput } = task;
    const sizeBytes = words * shape.codes[axis].sources * symbolSize;
    const staged = shape.kernels.stage(sizeBytes);
    readPanel(this.#io, input, staged, words, sizeBytes / words);
    const out = returnsInput ? area(buffer, sizeBytes) : undefined;
    out?.set(staged);
    return {
      roots: this.#expandedRoots(shape, axis, words, symbolSize),
      ...(out && { bytes: out }),
      buffer: out?.buffer ?? buffer,
    };
  }

  #rootsOf(
    shape: KernelContext,
    axis: 'primary' | 'secondary',
    slivers: Uint8Array,
    symbolSize: number,
  ): Uint8Array {
    shape.kernels.stage(slivers.length).set(slivers);
    const words = slivers.length / (shape.codes[axis].sources * symbolSize);
    return this.#expandedRoots(shape, axis, words, symbolSize);
  }

  #expandedRoots(
    { codes, kernels }: KernelContext,
    axis: 'primary' | 'secondary',
    words: number,
    symbolSize: number,
  ): Uint8Array {
    const code = codes[axis];
    const { roots } = kernels.expand({
      code,
      symbolSize,
      words,
      input: consecutive(symbolSize, code.sources),
      output: consecutive(symbolSize, code.recoveries),
    });
    return roots.slice();
  }

  /** Writes a result of so many equal rows to its region, or returns it. */
  #deliver(
    bytes: Uint8Array,
    output: Region | undefined,
    rows: number,
    buffer: ArrayBuffer | undefined,
  ): TaskResult {
    if (output !== undefined) {
      this.#write(output, bytes, rows, bytes.length / rows);
      return { buffer };
    }
    const out = area(buffer, bytes.length);
    out.set(bytes);
    return { bytes: out, buffer: out.buffer };
  }

  #write(region: Region, bytes: Uint8Array, rows: number, width: number): void {
    if (this.#io === undefined) throw new Error('this worker has no access to stores');
    writeRegion(this.#io, region, bytes, rows, width);
  }
}

function isSame(a: readonly number[], b: Uint32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
