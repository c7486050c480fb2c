/** BCS of objects and owners. Layout: sui-rpc.md (d), "Object". */

import { digestOf } from '../digest.js';
import { LedgerError } from '../errors.js';
import type { LedgerObject, MoveData, ObjectData, Owner, PackageData } from '../types.js';
import { ByteReader, ByteWriter, invalid } from './bytes.js';
import {
  coinOf,
  coinTypeOf,
  readStructTag,
  readTypeTag,
  SUI_TYPE,
  writeStructTag,
  writeTypeTag,
} from './type-tag.js';

const STAKED_SUI = `0x${'0'.repeat(63)}3::staking_pool::StakedSui`;

/** Writes an owner. */
export function writeOwner(w: ByteWriter, owner: Owner): void {
  switch (owner.kind) {
    case 'address':
      w.u8(0);
      w.address(owner.address);
      return;
    case 'object':
      w.u8(1);
      w.address(owner.parent);
      return;
    case 'shared':
      w.u8(2);
      w.u64(owner.initialVersion);
      return;
    case 'immutable':
      w.u8(3);
      return;
    case 'consensusAddress':
      w.u8(4);
      w.u64(owner.startVersion);
      w.address(owner.address);
  }
}

/** Reads an owner. */
export function readOwner(r: ByteReader): Owner {
  const variant = r.uleb();
  switch (variant) {
    case 0:
      return { kind: 'address', address: r.address() };
    case 1:
      return { kind: 'object', parent: r.address() };
    case 2:
      return { kind: 'shared', initialVersion: r.u64() };
    case 3:
      return { kind: 'immutable' };
    case 4:
      return { kind: 'consensusAddress', startVersion: r.u64(), address: r.address() };
    default:
      throw invalid(`owner ${variant}`);
  }
}

/**
 * Writes the type of a Move object in its compact form: the variants for coins must be used, because
 * the digest and the storage cost of an object depend on them.
 */
function writeObjectType(w: ByteWriter, type: string): void {
  const coinType = coinTypeOf(type);
  if (coinType === SUI_TYPE) {
    w.u8(1);
  } else if (coinType !== undefined) {
    w.u8(3);
    writeTypeTag(w, coinType);
  } else if (type === STAKED_SUI) {
    w.u8(2);
  } else {
    w.u8(0);
    writeStructTag(w, type);
  }
}

function readObjectType(r: ByteReader): string {
  const variant = r.uleb();
  switch (variant) {
    case 0:
      return readStructTag(r);
    case 1:
      return coinOf(SUI_TYPE);
    case 2:
      return STAKED_SUI;
    case 3:
      return coinOf(readTypeTag(r));
    default:
      throw invalid(`object type ${variant}`);
  }
}

/** Bytes that the type of a Move object takes in its BCS. */
export function objectTypeSize(type: string): number {
  const w = new ByteWriter(128);
  writeObjectType(w, type);
  return w.finish().length;
}

/** Writes the contents of an object. */
export function writeObjectData(w: ByteWriter, data: ObjectData): void {
  if (data.kind === 'move') {
    w.u8(0);
    writeObjectType(w, data.type);
    w.bool(data.hasPublicTransfer);
    w.u64(data.version);
    w.byteVector(data.contents);
    return;
  }
  w.u8(1);
  w.address(data.id);
  w.u64(data.version);
  w.vector([...data.modules], ([name, bytes]) => {
    w.string(name);
    w.byteVector(bytes);
  });
  w.vector(data.typeOrigins, (origin) => {
    w.string(origin.module);
    w.string(origin.datatype);
    w.address(origin.package);
  });
  w.vector([...data.linkage], ([originalId, used]) => {
    w.address(originalId);
    w.address(used.id);
    w.u64(used.version);
  });
}

/**
 * Reads the contents of an object.
 *
 * The original id of a package is not part of its BCS: it is the self address of its modules, which
 * only the Move layer can read. The reader takes it from the type origins' oldest package if the
 * version is above 1, and the store keeps it beside the object to be exact.
 *
 * @param originalId - original id, if known (packages only)
 */
