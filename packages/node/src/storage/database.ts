import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage, type Address, type BlobId } from '@walrus-ts/core';
import { open, type Database, type RootDatabase } from 'lmdb';
import { NodeError } from '../errors.js';

/** Names a contract event, in JSON. */
export interface StoredEventId {
  readonly txDigest: string;
  readonly eventSeq: string;
}

/** Live permanent objects of a blob ID, and the one that lasts longest. */
export interface PermanentInfo {
  readonly count: number;
  /** Latest end epoch among them. */
  readonly endEpoch: number;
  /** Event that gave this end epoch. */
  readonly event: StoredEventId;
}

/**
 * What the events say about a blob ID, summed over its live objects.
 *
 * @see spec node.md §5.1
 */
export interface BlobRecord {
  /** Set for ever once the blob ID was marked invalid. */
  readonly invalid?: { readonly epoch: number; readonly event: StoredEventId };
  readonly deletable: { readonly total: number; readonly certified: number };
  readonly permanent: PermanentInfo | null;
  readonly permanentCertified: PermanentInfo | null;
  /** Epoch of the first certification since the blob was last uncertified. */
  readonly initialCertifiedEpoch: number | null;
}

/**
 * What the events say about one blob object on chain.
 *
 * @see spec node.md §5.4
 */
export interface ObjectRecord {
  readonly blobId: BlobId;
  readonly registeredEpoch: number;
  readonly certifiedEpoch: number | null;
  readonly endEpoch: number;
  readonly isDeletable: boolean;
}

/** How far the event stream has been applied. */
export interface EventCursor {
  /** Last checkpoint whose effects are all stored, in decimal. */
  readonly checkpoint: string;
  /** Contract events applied so far. */
  readonly eventCount: number;
  /** Epoch after these events. */
  readonly epoch: number;
}

/** State of a shard in this node's store. */
export interface ShardRecord {
  /** `syncing`: owned, data of earlier blobs may be missing. `locked`: lost, kept for its new owner. */
  readonly state: 'ready' | 'syncing' | 'locked';
  /** Epoch in which it came to this state. */
  readonly sinceEpoch: number;
}

/** Pointer to a sliver that lives in a file. */
export interface SliverFileRecord {
  /** Bytes of the BCS value in the file. */
  readonly size: number;
}

/** Singletons, by key of the `state` family. */
export interface StateValues {
  /** Layout of the database; raised with every incompatible change. */
  readonly format: number;
  /** Staking pool this data belongs to. */
  readonly nodeId: Address;
  /** System object of the network this data belongs to. */
  readonly systemObject: Address;
  readonly cursor: EventCursor;
  /** Last committee seen. */
  readonly assignment: {
    readonly epoch: number;
    readonly nShards: number;
    readonly shards: readonly number[];
  };
  /** Last epoch for which the shard sync was reported. */
  readonly syncReportedEpoch: number;
}

/** Version of the layout below. A retired family name is never used again. */
const FORMAT = 1;

/**
 * The key families of a node, all in one LMDB environment, so that one transaction can change several.
 *
 * | family | key | value |
 * |---|---|---|
 * | `state` | name, UTF-8 | JSON, {@link StateValues} |
 * | `blobs` | blob ID | JSON {@link BlobRecord} |
 * | `objects` | object ID | JSON {@link ObjectRecord} |
 * | `expiry` | end epoch u32 BE, object ID | empty |
 * | `garbage` | blob ID | empty: data to be deleted unless registered again |
 * | `metadata` | blob ID | BCS BlobMetadata |
 * | `slivers` | shard u16 BE, axis u8, blob ID | BCS SliverData |
 * | `slivers.files` | shard u16 BE, axis u8, blob ID | JSON {@link SliverFileRecord} |
 * | `shards` | shard u16 BE | JSON {@link ShardRecord} |
 */
