import type { Platform } from '../codec/create-codec.js';
import { createBrowserTempStore } from '../source/browser-temp-store.js';
import type { SpawnWorker, WorkerResponse } from './worker-port.js';

/** The part of a page's or worker's globals that is used here; the compiler only knows those of Node. */
interface PageWorker {
  onmessage: ((event: { readonly data: WorkerResponse }) => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
  onmessageerror: (() => void) | null;
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  terminate(): void;
}
type PageWorkerClass = new (url: URL, options: { type: 'module'; name: string }) => PageWorker;

interface PageGlobals {
  readonly Worker?: PageWorkerClass;
  readonly crossOriginIsolated?: boolean;
  readonly navigator?: { readonly hardwareConcurrency?: number };
}

const globals = globalThis as typeof globalThis & PageGlobals;

/** Most workers by default. */
const MAX_DEFAULT_THREADS = 8;

const spawnWebWorker: SpawnWorker = (listener) => {
  const { Worker: WorkerClass } = globals;
  if (WorkerClass === undefined) throw new Error('this runtime has no workers');
  const options = { type: 'module', name: 'redstuff' } as const;
  // In this form bundlers find the worker's module.
  const worker = new WorkerClass(new URL('./web-worker.js', import.meta.url), options);
  worker.onmessage = (event) => listener.onResponse(event.data);
  worker.onerror = (event) => listener.onFailure(new Error(event.message ?? 'the worker failed'));
  worker.onmessageerror = () => listener.onFailure(new Error('a message cannot be read'));
  return {
    post: (request, transfer) => worker.postMessage(request, [...transfer]),
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
    stores: ['blob'],
    io: undefined,
    createTempStore: createBrowserTempStore,
  };
}
