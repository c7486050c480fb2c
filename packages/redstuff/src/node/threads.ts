import { readSync, writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { RedstuffError } from '../errors.js';
import type { SyncIo } from '../threads/sync-io.js';
import type { StoreHandle } from '../threads/tasks.js';
import type { SpawnWorker, WorkerResponse } from '../threads/worker-port.js';

const WORKER_URL = new URL('./worker.js', import.meta.url);

function descriptor(handle: StoreHandle, row: number): { fd: number; base: number } {
  if (handle.kind === 'file') return { fd: handle.fd, base: 0 };
  if (handle.kind === 'files') return { fd: handle.fds[row] ?? -1, base: handle.bases[row] ?? 0 };
  throw new Error('a Blob cannot be read in the middle of a task here');
}

/** Files by their descriptors, which all threads of a process share. */
export const fileIo: SyncIo = {
  read(handle, row, position, target) {
    const { fd, base } = descriptor(handle, row);
    let done = 0;
    while (done < target.length) {
      const count = readSync(fd, target, done, target.length - done, base + position + done);
      if (count === 0) {
        throw new RedstuffError('REDSTUFF_SOURCE_CHANGED', 'a file got shorter while it was read');
      }
      done += count;
    }
  },
  write(handle, row, position, bytes) {
    const { fd, base } = descriptor(handle, row);
    let done = 0;
    while (done < bytes.length) {
      done += writeSync(fd, bytes, done, bytes.length - done, base + position + done);
    }
  },
};

/** Starts a worker thread. */
export const spawnThread: SpawnWorker = (listener) => {
  // Options of the process, such as the kind of its main module, are none of a worker's.
  const worker = new Worker(WORKER_URL, { name: 'redstuff', execArgv: [] });
  worker.unref();
  let hasFailed = false;
  const fail = (cause: unknown): void => {
    if (hasFailed) return;
    hasFailed = true;
    listener.onFailure(cause);
  };
  worker.on('message', (response: WorkerResponse) => listener.onResponse(response));
  worker.on('messageerror', fail);
  worker.on('error', fail);
  worker.on('exit', (code) => fail(new Error(`the worker ended with code ${code}`)));
  return {
    post: (request, transfer) => worker.postMessage(request, [...transfer]),
    keepAlive(isNeeded) {
      if (isNeeded) worker.ref();
      else worker.unref();
    },
    async terminate() {
      hasFailed = true;
      await worker.terminate();
    },
  };
};
