import type { CheckpointEvents, WalrusEvent } from '@walrus-ts/chain';
import { addressToBytes, blobIdToBytes, type Address, type BlobId } from '@walrus-ts/core';
import type { BlobStatus } from '@walrus-ts/node-api';
import type {
  BlobRecord,
  EventCursor,
  NodeDatabase,
  ObjectRecord,
  PermanentInfo,
  StoredEventId,
} from './database.js';

/** What a checkpoint changed, told after it is on disk. */
export interface AppliedCheckpoint {
  /** Blob IDs with a new registration. */
  readonly registered: ReadonlySet<BlobId>;
  /** New epochs, in order. */
  readonly epochs: readonly number[];
  /** Whether data of some blob may now be deleted. */
  readonly hasGarbage: boolean;
}

/** Objects dropped per transaction when an epoch begins. */
const EXPIRY_BATCH = 2000;

const NO_OBJECTS: BlobRecord = {
  deletable: { total: 0, certified: 0 },
  permanent: null,
  permanentCertified: null,
  initialCertifiedEpoch: null,
};

/**
 * Registrations, certifications and ends of blobs, as told by the contract's events.
 *
 * Effects of a checkpoint and the cursor are stored in one transaction. Every change is keyed by the blob object,
 * and applying it twice is the same as once; so an interrupted checkpoint may simply be applied again.
 *
 * Only one caller may apply events at a time.
 *
 * @see spec node.md §5
 */
export class BlobTable {
  readonly #database: NodeDatabase;
  #cursor: EventCursor | undefined;
  /** Newest checkpoint seen; may be ahead of the stored cursor by checkpoints without events. */
  #latest: bigint;

  /** @param database - opened database */
  constructor(database: NodeDatabase) {
    this.#database = database;
    this.#cursor = database.state('cursor');
    this.#latest = BigInt(this.#cursor?.checkpoint ?? -1);
  }

  /** Epoch according to the events applied. */
  get epoch(): number {
    return this.#cursor?.epoch ?? 0;
  }

  /** Contract events applied so far. */
  get eventCount(): number {
    return this.#cursor?.eventCount ?? 0;
  }

  /** Newest checkpoint seen, -1 before the first. */
  get latestCheckpoint(): bigint {
    return this.#latest;
  }