export interface NodeDatabase {
  readonly root: RootDatabase;
  readonly blobs: Database<BlobRecord, Uint8Array>;
  readonly objects: Database<ObjectRecord, Uint8Array>;
  readonly expiry: Database<Uint8Array, Uint8Array>;
  readonly garbage: Database<Uint8Array, Uint8Array>;
  readonly metadata: Database<Uint8Array, Uint8Array>;
  readonly slivers: Database<Uint8Array, Uint8Array>;
  readonly sliverFiles: Database<SliverFileRecord, Uint8Array>;
  readonly shards: Database<ShardRecord, Uint8Array>;
  /** Reads a singleton. */
  state<Name extends keyof StateValues>(name: Name): StateValues[Name] | undefined;
  /** Writes a singleton; part of the transaction if called in one. */
  setState<Name extends keyof StateValues>(name: Name, value: StateValues[Name]): Promise<boolean>;
  /**
   * Runs changes in one transaction and waits until they are on disk. Callers at the same time share a commit.
   *
   * @param change - only puts and removes, and reads for them; must not throw, since lmdb would keep the part
   *   done before
   */
  commit<T>(change: () => T): Promise<T>;
  /**
   * Waits until one write is on disk. Cheaper than {@link NodeDatabase.commit}: large values are copied outside the
   * main thread.
   *
   * @param write - what a put or remove returned
   */
  durably(write: Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

/**
 * Tells whether a key exists, without reading its value. The library's `doesExist` copies the value, which for slivers is
 * up to 1 MiB, and brings its pages into the memory of the process.
 *
 * @param key - whole key
 */
export function hasKey<T>(family: Database<T, Uint8Array>, key: Uint8Array): boolean {
  return family.getKeysCount({ start: key, end: key, inclusiveEnd: true }) > 0;
}

/**
 * Opens or makes the database of a node.
 *
 * @param directory - data directory
 * @param owner - whose data it must be
 * @throws NODE_DATA_DIR_FOREIGN, NODE_STORAGE_DAMAGED
 */
export async function openDatabase(
  directory: string,
  owner: { readonly nodeId: Address; readonly systemObject: Address },
): Promise<NodeDatabase> {
  const path = join(directory, 'db');
  await mkdir(path, { recursive: true });
  let root: RootDatabase;
  try {
    root = open({
      path,
      maxDbs: 24,
      encoding: 'binary',
      keyEncoding: 'binary',
      // With overlapping sync a commit resolves before it is on disk, and an error of the sync is lost. Measured:
      // no slower, since writes that wait for the sync share the next commit.
      overlappingSync: false,
    });
  } catch (cause) {
    throw new NodeError('NODE_STORAGE_DAMAGED', `cannot open the database ${path}`, {
      cause,
      hint: errorMessage(cause),
    });
  }
  const json = { encoding: 'json', keyEncoding: 'binary' } as const;
  const binary = { encoding: 'binary', keyEncoding: 'binary' } as const;
  const states = root.openDB<unknown, Uint8Array>('state', json);
  const database: NodeDatabase = {
    root,
    blobs: root.openDB<BlobRecord, Uint8Array>('blobs', json),
    objects: root.openDB<ObjectRecord, Uint8Array>('objects', json),
    expiry: root.openDB<Uint8Array, Uint8Array>('expiry', binary),
    garbage: root.openDB<Uint8Array, Uint8Array>('garbage', binary),
    metadata: root.openDB<Uint8Array, Uint8Array>('metadata', binary),
    slivers: root.openDB<Uint8Array, Uint8Array>('slivers', binary),
    sliverFiles: root.openDB<SliverFileRecord, Uint8Array>('slivers.files', json),
    shards: root.openDB<ShardRecord, Uint8Array>('shards', json),
    state<Name extends keyof StateValues>(name: Name) {
      return states.get(Buffer.from(name)) as StateValues[Name] | undefined;
    },
    setState: (name, value) => states.put(Buffer.from(name), value),
    async commit(change) {
      const result = await root.transaction(change);
      await root.flushed;
      return result;
    },
    async durably(write) {
      await write;
      await root.flushed;
    },
    close: () => root.close(),
  };
  const format = database.state('format');
  if (format === undefined) {
    await database.commit(() => {
      void database.setState('format', FORMAT);
      void database.setState('nodeId', owner.nodeId);
      void database.setState('systemObject', owner.systemObject);
    });
    return database;
  }
  const mismatch =
    format !== FORMAT
      ? `has format ${format}, not ${FORMAT}`
      : database.state('nodeId') !== owner.nodeId
        ? `belongs to node ${database.state('nodeId')}`
        : database.state('systemObject') !== owner.systemObject
          ? `belongs to the network of system object ${database.state('systemObject')}`
          : undefined;
  if (mismatch !== undefined) {
    await database.close();
    throw new NodeError('NODE_DATA_DIR_FOREIGN', `the data in ${directory} ${mismatch}`, {
      hint: 'check nodeId and systemObject, or use an empty dataDir',
    });
  }
  return database;
}
