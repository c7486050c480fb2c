/**
 * Durable state of the ledger in one lmdb file.
 *
 * A batch of executed transactions is written in one lmdb transaction and acknowledged after the data
 * is on disk (`overlappingSync` off: a commit becomes visible to readers only when it is synced, so
 * nothing that a reader saw can be lost by a crash). Families:
 *
 * | family | key | value |
 * |---|---|---|
 * | live | object id | mark (1: 0 Move, 1 package), digest (32), original id (32, packages only), object BCS |
 * | history | object id, version (u64 BE) | as `live`, for replaced and deleted versions |
 * | retired | checkpoint that replaced it (u64 BE), object id, version | empty: order of dropping from `history` |
 * | owners | see {@link ownerKey} | empty |
 * | families | original id, version (u64 BE) | storage id of a package |
 * | dimensions | see dimensions.ts | empty: transactions by what they can be found by |
 * | transactions | digest | record (codec/record.ts) |
 * | checkpoints | sequence number (u64 BE) | record (codec/record.ts) |
 * | sequence | checkpoint digest | sequence number (u64 BE) |
 * | meta | name | text |
 *
 * Long because one commit writes all families together, and pruning has to know them all.
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { blake2b256, equalBytes } from '@walrus-ts/core';
import { open, type Database, type RootDatabase } from 'lmdb';
import { coinBalance, decodeObject } from './codec/object.js';
import {
  decodeCheckpointRecord,
  decodeRecord,
  encodeCheckpointRecord,
  encodeRecord,
} from './codec/record.js';
import { coinTypeOf, normalizeType, parseStruct } from './codec/type-tag.js';
import { base58ToDigest, digestToBase58 } from './digest.js';
import {
  dimensionPrefix,
  dimensionKeys,
  positionKey,
  positionOfKey,
  type Dimension,
  type PositionRange,
  type TransactionPosition,
} from './dimensions.js';
import { LedgerError } from './errors.js';
import { firstOf, type History } from './history.js';
import { LruCache } from './lru.js';
import type { CheckpointRecord, LedgerObject, Owner, TransactionRecord } from './types.js';

/** The one file of a chain, in its directory. */
export const CHAIN_FILE = 'chain.mdb';

const EMPTY = new Uint8Array(0);
const OBJECT_CACHE = 20_000;
const OBJECT_CACHE_BYTES = 64 * 1024 * 1024;
const RECORD_CACHE = 1_000;
const RECORD_CACHE_BYTES = 16 * 1024 * 1024;
/**
 * Least work of one commit on old history. A commit that adds more drops twice of what it adds, so that
 * history shrinks to its bound even after the bound was lowered, and no commit takes long for it.
 */
const DROPPED_PER_COMMIT = 1_000;
const OBJECTS_FROM = 'objectsFrom';
const REINDEX_CHECKPOINTS = 256n;
const INDEX_VERSION_KEY = Buffer.from('indexVersion');
const INDEX_VERSION = Buffer.from('2');

/** One object before and after a batch; at least one of the two is present. */
export interface ObjectUpdate {
  readonly id: string;
  readonly before: LedgerObject | undefined;
  readonly after: LedgerObject | undefined;
}

/** What one commit writes. */
export interface CommitBatch {
  readonly checkpoint: CheckpointRecord;
  readonly transactions: readonly TransactionRecord[];
  /** Net change per object. */
  readonly updates: readonly ObjectUpdate[];
  /** Versions that existed only inside the batch: go to the history at once. */
  readonly intermediate: readonly LedgerObject[];
  readonly meta: ReadonlyMap<string, string>;
}

/** From which checkpoint on the past is readable. */
export interface Lowest {
  /** Checkpoints, transactions, effects and events. */
  readonly checkpoint: bigint;
  /** Objects at the versions they had then. */
  readonly objects: bigint;
}