  /** Last checkpoint that need not be read again after a restart, -1 before the first. */
  get storedCheckpoint(): bigint {
    return BigInt(this.#cursor?.checkpoint ?? -1);
  }

  /** Returns what is known of a blob ID. */
  blob(blobId: BlobId): BlobRecord | undefined {
    return this.#database.blobs.get(blobIdToBytes(blobId));
  }

  /** Tells whether a blob ID has a live registration and is not invalid. */
  isRegistered(blobId: BlobId): boolean {
    const record = this.blob(blobId);
    return record !== undefined && isRegistered(record);
  }

  /** Tells whether a blob ID was marked invalid. */
  isInvalid(blobId: BlobId): boolean {
    return this.blob(blobId)?.invalid !== undefined;
  }

  /** Tells whether one deletable blob object is registered for a blob ID and has not ended. */
  isDeletableRegistered(blobId: BlobId, objectId: Address): boolean {
    const object = this.#database.objects.get(addressToBytes(objectId));
    return object?.blobId === blobId && object.isDeletable && this.isRegistered(blobId);
  }

  /**
   * Returns the status that clients are told.
   *
   * @see spec node-api.md §4.11, node.md §5.3
   */
  status(blobId: BlobId): BlobStatus {
    const record = this.blob(blobId);
    if (record === undefined) return { kind: 'nonexistent' };
    if (record.invalid !== undefined) return { kind: 'invalid', event: record.invalid.event };
    const { deletable, initialCertifiedEpoch } = record;
    const permanent = record.permanentCertified ?? record.permanent;
    if (permanent !== null) {
      return {
        kind: 'permanent',
        endEpoch: permanent.endEpoch,
        isCertified: record.permanentCertified !== null,
        statusEvent: permanent.event,
        deletableCounts: deletable,
        initialCertifiedEpoch,
      };
    }
    return deletable.total > 0
      ? { kind: 'deletable', initialCertifiedEpoch, deletableCounts: deletable }
      : { kind: 'nonexistent' };
  }

  /** Lists blob IDs that are certified and were so before an epoch, in ascending order of their bytes. */
  *certifiedBefore(epoch: number): Generator<BlobId> {
    for (const { key, value } of this.#database.blobs.getRange({ snapshot: false })) {
      const since = value.initialCertifiedEpoch;
      if (value.invalid === undefined && since !== null && since < epoch) {
        yield Buffer.from(key).toString('base64url') as BlobId;
      }
    }
  }

  /**
   * Applies the events of a checkpoint and moves the cursor, in one transaction.
   *
   * @param checkpoint - the next one; earlier ones are ignored
   * @param storeCursor - whether to store the cursor although there are no events
   */
  async apply(checkpoint: CheckpointEvents, storeCursor: boolean): Promise<AppliedCheckpoint> {
    const changes = new Changes(this.#database, this.epoch);
    if (checkpoint.checkpoint <= this.storedCheckpoint) return changes.result();
    if (checkpoint.events.length === 0 && !storeCursor) {
      this.#latest = checkpoint.checkpoint;
      return changes.result();
    }
    for (const event of checkpoint.events) {
      changes.add(event);
      // What ends with the new epoch must not be seen as live by later events of the checkpoint.
      if (event.type === 'EpochChangeStart') {
        do await changes.store();
        while (changes.expire(EXPIRY_BATCH));
      }
    }
    const cursor: EventCursor = {
      checkpoint: checkpoint.checkpoint.toString(),
      eventCount: this.eventCount + checkpoint.events.length,
      epoch: changes.epoch,
    };
    await changes.store(cursor);
    this.#cursor = cursor;
    this.#latest = checkpoint.checkpoint;
    return changes.result();
  }
}

function isRegistered(record: BlobRecord): boolean {
  return record.invalid === undefined && (record.permanent !== null || record.deletable.total > 0);
}

/** Changes of one checkpoint, gathered in memory over what is stored. */
class Changes {
  readonly #database: NodeDatabase;
  readonly #blobs = new Map<BlobId, BlobRecord>();
  readonly #objects = new Map<Address, ObjectRecord | null>();
  readonly #expiryAdded = new Map<string, Uint8Array>();
  readonly #expiryRemoved = new Map<string, Uint8Array>();
  readonly #garbage = new Set<BlobId>();
  readonly #registered = new Set<BlobId>();
  readonly #epochs: number[] = [];
  epoch: number;
  #hasGarbage = false;

  constructor(database: NodeDatabase, epoch: number) {
    this.#database = database;
    this.epoch = epoch;
  }

  result(): AppliedCheckpoint {
    return {
      registered: this.#registered,
      epochs: this.#epochs,
      hasGarbage: this.#hasGarbage,
    };
  }

  add(event: WalrusEvent): void {
    switch (event.type) {
      case 'BlobRegistered':
        this.#register(event);
        break;
      case 'BlobCertified':
        if (event.isExtension) this.#extend(event);
        else this.#certify(event);
        break;
      case 'BlobDeleted':
        this.#drop(event.objectId);
        break;
      case 'InvalidBlobID':
        this.#setBlob(event.blobId, {
          ...this.#blob(event.blobId),
          invalid: { epoch: event.epoch, event: stored(event) },
        });
        break;
      case 'EpochChangeStart':
        if (event.epoch > this.epoch) {
          this.epoch = event.epoch;
          this.#epochs.push(event.epoch);
        }
        break;
      default:
        // Concerns prices, committees or upgrades: nothing to keep per blob.
        break;
    }
  }

