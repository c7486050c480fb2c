import { WalrusError } from '@walrus-ts/core';
import { RedstuffError, type RedstuffErrorCode } from '../errors.js';
import type { Executor } from './executor.js';
import type { MatrixPlan } from './matrix-work.js';
import type { Task, TaskResult } from './tasks.js';
import type { SpawnWorker, WireError, WorkerPort, WorkerResponse } from './worker-port.js';

/** Tasks given to one worker at a time: the next one is there when the first is done. */
const TASKS_PER_WORKER = 2;

interface Job {
  readonly task: Task;
  readonly resolve: (result: TaskResult) => void;
  readonly reject: (error: unknown) => void;
}

interface Member {
  readonly port: WorkerPort;
  readonly jobs: Map<number, Job>;
}

function fromWire(wire: WireError): Error {
  const options = {
    ...(wire.data && { data: wire.data }),
    ...(wire.hint !== undefined && { hint: wire.hint }),
  };
  if (wire.code?.startsWith('REDSTUFF_')) {
    // The code comes from this package's own code on the other side.
    return new RedstuffError(wire.code as RedstuffErrorCode, wire.message, options);
  }
  if (wire.code !== undefined && wire.name.endsWith('WalrusError')) {
    return new WalrusError(wire.code, wire.message, options);
  }
  const error = new Error(wire.message);
  error.name = wire.name;
  return wire.code === undefined ? error : Object.assign(error, { code: wire.code });
}

function buffersOf(task: Task): ArrayBuffer[] {
  const buffers: ArrayBuffer[] = [];
  if (task.buffer) buffers.push(task.buffer);
  if ('input' in task && task.input.kind === 'bytes') buffers.push(task.input.bytes);
  if (task.kind === 'reduce') buffers.push(task.nodes);
  // Nothing is gained by moving empty ones, which some browsers get wrong.
  return buffers.filter(({ byteLength }) => byteLength > 0);
}

/** What a pool needs to know. */
export interface WorkerPoolInit {
  /** Number of workers, at least 1; they are started when there is work for them. */
  readonly threads: number;
  readonly spawn: SpawnWorker;
  /** Whether memory can be shared with the workers. */
  readonly isShared: boolean;
  /** Kinds of stores that the workers can reach. */
  readonly stores: readonly ('file' | 'blob')[];
}

/**
 * A pool of workers of some runtime.
 *
 * A worker that dies takes its jobs with it (they are rejected) and is replaced when there is work again. Workers keep
 * the process alive only while there are jobs.
 */
export class WorkerPool implements Executor {
  readonly threads: number;
  readonly isInline = false;
  readonly isShared: boolean;
  readonly #spawn: SpawnWorker;
  readonly #stores: ReadonlySet<string>;
  readonly #members = new Set<Member>();
  readonly #queue: Job[] = [];
  /** Operations in shared memory, which new workers are told of too. */
  readonly #plans = new Map<string, MatrixPlan>();
  #nextId = 0;
  #isClosed = false;

  constructor(init: WorkerPoolInit) {
    this.threads = init.threads;
    this.isShared = init.isShared;
    this.#spawn = init.spawn;
    this.#stores = new Set(init.stores);
  }

  canReach(kind: 'file' | 'blob'): boolean {
    return this.#stores.has(kind);
  }

  run(task: Task): Promise<TaskResult> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(new RedstuffError('REDSTUFF_CLOSED', 'the codec is closed'));
        return;
      }
      this.#queue.push({ task, resolve, reject });
      this.#dispatch();
    });
  }

  announce(plan: MatrixPlan): void {
    this.#plans.set(plan.id, plan);
    for (const { port } of this.#members) port.post({ announce: plan }, []);
  }

  forget(id: string): void {
    this.#plans.delete(id);
    for (const { port } of this.#members) port.post({ forget: id }, []);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const error = new RedstuffError('REDSTUFF_CLOSED', 'the codec was closed during the operation');
    for (const job of this.#queue.splice(0)) job.reject(error);
    const members = [...this.#members];
    this.#members.clear();
    await Promise.all(members.map(({ port }) => port.terminate()));
    // Only now: whoever waits for these may close the files that the workers used.
    for (const { jobs } of members) for (const job of jobs.values()) job.reject(error);
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const member = this.#leastBusy();
      const job = member && this.#queue.shift();
      if (member === undefined || job === undefined) return;
      const id = this.#nextId++;
      member.jobs.set(id, job);
      try {
        member.port.keepAlive(true);
        member.port.post({ id, task: job.task }, buffersOf(job.task));
      } catch (error) {
        member.jobs.delete(id);
        job.reject(error);
      }
    }
  }

  /** Returns the worker that can take one more task, a new one rather than a busy one. */
  #leastBusy(): Member | undefined {
    let best: Member | undefined;
    for (const member of this.#members) {
      if (best === undefined || member.jobs.size < best.jobs.size) best = member;
    }
    if (best?.jobs.size === 0) return best;
    if (this.#members.size < this.threads) return this.#start();
    return best !== undefined && best.jobs.size < TASKS_PER_WORKER ? best : undefined;
  }

  #start(): Member | undefined {
    const jobs = new Map<number, Job>();
    const fail = (cause: unknown): void => {
      if (!this.#members.delete(member)) return;
      const error = new RedstuffError('REDSTUFF_WORKER_FAILED', 'a worker of the codec has died', {
        cause,
        retryable: true,
      });
      const failed = [...jobs.values()];
      jobs.clear();
      // What it may still be doing must not go on behind the back of the operation.
      void member.port.terminate().finally(() => {
        for (const job of failed) job.reject(error);
        this.#dispatch();
      });
    };
    const onResponse = (response: WorkerResponse): void => {
      const job = jobs.get(response.id);
      if (job === undefined) return;
      jobs.delete(response.id);
      if (jobs.size === 0) member.port.keepAlive(false);
      if ('error' in response) job.reject(fromWire(response.error));
      else job.resolve(response.result);
      this.#dispatch();
    };
    const member: Member = { port: this.#spawn({ onResponse, onFailure: fail }), jobs };
    this.#members.add(member);
    for (const plan of this.#plans.values()) member.port.post({ announce: plan }, []);
    return member;
  }
}
