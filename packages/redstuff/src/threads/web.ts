import type { Platform } from '../codec/create-codec.js';
import { createBrowserTempStore } from '../source/browser-temp-store.js';
import type { SpawnWorker, WorkerPort, WorkerResponse } from './worker-port.js';

/** The part of a page's or worker's globals that is used here; the compiler only knows those of Node. */
interface PageWorker {
  onmessage: ((event: { readonly data: WorkerResponse | 'ready' }) => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
  onmessageerror: (() => void) | null;
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  terminate(): void;
}
type PageWorkerClass = new (url: URL, options: { type: 'module'; name: string }) => PageWorker;

// Named like this, bundlers find the module of the worker below.
declare const Worker: PageWorkerClass;

interface PageGlobals {
  readonly Worker?: PageWorkerClass;
  readonly crossOriginIsolated?: boolean;
  readonly navigator?: { readonly hardwareConcurrency?: number };
}

const globals = globalThis as typeof globalThis & PageGlobals;

/** Most workers by default. */
const MAX_DEFAULT_THREADS = 8;

const spawnWebWorker: SpawnWorker = (listener) => {
  const worker = new Worker(new URL('./web-worker.js', import.meta.url), {
    type: 'module',
    name: 'redstuff',
  });
  // What is sent before the module runs can be lost: it waits until the worker says that it is there.
  let waiting: Parameters<WorkerPort['post']>[] | undefined = [];
  const send: WorkerPort['post'] = (request, transfer) =>
    worker.postMessage(request, [...transfer]);
  worker.onmessage = ({ data }) => {
    if (data !== 'ready') {
      listener.onResponse(data);
      return;
    }
    const requests = waiting ?? [];
    waiting = undefined;
    for (const request of requests) send(...request);
  };
  worker.onerror = (event) => listener.onFailure(new Error(event.message ?? 'the worker failed'));
  worker.onmessageerror = () => listener.onFailure(new Error('a message cannot be read'));
  return {
    post(request, transfer) {
      if (waiting === undefined) send(request, transfer);
      else waiting.push([request, transfer]);
    },
    keepAlive() {
      // Pages end when their user says so.
    },
    async terminate() {
      worker.terminate();
    },
  };
};

/** Web workers where there are any (pages, and workers of pages), and no files. */
export function webPlatform(): Platform {
  const hasWorkers = globals.Worker !== undefined;
  const processors = globals.navigator?.hardwareConcurrency ?? 1;
  const isIsolated = globals.crossOriginIsolated === true;
  return {
    spawn: hasWorkers ? spawnWebWorker : undefined,
    defaultThreads: !hasWorkers ? 0 : isIsolated ? Math.min(processors, MAX_DEFAULT_THREADS) : 1,
    isPage: hasWorkers,
    isShared: isIsolated,
    stores: ['blob'],
    io: undefined,
    createTempStore: createBrowserTempStore,
  };
}
