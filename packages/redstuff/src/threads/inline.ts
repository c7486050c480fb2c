import type { Executor } from './executor.js';
import type { SyncIo } from './sync-io.js';
import { TaskRunner, type KernelFactory } from './task-runner.js';
import type { Task, TaskResult } from './tasks.js';

/** Longest time that tasks keep the event loop to themselves, apart from a single one. */
const SLICE_MS = 40;

/** Waits until the event loop has had its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    // Timers are clamped to 4 ms in pages, and there is nothing better there without a port that must be closed.
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

/** Does tasks on this thread, and lets the event loop have its turn in between. */
export class InlineExecutor implements Executor {
  readonly threads = 1;
  readonly isInline = true;
  readonly isShared = false;
  readonly #runner: TaskRunner;
  readonly #hasFiles: boolean;
  #sliceStart = -Infinity;

  /**
   * @param createKernels - makes kernels
   * @param io - access to files, where the runtime has it on this thread
   */
  constructor(createKernels: KernelFactory, io: SyncIo | undefined) {
    this.#runner = new TaskRunner(createKernels, io);
    this.#hasFiles = io !== undefined;
  }

  canReach(kind: 'file' | 'blob'): boolean {
    return kind === 'file' && this.#hasFiles;
  }

  async run(task: Task): Promise<TaskResult> {
    if (performance.now() - this.#sliceStart > SLICE_MS) {
      await nextTurn();
      this.#sliceStart = performance.now();
    }
    return this.#runner.run(task);
  }

  announce(): void {
    // There are no workers: such operations do their work by themselves.
  }

  forget(): void {
    // As above.
  }

  async close(): Promise<void> {
    // There is nothing to end.
  }
}
