import { isWalrusError } from '@walrus-ts/core';
import type { Logger } from 'pino';
import type { ChainView, NodeTransactions } from '../chain-view.js';
import { pause } from '../events/follower.js';
import type { BlobStore } from '../storage/blob-store.js';
import type { BlobTable } from '../storage/blob-table.js';
import type { NodeDatabase } from '../storage/database.js';
import type { ShardAssignment } from './assignment.js';

/** What the epoch manager works with. */
export interface EpochManagerComponents {
  readonly chain: Pick<ChainView, 'committee'>;
  /** Missing if the node has no wallet: then nothing is reported. */
  readonly transactions: NodeTransactions | undefined;
  readonly database: NodeDatabase;
  readonly table: BlobTable;
  readonly store: BlobStore;
  readonly assignment: ShardAssignment;
  readonly logger: Logger;
}

const MIN_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;
/** How often shards that wait for data are looked at again. */
const RESCAN_MS = 2_000;
/** Blobs looked at between two turns of the event loop. */
const SCAN_SLICE = 200;

/**
 * Brings the node from epoch to epoch: reads the new committee, watches until gained shards hold all their data, and
 * reports that to the chain.
 *
 * @see spec node.md §11
 */
export class EpochManager {
  readonly #components: EpochManagerComponents;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #wanted = false;
  #wake = (): void => undefined;

  /** @param components - chain, store and so on */
  constructor(components: EpochManagerComponents) {
    this.#components = components;
  }

  /** Begins, by reading the committee. */
  start(): void {
    this.#wanted = true;
    this.#running ??= this.#run();
  }

  /** Told that the event stream has entered a new epoch. */
  epochStarted(): void {
    this.#wanted = true;
    this.#wake();
  }

  /** Ends; a transaction on its way is not waited for. */
  async stop(): Promise<void> {
    this.#stop.abort();
    // A request to the chain may take its time to notice; nothing is written after it.
    await Promise.race([this.#running, new Promise((resolve) => setTimeout(resolve, 500))]);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const { logger } = this.#components;
    let delayMs = MIN_RETRY_MS;
    while (!signal.aborted) {
      this.#wanted = false;
      let waitMs: number | undefined;
      try {
        waitMs = await this.#step(signal);
        delayMs = MIN_RETRY_MS;
      } catch (error) {
        if (signal.aborted) return;
        logger.warn({ err: error, delayMs }, 'epoch step failed, will be repeated');
        waitMs = delayMs;
        delayMs = Math.min(2 * delayMs, MAX_RETRY_MS);
      }
      if (!this.#wanted) await this.#idle(waitMs, signal);
    }
  }

  /** Waits for news, at most for a time if one is given. */
  async #idle(limitMs: number | undefined, signal: AbortSignal): Promise<void> {
    const ending = new AbortController();
    const news = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const onAbort = (): void => this.#wake();
    signal.addEventListener('abort', onAbort, { once: true });
    await (limitMs === undefined ? news : Promise.race([news, pause(limitMs, ending.signal)]));
    ending.abort();
    signal.removeEventListener('abort', onAbort);
  }

  /** @returns ms until there may be something to do, `undefined` if only an event can bring it */
  async #step(signal: AbortSignal): Promise<number | undefined> {
    const { chain, table, assignment, logger } = this.#components;
    const known = assignment.current;
    const committee = await chain.committee({ signal });
    if (known === undefined || committee.epoch > known.epoch) {
      await assignment.update(committee);
      logger.info(
        { epoch: committee.epoch, shards: assignment.current?.shards.length ?? 0 },
        'committee changed',
      );
    }
    // A read may be answered from before the event: ask again soon.
    if (committee.epoch < table.epoch) return MIN_RETRY_MS;
    // The event stream is still behind: its EpochChangeStart will wake us.
    if (committee.epoch > table.epoch) return undefined;
    return this.#finishSync(committee.epoch, signal);
  }

  async #finishSync(epoch: number, signal: AbortSignal): Promise<number | undefined> {
    const { assignment, database, table, store, transactions, logger } = this.#components;
    if (epoch === 0 || assignment.current?.shards.length === 0) return undefined;
    const syncing = assignment.syncing();
    if (syncing.length > 0) {
      // Blobs certified in this epoch were uploaded to this very committee.
      let missing = 0;
      let count = 0;
      for (const blobId of table.certifiedBefore(epoch)) {
        if (!store.hasMetadata(blobId) || !store.hasAllSlivers(blobId, syncing)) missing += 1;
        count += 1;
        if (count % SCAN_SLICE === 0) await pause(0, signal);
        if (signal.aborted) return undefined;
      }
      if (missing > 0) {
        logger.debug({ epoch, missing }, 'gained shards still lack data');
        return RESCAN_MS;
      }
      await assignment.markReady(syncing, epoch);
    }
    if (transactions === undefined || database.state('syncReportedEpoch') === epoch)
      return undefined;
    const outcome = await transactions.epochSyncDone(epoch, { signal }).catch((error: unknown) => {
      // Without funds there is no point in hurrying, but the operator may send some.
      if (isWalrusError(error, 'CHAIN_INSUFFICIENT_FUNDS')) {
        logger.error({ err: error }, 'the wallet cannot pay for epoch_sync_done');
        return 'unpaid' as const;
      }
      throw error;
    });
    if (outcome === 'unpaid') return MAX_RETRY_MS;
    await database.durably(database.setState('syncReportedEpoch', epoch));
    logger.info({ epoch, outcome }, 'reported shard sync');
    return undefined;
  }
}