  /**
   * Drops objects that have ended; everything gathered before must be stored.
   *
   * @returns whether there was one, so that there may be more
   */
  expire(limit: number): boolean {
    const end = Buffer.alloc(4);
    end.writeUInt32BE(this.epoch + 1);
    const ended = [...this.#database.expiry.getKeys({ end, limit, snapshot: false })];
    for (const entry of ended) {
      const key = Buffer.from(entry);
      this.#drop(`0x${hex(key.subarray(4))}` as Address);
      // Also if the object is unknown, so that the loop comes to its end.
      this.#removeExpiry(key);
    }
    return ended.length > 0;
  }

  /** Writes everything gathered so far in one transaction, with the cursor if given, and waits for the disk. */
  async store(cursor?: EventCursor): Promise<void> {
    const database = this.#database;
    const blobs = [...this.#blobs].map(([id, value]) => [blobIdToBytes(id), value] as const);
    const objects = [...this.#objects].map(([id, value]) => [addressToBytes(id), value] as const);
    const garbage = [...this.#garbage].map(blobIdToBytes);
    const empty = new Uint8Array(0);
    await database.commit(() => {
      for (const [key, value] of blobs) {
        if (isEmpty(value)) void database.blobs.remove(key);
        else void database.blobs.put(key, value);
      }
      for (const [key, value] of objects) {
        if (value === null) void database.objects.remove(key);
        else void database.objects.put(key, value);
      }
      for (const key of this.#expiryRemoved.values()) void database.expiry.remove(key);
      for (const key of this.#expiryAdded.values()) void database.expiry.put(key, empty);
      for (const key of garbage) void database.garbage.put(key, empty);
      if (cursor !== undefined) void database.setState('cursor', cursor);
    });
    this.#hasGarbage ||= garbage.length > 0;
    for (const map of [this.#blobs, this.#objects, this.#expiryAdded, this.#expiryRemoved]) {
      map.clear();
    }
    this.#garbage.clear();
  }

  #register(event: Extract<WalrusEvent, { type: 'BlobRegistered' }>): void {
    const { blobId, objectId, endEpoch, isDeletable } = event;
    this.#registered.add(blobId);
    if (this.#object(objectId) !== undefined || endEpoch <= this.epoch) return;
    this.#setObject(objectId, {
      blobId,
      registeredEpoch: event.epoch,
      certifiedEpoch: null,
      endEpoch,
      isDeletable,
    });
    const blob = this.#blob(blobId);
    this.#setBlob(
      blobId,
      isDeletable
        ? { ...blob, deletable: { ...blob.deletable, total: blob.deletable.total + 1 } }
        : { ...blob, permanent: plusOne(blob.permanent, endEpoch, stored(event)) },
    );
  }

  #certify(event: Extract<WalrusEvent, { type: 'BlobCertified' }>): void {
    const { blobId, objectId } = event;
    const object = this.#object(objectId);
    if (object === undefined || object.certifiedEpoch !== null) return;
    this.#setObject(objectId, { ...object, certifiedEpoch: event.epoch });
    const blob = this.#blob(blobId);
    const initialCertifiedEpoch = blob.initialCertifiedEpoch ?? event.epoch;
    this.#setBlob(
      blobId,
      object.isDeletable
        ? {
            ...blob,
            initialCertifiedEpoch,
            deletable: { ...blob.deletable, certified: blob.deletable.certified + 1 },
          }
        : {
            ...blob,
            initialCertifiedEpoch,
            permanentCertified: plusOne(blob.permanentCertified, object.endEpoch, stored(event)),
          },
    );
  }

  #extend(event: Extract<WalrusEvent, { type: 'BlobCertified' }>): void {
    const { blobId, objectId, endEpoch } = event;
    const object = this.#object(objectId);
    if (object === undefined || endEpoch <= object.endEpoch) return;
    this.#setObject(objectId, { ...object, endEpoch });
    if (object.isDeletable) return;
    const blob = this.#blob(blobId);
    const id = stored(event);
    this.#setBlob(blobId, {
      ...blob,
      permanent: prolonged(blob.permanent, endEpoch, id),
      permanentCertified: prolonged(blob.permanentCertified, endEpoch, id),
    });
  }

  /** Takes an object out of the sums: it was deleted or has ended. */
  #drop(objectId: Address): void {
    const object = this.#object(objectId);
    if (object === undefined) return;
    this.#setObject(objectId, null);
    const isCertified = object.certifiedEpoch !== null;
    const blob = this.#blob(object.blobId);
    const next: BlobRecord = object.isDeletable
      ? {
          ...blob,
          deletable: {
            total: blob.deletable.total - 1,
            certified: blob.deletable.certified - (isCertified ? 1 : 0),
          },
        }
      : {
          ...blob,
          permanent: minusOne(blob.permanent),
          permanentCertified: isCertified
            ? minusOne(blob.permanentCertified)
            : blob.permanentCertified,
        };
    const isStillCertified = next.permanentCertified !== null || next.deletable.certified > 0;
    this.#setBlob(object.blobId, {
      ...next,
      initialCertifiedEpoch: isStillCertified ? next.initialCertifiedEpoch : null,
    });
  }

  #blob(blobId: BlobId): BlobRecord {
    return this.#blobs.get(blobId) ?? this.#database.blobs.get(blobIdToBytes(blobId)) ?? NO_OBJECTS;
  }

  #setBlob(blobId: BlobId, record: BlobRecord): void {
    this.#blobs.set(blobId, record);
    if (isRegistered(record)) this.#garbage.delete(blobId);
    else this.#garbage.add(blobId);
  }

  #object(objectId: Address): ObjectRecord | undefined {
    const changed = this.#objects.get(objectId);
    if (changed !== undefined) return changed ?? undefined;
    return this.#database.objects.get(addressToBytes(objectId));
  }

  #setObject(objectId: Address, record: ObjectRecord | null): void {
    const before = this.#object(objectId);
    if (before !== undefined) this.#removeExpiry(expiryKey(before.endEpoch, objectId));
    this.#objects.set(objectId, record);
    if (record === null) return;
    const key = expiryKey(record.endEpoch, objectId);
    this.#expiryAdded.set(hex(key), key);
    this.#expiryRemoved.delete(hex(key));
  }

  #removeExpiry(key: Uint8Array): void {
    this.#expiryAdded.delete(hex(key));
    this.#expiryRemoved.set(hex(key), key);
  }
}