/** What one commit drops from the history. */
interface Dropped {
  readonly lowest: Lowest;
  /** Keys of `retired`; behind the first 8 bytes they are keys of `history`. */
  readonly versions: readonly Uint8Array[];
  readonly checkpoints: readonly CheckpointRecord[];
}

/** Key of an owned object, from which lists and balances are answered without reading objects. */
export interface OwnedKey {
  /** `owner(33) ‖ hash of the datatype(16) ‖ hash of the full type(16)`: equal for objects of one type. */
  readonly typePrefix: Uint8Array;
  readonly objectId: string;
  readonly balance: bigint;
  readonly key: Uint8Array;
}

type Family = Database<Uint8Array, Uint8Array>;

/** lmdb-backed store. All reads are synchronous. */
export class LedgerStore {
  private readonly root: RootDatabase<Uint8Array, Uint8Array>;
  private readonly live: Family;
  private readonly history: Family;
  private readonly retired: Family;
  private readonly owners: Family;
  private readonly families: Family;
  private readonly transactions: Family;
  private readonly checkpoints: Family;
  private readonly sequence: Family;
  private readonly dimensions: Family;
  private readonly meta: Family;
  private lowestKept: Lowest;
  private readonly objectCache = new LruCache<string, LedgerObject>(OBJECT_CACHE, {
    limit: OBJECT_CACHE_BYTES,
    weigh: ({ bcs }) => bcs.length,
  });
  private readonly recordCache = new LruCache<string, TransactionRecord>(RECORD_CACHE, {
    limit: RECORD_CACHE_BYTES,
    weigh: recordBytes,
  });
  private readonly checkpointCache = new LruCache<bigint, CheckpointRecord>(RECORD_CACHE, {
    limit: RECORD_CACHE_BYTES,
    weigh: ({ contentsBcs }) => contentsBcs.length,
  });

  /**
   * Opens or creates the store.
   *
   * @param dataDir - directory of the chain; created if missing
   * @throws {LEDGER_STORAGE} the directory cannot be used
   */
  constructor(dataDir: string) {
    try {
      mkdirSync(dataDir, { recursive: true });
      this.root = open<Uint8Array, Uint8Array>({
        path: join(dataDir, CHAIN_FILE),
        encoding: 'binary',
        keyEncoding: 'binary',
        maxDbs: 16,
        overlappingSync: false,
      });
    } catch (cause) {
      throw new LedgerError(
        'LEDGER_STORAGE',
        `cannot open the chain in ${dataDir}`,
        { dataDir },
        cause,
      );
    }
    const family = (name: string): Family =>
      this.root.openDB<Uint8Array, Uint8Array>({ name, encoding: 'binary', keyEncoding: 'binary' });
    this.live = family('live');
    this.history = family('history');
    this.retired = family('retired');
    this.owners = family('owners');
    this.families = family('families');
    this.transactions = family('transactions');
    this.checkpoints = family('checkpoints');
    this.sequence = family('sequence');
    this.dimensions = family('dimensions');
    this.meta = family('meta');
    this.lowestKept = {
      checkpoint: this.firstCheckpoint(),
      objects: BigInt(this.metaValue(OBJECTS_FROM) ?? '0'),
    };
  }

  // ------------------------------------------------------------------ reads

  /** Newest version of an object. */
  object(id: string): LedgerObject | undefined {
    const cached = this.objectCache.get(id);
    if (cached !== undefined) return cached;
    const value = this.live.get(idBytes(id));
    if (value === undefined) return undefined;
    const object = decodeStored(value);
    this.objectCache.set(id, object);
    return object;
  }

  /** One version of an object, if it is still kept. */
  objectAt(id: string, version: bigint): LedgerObject | undefined {
    const newest = this.object(id);
    if (newest?.version === version) return newest;
    const value = this.history.get(idVersionKey(id, version));
    return value === undefined ? undefined : decodeStored(value);
  }

