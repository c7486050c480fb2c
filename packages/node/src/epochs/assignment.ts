import type { Committee } from '@walrus-ts/chain';
import type { Address } from '@walrus-ts/core';
import type { NodeDatabase, ShardRecord } from '../storage/database.js';

/** Which shards the node owns, by the last committee it has seen. */
export interface Assignment {
  readonly epoch: number;
  readonly nShards: number;
  /** Empty if the node is not a member. */
  readonly shards: readonly number[];
}

/** A shard's state as stored, with its number. */
export type ShardState = ShardRecord & { readonly shard: number };

/**
 * Keeps the last seen assignment and the state of each shard on disk, so that a node can serve what it has while
 * the chain cannot be reached.
 *
 * @see spec node.md §3
 */
export class ShardAssignment {
  readonly #database: NodeDatabase;
  readonly #nodeId: Address;
  readonly #states = new Map<number, ShardRecord>();
  #current: Assignment | undefined;

  /** @param database - opened @param nodeId - whose shards */
  constructor(database: NodeDatabase, nodeId: Address) {
    this.#database = database;
    this.#nodeId = nodeId;
    this.#current = database.state('assignment');
    for (const { key, value } of database.shards.getRange({ snapshot: false })) {
      this.#states.set(Buffer.from(key).readUInt16BE(0), value);
    }
  }

  /** The last committee's assignment; `undefined` before the first was seen. */
  get current(): Assignment | undefined {
    return this.#current;
  }

  /** All shards with data, owned or kept for others, in ascending order. */
  states(): ShardState[] {
    return [...this.#states]
      .map(([shard, record]) => ({ shard, ...record }))
      .sort((a, b) => a.shard - b.shard);
  }

  /** Whether slivers of a shard may be served. */
  isReadable(shard: number): boolean {
    return this.#states.has(shard);
  }

  /** Whether slivers of a shard are taken: it is owned in the latest committee. */
  isWritable(shard: number): boolean {
    const state = this.#states.get(shard)?.state;
    return state === 'ready' || state === 'syncing';
  }

  /** Owned shards that may lack data of blobs certified before they were gained. */
  syncing(): number[] {
    return [...this.#states].filter(([, { state }]) => state === 'syncing').map(([shard]) => shard);
  }

  /**
   * Takes over a committee: gained shards begin to sync, lost ones are locked.
   *
   * @param committee - of the current epoch; an older or equal one changes nothing
   */
  async update(committee: Committee): Promise<void> {
    if (this.#current !== undefined && committee.epoch <= this.#current.epoch) return;
    const { epoch, nShards } = committee;
    const member = committee.members.find(({ nodeId }) => nodeId === this.#nodeId);
    const shards = [...(member?.shards ?? [])].sort((a, b) => a - b);
    const owned = new Set(shards);
    const changed = new Map<number, ShardRecord>();
    for (const shard of shards) {
      const before = this.#states.get(shard);
      // A shard that comes back before its data was given up is not empty, but may have missed an epoch.
      if (before === undefined || before.state === 'locked') {
        changed.set(shard, { state: 'syncing', sinceEpoch: epoch });
      }
    }
    for (const [shard, { state }] of this.#states) {
      if (!owned.has(shard) && state !== 'locked') {
        changed.set(shard, { state: 'locked', sinceEpoch: epoch });
      }
    }
    const assignment: Assignment = { epoch, nShards, shards };
    await this.#database.commit(() => {
      for (const [shard, record] of changed)
        void this.#database.shards.put(shardKey(shard), record);
      void this.#database.setState('assignment', assignment);
    });
    for (const [shard, record] of changed) this.#states.set(shard, record);
    this.#current = assignment;
  }

  /**
   * Marks owned shards as complete.
   *
   * @param shards - were syncing
   * @param epoch - current
   */
  async markReady(shards: readonly number[], epoch: number): Promise<void> {
    const record: ShardRecord = { state: 'ready', sinceEpoch: epoch };
    const still = shards.filter((shard) => this.#states.get(shard)?.state === 'syncing');
    if (still.length === 0) return;
    await this.#database.commit(() => {
      for (const shard of still) void this.#database.shards.put(shardKey(shard), record);
    });
    for (const shard of still) this.#states.set(shard, record);
  }
}

function shardKey(shard: number): Buffer {
  const key = Buffer.alloc(2);
  key.writeUInt16BE(shard);
  return key;
}