function stored(event: WalrusEvent): StoredEventId {
  return { txDigest: event.id.txDigest, eventSeq: event.id.eventSeq.toString() };
}

function plusOne(
  info: PermanentInfo | null,
  endEpoch: number,
  event: StoredEventId,
): PermanentInfo {
  if (info === null) return { count: 1, endEpoch, event };
  return endEpoch > info.endEpoch
    ? { count: info.count + 1, endEpoch, event }
    : { ...info, count: info.count + 1 };
}

/** Permanent objects end only by time, so the one that lasts longest is the last to go. */
function minusOne(info: PermanentInfo | null): PermanentInfo | null {
  return info === null || info.count <= 1 ? null : { ...info, count: info.count - 1 };
}

function prolonged(
  info: PermanentInfo | null,
  endEpoch: number,
  event: StoredEventId,
): PermanentInfo | null {
  return info === null || endEpoch <= info.endEpoch ? info : { ...info, endEpoch, event };
}

function isEmpty(record: BlobRecord): boolean {
  return record.invalid === undefined && record.permanent === null && record.deletable.total === 0;
}

function expiryKey(endEpoch: number, objectId: Address): Uint8Array {
  const key = Buffer.alloc(36);
  key.writeUInt32BE(endEpoch, 0);
  key.set(addressToBytes(objectId), 4);
  return key;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
