import type { CheckpointEvents, Committee } from '@walrus-ts/chain';

/** Options of calls to the chain. */
export interface ChainCallOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * What the node reads from the chain. The client of `@walrus-ts/chain` is one.
 */
export interface ChainView {
  /** Committee of the current epoch; no members before the first epoch change. */
  committee(options?: ChainCallOptions): Promise<Committee>;
  /** Checkpoints with their contract events, in order and without gaps, for ever. */
  events(options: {
    /** First checkpoint wanted. */
    readonly fromCheckpoint: bigint;
    readonly signal?: AbortSignal | undefined;
    /** Told about interruptions that the stream recovers from. */
    readonly onRetry?: ((error: Error, delayMs: number) => void) | undefined;
  }): AsyncIterable<CheckpointEvents>;
}

/** What the node writes to the chain, signed with its own wallet. */
export interface NodeTransactions {
  /**
   * Reports that the node holds all its shards of an epoch.
   *
   * @param epoch - the current epoch
   * @returns `done` also if it had been reported before; `superseded` if the chain is past the epoch or the node
   *   is not in its committee
   * @throws WalrusError if the chain cannot be reached or the wallet cannot pay
   */
  epochSyncDone(epoch: number, options?: ChainCallOptions): Promise<'done' | 'superseded'>;
}
