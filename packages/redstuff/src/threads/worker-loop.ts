import { errorMessage, isWalrusError } from '@walrus-ts/core/errors';
import { createWasmKernels } from '../wasm/kernels.js';
import type { SyncIo } from './sync-io.js';
import { TaskRunner, type KernelFactory } from './task-runner.js';
import type { TaskResult } from './tasks.js';
import type { WireError, WorkerRequest, WorkerResponse } from './worker-port.js';

/** Kernels of any kind. The reference and its hash are loaded where they are used. */
export const createKernels: KernelFactory = async (codes, implementation) => {
  if (implementation !== 'reference') return createWasmKernels(codes, implementation);
  const { createReferenceKernels } = await import('../reference/kernels.js');
  return createReferenceKernels();
};

function toWire(error: unknown): WireError {
  const known = isWalrusError(error) ? error : undefined;
  const code =
    known?.code ??
    (error instanceof Error && 'code' in error && typeof error.code === 'string'
      ? error.code
      : undefined);
  return {
    name: error instanceof Error ? error.name : 'Error',
    code,
    message: errorMessage(error),
    data: known?.data,
    hint: known?.hint,
  };
}

function buffersOf(result: TaskResult): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const { recovery } = result;
  const sliver = recovery?.kind === 'recovered' ? recovery.sliver.data : undefined;
  for (const array of [result.roots, result.nodes, result.bytes, sliver]) {
    if (array?.buffer instanceof ArrayBuffer) buffers.add(array.buffer);
  }
  for (const buffer of [result.buffer, result.inputBuffer]) if (buffer) buffers.add(buffer);
  return [...buffers].filter(({ byteLength }) => byteLength > 0);
}

/**
 * Runs in a worker: does one task after another.
 *
 * @param io - access to stores
 * @param post - sends a response, moving the buffers
 * @returns what to call with each request
 */
export function startWorkerLoop(
  io: SyncIo,
  post: (response: WorkerResponse, transfer: ArrayBuffer[]) => void,
): (request: WorkerRequest) => void {
  const runner = new TaskRunner(createKernels, io);
  let last: Promise<void> = Promise.resolve();
  const handle = async (request: WorkerRequest): Promise<void> => {
    if ('forget' in request) {
      runner.forget(request.forget);
      return;
    }
    if ('announce' in request) {
      runner.announce(request.announce);
      return;
    }
    const { id, task } = request;
    try {
      const result = await runner.run(task);
      post({ id, result }, buffersOf(result));
    } catch (error) {
      post({ id, error: toWire(error) }, []);
    }
  };
  return (request) => {
    last = last.then(() => handle(request));
  };
}