  /**
   * Iterates the objects of an owner in key order.
   *
   * @param prefix - see {@link ownerPrefix}; may be extended by the type hashes
   * @param after - key to start behind
   */
  *owned(prefix: Uint8Array, after?: Uint8Array): Generator<OwnedKey> {
    const start = after ?? prefix;
    const range = this.owners.getKeys({ start, end: prefixEnd(prefix) });
    for (const raw of range) {
      const key = new Uint8Array(raw);
      if (after !== undefined && Buffer.compare(key, after) <= 0) continue;
      yield {
        key,
        typePrefix: key.subarray(0, 65),
        balance: ~Buffer.from(key.buffer, key.byteOffset + 65, 8).readBigUInt64BE() & MAX_U64,
        objectId: `0x${Buffer.from(key.buffer, key.byteOffset + 73, 32).toString('hex')}`,
      };
    }
  }

  /** Storage ids of the versions of a package family, oldest first. */
  packageFamily(originalId: string): { id: string; version: bigint }[] {
    const prefix = idBytes(originalId);
    const found: { id: string; version: bigint }[] = [];
    for (const { key, value } of this.families.getRange({
      start: prefix,
      end: prefixEnd(prefix),
    })) {
      const version = Buffer.from(key).readBigUInt64BE(32);
      found.push({ id: `0x${Buffer.from(value).toString('hex')}`, version });
    }
    return found;
  }

  /** An executed transaction. */
  transaction(digest: string): TransactionRecord | undefined {
    const cached = this.recordCache.get(digest);
    if (cached !== undefined) return cached;
    const value = this.transactions.get(base58ToDigest(digest));
    if (value === undefined) return undefined;
    const record = decodeRecord(value);
    this.recordCache.set(digest, record);
    return record;
  }

  /** A checkpoint by number. */
  checkpoint(sequenceNumber: bigint): CheckpointRecord | undefined {
    const cached = this.checkpointCache.get(sequenceNumber);
    if (cached !== undefined) return cached;
    const value = this.checkpoints.get(u64Bytes(sequenceNumber));
    if (value === undefined) return undefined;
    const record = decodeCheckpointRecord(value);
    this.checkpointCache.set(sequenceNumber, record);
    return record;
  }

  /** Number of the checkpoint with a digest. */
  checkpointNumber(digest: string): bigint | undefined {
    const value = this.sequence.get(base58ToDigest(digest));
    return value === undefined ? undefined : Buffer.from(value).readBigUInt64BE();
  }

  /** Number of the newest checkpoint; undefined before genesis. */
  newestCheckpoint(): bigint | undefined {
    for (const key of this.checkpoints.getKeys({ reverse: true, limit: 1 })) {
      return Buffer.from(key).readBigUInt64BE();
    }
    return undefined;
  }

  private firstCheckpoint(): bigint {
    for (const key of this.checkpoints.getKeys({ limit: 1 })) {
      return Buffer.from(key).readBigUInt64BE();
    }
    return 0n;
  }

  /** From where on the past is readable. */
  get lowest(): Lowest {
    return this.lowestKept;
  }

  /** Positions of the transactions found under a dimension, in the order asked for. */
  positions(dimension: Dimension, range: PositionRange): TransactionPosition[] {
    const prefix = dimensionPrefix(dimension);
    const first = positionKey(prefix, range.from);
    const last = positionKey(prefix, range.to);
    const found: TransactionPosition[] = [];
    if (Buffer.compare(first, last) > 0) return found;
    const keys = range.isDescending
      ? this.dimensions.getKeys({ start: last, end: prefix, reverse: true, limit: range.limit })
      : this.dimensions.getKeys({ start: first, end: prefixEnd(prefix), limit: range.limit });
    for (const key of keys) {
      const isBeyond = range.isDescending
        ? Buffer.compare(key, first) < 0
        : Buffer.compare(key, last) > 0;
      if (isBeyond) break;
      found.push(positionOfKey(key));
    }
    return found;
  }

