/** Entry point of a worker of a page. */
import { RedstuffError } from '../errors.js';
import type { SyncIo } from './sync-io.js';
import { startWorkerLoop } from './worker-loop.js';
import type { WorkerRequest, WorkerResponse } from './worker-port.js';

/** The part of a dedicated worker's globals that is used here. */
interface WorkerGlobals {
  onmessage?: ((event: { readonly data: WorkerRequest }) => void) | null;
  onmessageerror?: (() => void) | null;
  readonly postMessage?: (message: WorkerResponse | 'ready', transfer: ArrayBuffer[]) => void;
  readonly FileReaderSync?: new () => { readAsArrayBuffer(blob: Blob): ArrayBuffer };
}

const globals = globalThis as typeof globalThis & WorkerGlobals;

const blobIo: SyncIo = {
  read(handle, _row, position, target) {
    const { FileReaderSync: Reader } = globals;
    if (handle.kind !== 'blob' || Reader === undefined) throw new Error('not a Blob');
    let bytes: ArrayBuffer;
    try {
      const part = handle.blob.slice(position, position + target.length);
      bytes = new Reader().readAsArrayBuffer(part);
    } catch (cause) {
      throw new RedstuffError('REDSTUFF_SOURCE_CHANGED', 'the file cannot be read any more', {
        cause,
        hint: 'choose the file again',
      });
    }
    if (bytes.byteLength !== target.length) {
      throw new RedstuffError('REDSTUFF_SOURCE_CHANGED', 'the file got shorter while it was read');
    }
    target.set(new Uint8Array(bytes));
  },
  write() {
    throw new Error('a Blob cannot be written');
  },
};

const handle = startWorkerLoop(blobIo, (response, transfer) =>
  globals.postMessage?.(response, transfer),
);
globals.onmessage = ({ data }) => handle(data);
globals.onmessageerror = () => {
  // Reaches the page as an error of this worker, which ends it.
  throw new Error('a message cannot be read');
};
globals.postMessage?.('ready', []);
