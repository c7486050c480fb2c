import type { MatrixPlan } from './matrix-work.js';
import type { Task, TaskResult } from './tasks.js';

/** What a worker is told. */
export type WorkerRequest =
  | { readonly id: number; readonly task: Task }
  /** No answer is expected to these. */
  | { readonly announce: MatrixPlan }
  | { readonly forget: string };

/** An error as it crosses threads. */
export interface WireError {
  readonly name: string;
  readonly code: string | undefined;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>> | undefined;
  readonly hint: string | undefined;
}

/** What a worker answers. */
export type WorkerResponse =
  | { readonly id: number; readonly result: TaskResult }
  | { readonly id: number; readonly error: WireError };

/** A worker of some runtime. */
export interface WorkerPort {
  /** Sends a request; the buffers are moved. */
  post(request: WorkerRequest, transfer: readonly ArrayBuffer[]): void;
  /** Whether this worker keeps the process alive. */
  keepAlive(isNeeded: boolean): void;
  /** Ends the worker at once. */
  terminate(): Promise<void>;
}

/** Who listens to a worker. */
export interface WorkerListener {
  onResponse(response: WorkerResponse): void;
  /** The worker has ended, or has thrown where nobody caught it; called once at most after its last response. */
  onFailure(cause: unknown): void;
}

/** Starts a worker. */
export type SpawnWorker = (listener: WorkerListener) => WorkerPort;