  /** A value of the `meta` family. */
  metaValue(name: string): string | undefined {
    const value = this.meta.get(Buffer.from(name));
    return value === undefined ? undefined : Buffer.from(value).toString();
  }

  // ------------------------------------------------------------------ writes

  /**
   * Writes a batch atomically.
   *
   * @param batch - checkpoint, its transactions and the objects they changed
   * @param history - how much of the past to keep; what is beyond is dropped, a bounded part per commit
   * @returns resolves when the batch is on disk and visible to readers
   */
  async commit(batch: CommitBatch, history: History): Promise<void> {
    const sequenceNumber = batch.checkpoint.summary.sequenceNumber;
    const dropped = this.outdated(batch, history);
    const number = u64Bytes(sequenceNumber);
    const retire = (object: LedgerObject): void => {
      const key = idVersionKey(object.objectId, object.version);
      void this.history.put(key, encodeStored(object));
      void this.retired.put(Buffer.concat([number, key]), EMPTY);
    };
    // Everything put in one event turn inside `batch` becomes one lmdb transaction.
    const committed = this.root.batch(() => {
      for (const { id, before, after } of batch.updates) {
        const key = idBytes(id);
        const oldIndex = before && ownerKey(before);
        const newIndex = after && ownerKey(after);
        if (before !== undefined) retire(before);
        // Most writes leave owner, type and balance as they were: the index stays untouched then.
        const isSameIndex =
          oldIndex !== undefined && newIndex !== undefined && equalBytes(oldIndex, newIndex);
        if (oldIndex !== undefined && !isSameIndex) void this.owners.remove(oldIndex);
        if (newIndex !== undefined && !isSameIndex) void this.owners.put(newIndex, EMPTY);
        if (after === undefined) {
          void this.live.remove(key);
          continue;
        }
        void this.live.put(key, encodeStored(after));
        if (after.data.kind === 'package') {
          void this.families.put(idVersionKey(after.data.originalId, after.version), key);
        }
      }
      for (const object of batch.intermediate) retire(object);
      for (const key of dropped.versions) {
        void this.history.remove(key.subarray(8));
        void this.retired.remove(key);
      }
      for (const { digest, summary, contents } of dropped.checkpoints) {
        for (const { transaction } of contents) {
          const record = this.transaction(transaction);
          if (record !== undefined) {
            for (const key of dimensionKeys(record)) void this.dimensions.remove(key);
          }
          void this.transactions.remove(base58ToDigest(transaction));
        }
        void this.checkpoints.remove(u64Bytes(summary.sequenceNumber));
        void this.sequence.remove(base58ToDigest(digest));
      }
      void this.meta.put(Buffer.from(OBJECTS_FROM), Buffer.from(dropped.lowest.objects.toString()));
      for (const record of batch.transactions) {
        void this.transactions.put(base58ToDigest(record.digest), encodeRecord(record));
        this.putDimensions(record);
      }
      if (sequenceNumber === 0n) void this.meta.put(INDEX_VERSION_KEY, INDEX_VERSION);
      void this.checkpoints.put(number, encodeCheckpointRecord(batch.checkpoint));
      void this.sequence.put(base58ToDigest(batch.checkpoint.digest), number);
      for (const [name, value] of batch.meta) {
        void this.meta.put(Buffer.from(name), Buffer.from(value));
      }
    });
    await committed;
    await this.root.flushed;
    this.lowestKept = dropped.lowest;
    for (const { summary, contents } of dropped.checkpoints) {
      this.checkpointCache.delete(summary.sequenceNumber);
      for (const { transaction } of contents) this.recordCache.delete(transaction);
    }
    for (const { id, after } of batch.updates) {
      if (after === undefined) this.objectCache.delete(id);
      else this.objectCache.set(id, after);
    }
    for (const record of batch.transactions) this.recordCache.set(record.digest, record);
    this.checkpointCache.set(sequenceNumber, batch.checkpoint);
  }