export function readObjectData(r: ByteReader, originalId?: string): ObjectData {
  const variant = r.uleb();
  if (variant === 0) {
    const type = readObjectType(r);
    const hasPublicTransfer = r.bool();
    const version = r.u64();
    const contents = r.byteVector();
    if (contents.length < 32) throw invalid('object contents are shorter than an id');
    return { kind: 'move', type, hasPublicTransfer, version, contents } satisfies MoveData;
  }
  if (variant !== 1) throw invalid(`object data ${variant}`);
  const id = r.address();
  const version = r.u64();
  const modules = new Map(r.vector((): [string, Uint8Array] => [r.string(), r.byteVector()]));
  const typeOrigins = r.vector(() => ({
    module: r.string(),
    datatype: r.string(),
    package: r.address(),
  }));
  const linkage = new Map(
    r.vector((): [string, { id: string; version: bigint }] => [
      r.address(),
      { id: r.address(), version: r.u64() },
    ]),
  );
  return {
    kind: 'package',
    id,
    version,
    originalId: originalId ?? id,
    modules,
    typeOrigins,
    linkage,
  } satisfies PackageData;
}

/** What an object is made of, before its digest is known. */
export interface ObjectParts {
  readonly data: ObjectData;
  readonly owner: Owner;
  readonly previousTransaction: string;
  readonly storageRebate: bigint;
}

/** Encodes an object and computes its digest. */
export function makeObject(parts: ObjectParts): LedgerObject {
  const w = new ByteWriter(parts.data.kind === 'move' ? parts.data.contents.length + 256 : 65_536);
  writeObjectData(w, parts.data);
  writeOwner(w, parts.owner);
  w.digest(parts.previousTransaction);
  w.u64(parts.storageRebate);
  const bcs = w.finish();
  return {
    objectId: idOfData(parts.data),
    version: parts.data.version,
    digest: digestOf('object', bcs),
    ...parts,
    bcs,
  };
}

/**
 * Decodes an object.
 *
 * @param bcs - BCS of the object
 * @param digest - its digest, if known; computed otherwise
 * @param originalId - original id (packages only)
 * @throws {LEDGER_INVALID_BCS}
 */
export function decodeObject(bcs: Uint8Array, digest?: string, originalId?: string): LedgerObject {
  const r = new ByteReader(bcs);
  const data = readObjectData(r, originalId);
  const owner = readOwner(r);
  const previousTransaction = r.digest();
  const storageRebate = r.u64();
  r.end();
  return {
    objectId: idOfData(data),
    version: data.version,
    digest: digest ?? digestOf('object', bcs),
    data,
    owner,
    previousTransaction,
    storageRebate,
    bcs,
  };
}

function idOfData(data: ObjectData): string {
  if (data.kind === 'package') return data.id;
  return `0x${Buffer.from(data.contents.buffer, data.contents.byteOffset, 32).toString('hex')}`;
}

/** The balance in the contents of a `Coin<T>`: id (32), u64. */
export function coinBalance(contents: Uint8Array): bigint {
  if (contents.length !== 40) {
    throw new LedgerError('LEDGER_STORAGE', `coin of ${contents.length} bytes`);
  }
  return new DataView(contents.buffer, contents.byteOffset, 40).getBigUint64(32, true);
}

/** Contents of a coin with another balance. */
export function withCoinBalance(contents: Uint8Array, balance: bigint): Uint8Array {
  const changed = Uint8Array.from(contents);
  new DataView(changed.buffer).setBigUint64(32, balance, true);
  return changed;
}

/** Tells whether two owners are the same. */
export function sameOwner(a: Owner, b: Owner): boolean {
  switch (a.kind) {
    case 'address':
      return b.kind === 'address' && a.address === b.address;
    case 'object':
      return b.kind === 'object' && a.parent === b.parent;
    case 'shared':
      return b.kind === 'shared' && a.initialVersion === b.initialVersion;
    case 'immutable':
      return b.kind === 'immutable';
    case 'consensusAddress':
      return (
        b.kind === 'consensusAddress' &&
        a.address === b.address &&
        a.startVersion === b.startVersion
      );
  }
}
