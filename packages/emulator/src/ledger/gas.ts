/** Storage cost, rebate and the net charge of a transaction (move-vm.md 10.1). */

import { objectTypeSize } from './codec/object.js';
import type { GasCostSummary, ObjectData, PackageData } from './types.js';

/** MIST per byte of storage: 100 units × 76 MIST. */
const STORAGE_PRICE_PER_BYTE = 7600n;
/** Owner 40, digest 32, rebate 8. */
const OBJECT_OVERHEAD = 80;
/** Has-public-transfer flag 1, version 8. */
const MOVE_OVERHEAD = 9;
/** Part of a rebate that goes back, in 1/10 000. */
const REBATE_RATE = 9_900n;
const FULL_RATE = 10_000n;

/** Internal gas units per byte of an input object and of a published module. */
export const INPUT_BYTE_COST = 15;
export const PUBLISH_BYTE_COST = 80;

const typeSizes = new Map<string, number>();

/** Size of an object for the meter, bytes: contents, type, flag and version; packages as in 7.1. */
export function meteredSize(data: ObjectData): number {
  if (data.kind === 'package') return packageSize(data);
  let size = typeSizes.get(data.type);
  if (size === undefined) {
    if (typeSizes.size > 4096) typeSizes.clear();
    size = objectTypeSize(data.type);
    typeSizes.set(data.type, size);
  }
  return data.contents.length + size + MOVE_OVERHEAD;
}

/** Size of a package, bytes: 8 + modules + type origins + 72 per linkage entry. */
export function packageSize(
  data: Pick<PackageData, 'modules' | 'typeOrigins' | 'linkage'>,
): number {
  let size = 8 + 72 * data.linkage.size;
  for (const [name, bytes] of data.modules) size += name.length + bytes.length;
  for (const origin of data.typeOrigins) size += origin.module.length + origin.datatype.length + 32;
  return size;
}

/** Storage cost of an object, MIST. */
export function storageCost(data: ObjectData): bigint {
  return BigInt(meteredSize(data) + OBJECT_OVERHEAD) * STORAGE_PRICE_PER_BYTE;
}

/**
 * Puts together a gas summary.
 *
 * @param computationCost - MIST
 * @param storage - cost of all written objects, MIST
 * @param rebate - costs paid before for all objects that were rewritten, wrapped or deleted, MIST
 */
export function gasSummary(
  computationCost: bigint,
  storage: bigint,
  rebate: bigint,
): GasCostSummary {
  const refunded = (rebate * REBATE_RATE + FULL_RATE / 2n) / FULL_RATE;
  return {
    computationCost,
    storageCost: storage,
    storageRebate: refunded,
    nonRefundableStorageFee: rebate - refunded,
  };
}

/** What the gas coin pays (negative: receives), MIST. */
export function netCost(gas: GasCostSummary): bigint {
  return gas.computationCost + gas.storageCost - gas.storageRebate;
}

/** Sum of two summaries. */
export function addGas(a: GasCostSummary, b: GasCostSummary): GasCostSummary {
  return {
    computationCost: a.computationCost + b.computationCost,
    storageCost: a.storageCost + b.storageCost,
    storageRebate: a.storageRebate + b.storageRebate,
    nonRefundableStorageFee: a.nonRefundableStorageFee + b.nonRefundableStorageFee,
  };
}

/** A summary of nothing. */
export const ZERO_GAS: GasCostSummary = {
  computationCost: 0n,
  storageCost: 0n,
  storageRebate: 0n,
  nonRefundableStorageFee: 0n,
};