  private putDimensions(record: TransactionRecord): void {
    for (const key of dimensionKeys(record)) void this.dimensions.put(key, EMPTY);
  }

  /** Indexes the transactions of a chain that was made before there was an index of dimensions. */
  async completeIndex(): Promise<void> {
    const version = this.meta.get(INDEX_VERSION_KEY);
    if (version !== undefined && equalBytes(version, INDEX_VERSION)) return;
    const newest = this.newestCheckpoint() ?? -1n;
    for (let first = this.lowestKept.checkpoint; first <= newest; first += REINDEX_CHECKPOINTS) {
      await this.root.batch(() => {
        for (let number = first; number < first + REINDEX_CHECKPOINTS; number++) {
          for (const { transaction } of this.checkpoint(number)?.contents ?? []) {
            const record = this.transaction(transaction);
            if (record !== undefined) this.putDimensions(record);
          }
        }
      });
    }
    await this.meta.put(INDEX_VERSION_KEY, INDEX_VERSION);
    await this.root.flushed;
  }

  private outdated(batch: CommitBatch, history: History): Dropped {
    const newest = batch.checkpoint.summary.sequenceNumber;
    const added = batch.updates.length + batch.intermediate.length + batch.transactions.length;
    const limit = Math.max(DROPPED_PER_COMMIT, 2 * added);
    const versions = this.outdatedVersions(firstOf(newest, history.objectCheckpoints), limit);
    const checkpoints = this.outdatedCheckpoints(firstOf(newest, history.checkpoints), limit);
    const last = checkpoints.at(-1);
    return {
      lowest: {
        checkpoint:
          last === undefined ? this.lowestKept.checkpoint : last.summary.sequenceNumber + 1n,
        objects: versions.from,
      },
      versions: versions.keys,
      checkpoints,
    };
  }

  /** Replaced versions that no checkpoint from `from` on had, oldest first. */
  private outdatedVersions(
    from: bigint,
    limit: number,
  ): { readonly keys: readonly Uint8Array[]; readonly from: bigint } {
    const keys: Uint8Array[] = [];
    // What a checkpoint replaced was there until the one before.
    for (const key of this.retired.getKeys({ end: u64Bytes(from + 1n), limit })) {
      keys.push(new Uint8Array(key));
    }
    const last = keys.length === limit ? keys.at(-1) : undefined;
    const reached = last === undefined ? from : Buffer.from(last).readBigUInt64BE();
    const { objects } = this.lowestKept;
    return { keys, from: reached > objects ? reached : objects };
  }

  private outdatedCheckpoints(from: bigint, limit: number): CheckpointRecord[] {
    const found: CheckpointRecord[] = [];
    let work = 0;
    for (const { value } of this.checkpoints.getRange({ end: u64Bytes(from), limit })) {
      const checkpoint = decodeCheckpointRecord(value);
      found.push(checkpoint);
      work += 1 + checkpoint.contents.length;
      if (work >= limit) break;
    }
    return found;
  }

  /**
   * Writes a consistent copy of what is on disk now; commits go on meanwhile.
   *
   * @param path - file to make
   */
  async copyTo(path: string): Promise<void> {
    await this.root.backup(path, true);
  }

  /** Closes the file. Running commits must have ended. */
  async close(): Promise<void> {
    await this.root.close();
  }
}

function recordBytes({ transactionBcs, effectsBcs, eventsBcs }: TransactionRecord): number {
  return transactionBcs.length + effectsBcs.length + (eventsBcs?.length ?? 0);
}

const MAX_U64 = 0xffff_ffff_ffff_ffffn;

function idBytes(id: string): Uint8Array {
  return Buffer.from(id.slice(2), 'hex');
}

function u64Bytes(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

function idVersionKey(id: string, version: bigint): Uint8Array {
  return Buffer.concat([idBytes(id), u64Bytes(version)]);
}

/** First key behind all keys that begin with `prefix`. */
function prefixEnd(prefix: Uint8Array): Uint8Array {
  // Not `slice`: on a Buffer that is a view, and the caller's prefix would change.
  const end = Uint8Array.from(prefix);
  for (let i = end.length - 1; i >= 0; i--) {
    const byte = end[i] ?? 0;
    if (byte !== 0xff) {
      end[i] = byte + 1;
      return end.subarray(0, i + 1);
    }
  }
  return new Uint8Array(prefix.length + 1).fill(0xff);
}

function encodeStored(object: LedgerObject): Uint8Array {
  const digest = base58ToDigest(object.digest);
  return object.data.kind === 'package'
    ? Buffer.concat([PACKAGE_MARK, digest, idBytes(object.data.originalId), object.bcs])
    : Buffer.concat([MOVE_MARK, digest, object.bcs]);
}

function decodeStored(value: Uint8Array): LedgerObject {
  const digest = digestToBase58(value.subarray(1, 33));
  if (value[0] === MOVE_MARK[0]) return decodeObject(Uint8Array.from(value.subarray(33)), digest);
  const originalId = `0x${Buffer.from(value.buffer, value.byteOffset + 33, 32).toString('hex')}`;
  return decodeObject(Uint8Array.from(value.subarray(65)), digest, originalId);
}

const MOVE_MARK = Uint8Array.of(0);
const PACKAGE_MARK = Uint8Array.of(1);

/**
 * Prefix of the index keys of one owner.
 *
 * @param kind - `address` (also consensus addresses) or `object` (parents of dynamic fields)
 * @param id - address or parent id
 * @param type - canonical type: with arguments (or none possible) selects exactly that type
 * @param allInstantiations - with `type` without arguments: select every instantiation
 */
export function ownerPrefix(
  kind: 'address' | 'object',
  id: string,
  type?: string,
  allInstantiations = false,
): Uint8Array {
  const owner = Buffer.concat([Buffer.of(kind === 'address' ? 0 : 1), idBytes(id)]);
  if (type === undefined) return owner;
  const [base, full] = typeHashes(type);
  return allInstantiations ? Buffer.concat([owner, base]) : Buffer.concat([owner, base, full]);
}

const hashCache = new LruCache<string, readonly [Uint8Array, Uint8Array]>(4096);

function typeHashes(type: string): readonly [Uint8Array, Uint8Array] {
  const cached = hashCache.get(type);
  if (cached !== undefined) return cached;
  const canonical = normalizeType(type);
  const end = canonical.indexOf('<');
  const base =
    end === -1 || parseStruct(canonical) === undefined ? canonical : canonical.slice(0, end);
  const hashes = [
    blake2b256(Buffer.from(base)).subarray(0, 16),
    blake2b256(Buffer.from(canonical)).subarray(0, 16),
  ] as const;
  hashCache.set(type, hashes);
  return hashes;
}

/**
 * Index key of an owned object: kind of owner (1), owner (32), hash of the datatype (16), hash of the
 * full type (16), inverted coin balance (8, so that key order is largest first; all ones otherwise),
 * object id (32). Undefined for objects nobody owns.
 */
function ownerKey(object: LedgerObject): Uint8Array | undefined {
  if (object.data.kind !== 'move') return undefined;
  const owner = indexedOwner(object.owner);
  if (owner === undefined) return undefined;
  const isCoin = coinTypeOf(object.data.type) !== undefined;
  const balance = isCoin ? coinBalance(object.data.contents) : 0n;
  return Buffer.concat([
    ownerPrefix(owner.kind, owner.id, object.data.type),
    u64Bytes(~balance & MAX_U64),
    idBytes(object.objectId),
  ]);
}

function indexedOwner(owner: Owner): { kind: 'address' | 'object'; id: string } | undefined {
  switch (owner.kind) {
    case 'address':
    case 'consensusAddress':
      return { kind: 'address', id: owner.address };
    case 'object':
      return { kind: 'object', id: owner.parent };
    default:
      return undefined;
  }
}
