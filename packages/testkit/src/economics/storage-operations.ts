/** Random operations of those who store blobs. */

import {
  blake2b256,
  blobIdFromInt,
  encodedLength,
  encodeStorageConfirmation,
  maxBlobSize,
  normalizeAddress,
} from '@walrus-ts/core';
import { require } from './aborts.js';
import type { BlobRecord, Network, Operation, Reservation } from './network.js';
import { field } from './move-reader.js';
import { committeeKeys, randomSigners } from './node-operations.js';
import type { Profile } from './profile.js';
import type { Random } from './random.js';

const SYSTEM = 'system_state_inner';
const REDSTUFF = 1;
const USUAL_BLOB = 2_000_000;

function randomBlobSize(random: Random, nShards: number): number {
  return random.int(1, Math.min(USUAL_BLOB, maxBlobSize(nShards)));
}

/** Buys space for epochs at given distances from the running one. */
export function reserveOperation(
  network: Network,
  size: bigint,
  from: number,
  to: number,
): Operation {
  const { model } = network;
  return {
    label: `reserve ${size} for ${from} to ${to}`,
    apply: () => {
      model.bank -= model.accounting.sell(size, from, to, model.bank);
      network.expectReservation({ start: model.epoch + from, end: model.epoch + to, size });
    },
    build: (program) => {
      const storage = program.call(network.walrus('system::reserve_space_for_epochs'), [
        network.system(program),
        program.u64(size),
        program.u32(model.epoch + from),
        program.u32(model.epoch + to),
        network.bank(program),
      ]);
      network.keep(program, storage);
    },
  };
}

function randomReserve(network: Network, random: Random): Operation {
  const { nShards, maxEpochsAhead } = network.constants;
  const { capacity } = network.model.accounting;
  const encoded = BigInt(encodedLength(nShards, randomBlobSize(random, nShards)));
  const size = random.chance(0.6)
    ? encoded + (random.chance(0.5) ? 0n : random.big(0n, encoded))
    : random.magnitude(random.chance(0.05) ? 0n : 1n, capacity / 4n + 1n);
  const from = random.chance(0.8) ? 0 : random.int(0, maxEpochsAhead - 1);
  const to = random.chance(0.05) ? from : random.int(from + 1, maxEpochsAhead);
  return reserveOperation(network, size, from, random.chance(0.03) ? maxEpochsAhead + 1 : to);
}

/** Blob ID of a root hash. @see spec contracts.md 6.4 */
function deriveBlobId(rootHash: bigint, size: number): bigint {
  const bytes = Buffer.alloc(41);
  bytes.writeUInt8(REDSTUFF, 0);
  bytes.writeBigUInt64LE(BigInt(size), 1);
  Buffer.from(rootHash.toString(16).padStart(64, '0'), 'hex').reverse().copy(bytes, 9);
  return BigInt(`0x${Buffer.from(blake2b256(bytes)).reverse().toString('hex')}`);
}

/** Registers a blob that just fits, or nearly. */
function registerOperation(network: Network, random: Random, storage: Reservation): Operation {
  const { model } = network;
  const { nShards } = network.constants;
  let unencoded = randomBlobSize(random, nShards);
  for (let i = 0; i < 8 && BigInt(encodedLength(nShards, unencoded)) > storage.size; i++) {
    unencoded = Math.max(1, unencoded >> 3);
  }
  const encodedSize = BigInt(encodedLength(nShards, unencoded));
  const rootHash = BigInt(++network.blobCounter);
  const blobId = deriveBlobId(rootHash, unencoded);
  const isDeletable = random.chance(0.6);
  return {
    label: `register ${unencoded} bytes`,
    apply: () => {
      const { start, end, size } = storage;
      require(start <= model.epoch && model.epoch < end, 'blob', 2);
      require(encodedSize <= size, 'blob', 3);
      model.bank -= model.accounting.chargeWrite(encodedSize, model.bank);
      network.reservations.delete(storage);
      network.expect({
        suffix: '::Blob',
        matches: (value) => value['blob_id'] === blobId,
        settle: (objectId) => {
          network.blobs.add({
            objectId,
            blobId,
            encodedSize,
            isDeletable,
            isCertified: false,
            start,
            end,
            size,
            funds: undefined,
          });
        },
      });
    },
    build: (program) => {
      const blob = program.call(network.walrus('system::register_blob'), [
        network.system(program),
        program.object(storage.objectId),
        program.u256(blobId),
        program.u256(rootHash),
        program.u64(BigInt(unencoded)),
        program.u8(REDSTUFF),
        program.bool(isDeletable),
        network.bank(program),
      ]);
      network.keep(program, blob);
    },
  };
}

function certifyOperation(network: Network, random: Random, blob: BlobRecord): Operation {
  const { model } = network;
  const isEnough = !random.chance(0.05) || model.committee.size < 2;
  const { message, signature, bitmap } = network.certifier.certify(
    encodeStorageConfirmation({
      epoch: model.epoch,
      blobId: blobIdFromInt(blob.blobId),
      persistence: blob.isDeletable
        ? { kind: 'deletable', objectId: normalizeAddress(blob.objectId) }
        : { kind: 'permanent' },
    }),
    committeeKeys(network),
    randomSigners(network, random, isEnough),
  );
  return {
    label: `certify a blob`,
    apply: () => {
      require(isEnough, 'bls_aggregate', 2);
      require(!blob.isCertified, 'blob', 5);
      require(model.epoch < blob.end, 'blob', 2);
      blob.isCertified = true;
    },
    build: (program) => {
      program.call(network.walrus('system::certify_blob'), [
        network.system(program),
        program.object(blob.objectId),
        program.bytes(signature),
        program.bytes(bitmap),
        program.bytes(message),
      ]);
    },
  };
}

/** Charges for more epochs of a blob; the same rules for owned and shared ones. */
function payExtension(network: Network, blob: BlobRecord, epochs: number, money: bigint): bigint {
  const { epoch, accounting } = network.model;
  require(blob.isCertified, 'blob', 0);
  require(epoch < blob.end, 'blob', 2);
  require(epochs > 0, SYSTEM, 2);
  const from = blob.end - epoch;
  const paid = accounting.sell(blob.size, from, from + epochs, money);
  blob.end += epochs;
  return paid;
}

function extendOperation(network: Network, blob: BlobRecord, epochs: number): Operation {
  const { model } = network;
  const isShared = blob.funds !== undefined;
  return {
    label: `extend a ${isShared ? 'shared ' : ''}blob by ${epochs}`,
    apply: () => {
      if (blob.funds === undefined) model.bank -= payExtension(network, blob, epochs, model.bank);
      else blob.funds -= payExtension(network, blob, epochs, blob.funds);
    },
    build: (program) => {
      const args = [program.u32(epochs)];
      if (isShared) {
        program.call(network.walrus('shared_blob::extend'), [
          program.object(blob.objectId),
          network.system(program),
          ...args,
        ]);
      } else {
        program.call(network.walrus('system::extend_blob'), [
          network.system(program),
          program.object(blob.objectId),
          ...args,
          network.bank(program),
        ]);
      }
    },
  };
}

/** Extends by a reservation that is bought for the purpose. */
function extendWithOperation(network: Network, blob: BlobRecord, epochs: number): Operation {
  const { model } = network;
  const { end } = blob;
  return {
    label: `extend-with-resource a blob by ${epochs}`,
    apply: () => {
      const from = end - model.epoch;
      model.bank -= model.accounting.sell(blob.size, from, from + epochs, model.bank);
      blob.end += epochs;
    },
    build: (program) => {
      const storage = program.call(network.walrus('system::reserve_space_for_epochs'), [
        network.system(program),
        program.u64(blob.size),
        program.u32(end),
        program.u32(end + epochs),
        network.bank(program),
      ]);
      program.call(network.walrus('system::extend_blob_with_resource'), [
        network.system(program),
        program.object(blob.objectId),
        storage,
      ]);
    },
  };
}

function deleteOperation(network: Network, blob: BlobRecord): Operation {
  const { model } = network;
  return {
    label: 'delete a blob',
    apply: () => {
      require(blob.isDeletable, 'blob', 1);
      require(model.epoch < blob.end, 'blob', 2);
      network.blobs.delete(blob);
      const { start, end, size } = blob;
      network.expectReservation({ start, end, size });
    },
    build: (program) => {
      const storage = program.call(network.walrus('system::delete_blob'), [
        network.system(program),
        program.object(blob.objectId),
      ]);
      network.keep(program, storage);
    },
  };
}

function burnOperation(network: Network, blob: BlobRecord): Operation {
  return {
    label: 'burn-object of a blob',
    apply: () => {
      network.blobs.delete(blob);
    },
    build: (program) => {
      program.call(network.walrus('blob::burn'), [program.object(blob.objectId)]);
    },
  };
}

function shareOperation(network: Network, blob: BlobRecord, funds: bigint): Operation {
  return {
    label: `share a blob with ${funds}`,
    apply: () => {
      network.model.spend(funds);
      network.blobs.delete(blob);
      network.expect({
        suffix: '::SharedBlob',
        matches: (value) => field(value, 'blob', 'blob_id') === blob.blobId,
        settle: (objectId) => network.blobs.add({ ...blob, objectId, funds }),
      });
    },
    build: (program) => {
      program.call(network.walrus('shared_blob::new_funded'), [
        program.object(blob.objectId),
        network.coin(program, funds),
      ]);
    },
  };
}

function fundOperation(network: Network, blob: BlobRecord, funds: bigint): Operation {
  return {
    label: `fund a shared blob with ${funds}`,
    apply: () => {
      network.model.spend(funds);
      blob.funds = (blob.funds ?? 0n) + funds;
    },
    build: (program) => {
      program.call(network.walrus('shared_blob::fund'), [
        program.object(blob.objectId),
        network.coin(program, funds),
      ]);
    },
  };
}

function splitOperation(network: Network, random: Random, storage: Reservation): Operation {
  const { objectId, start, end, size } = storage;
  const byTime = end - start > 1 && random.chance(0.5);
  const at = random.int(start + 1, end - 1);
  const keep = random.big(0n, size);
  return {
    label: byTime ? `split-storage at ${at}` : `split-storage keeping ${keep}`,
    apply: () => {
      if (byTime) storage.end = at;
      else storage.size = keep;
      network.expectReservation(
        byTime ? { start: at, end, size } : { start, end, size: size - keep },
      );
    },
    build: (program) => {
      const rest = byTime
        ? program.call(network.walrus('storage_resource::split_by_epoch'), [
            program.object(objectId),
            program.u32(at),
          ])
        : program.call(network.walrus('storage_resource::split_by_size'), [
            program.object(objectId),
            program.u64(keep),
          ]);
      network.keep(program, rest);
    },
  };
}

function fuseOperation(network: Network, storage: Reservation, other: Reservation): Operation {
  return {
    label: 'fuse-storage',
    apply: () => {
      if (storage.start === other.start) {
        require(storage.end === other.end, 'storage_resource', 1);
        storage.size += other.size;
      } else {
        require(storage.size === other.size, 'storage_resource', 2);
        if (other.start === storage.end) {
          storage.end = other.end;
        } else {
          require(other.end === storage.start, 'storage_resource', 1);
          storage.start = other.start;
        }
      }
      network.reservations.delete(other);
    },
    build: (program) => {
      program.call(network.walrus('storage_resource::fuse'), [
        program.object(storage.objectId),
        program.object(other.objectId),
      ]);
    },
  };
}

function randomReservationOperation(network: Network, random: Random): Operation | undefined {
  const { epoch } = network.model;
  const all = [...network.reservations];
  const usable = all.filter(({ start, end }) => start <= epoch && epoch < end);
  const storage = random.pick(random.chance(0.9) && usable.length > 0 ? usable : all);
  if (storage === undefined) return undefined;
  const kind = random.int(0, 9);
  if (kind <= 6) return registerOperation(network, random, storage);
  if (kind === 7) return splitOperation(network, random, storage);
  const fits = (other: Reservation): boolean =>
    other !== storage &&
    (random.chance(0.02) ||
      (other.start === storage.start && other.end === storage.end) ||
      (other.size === storage.size &&
        (other.start === storage.end || other.end === storage.start)));
  const other = random.pick(all.filter(fits));
  return other && fuseOperation(network, storage, other);
}

function randomBlobOperation(
  network: Network,
  random: Random,
  profile: Profile,
): Operation | undefined {
  const { epoch } = network.model;
  const all = [...network.blobs];
  const living = all.filter(({ end }) => epoch < end);
  const blob = random.pick(random.chance(0.95) && living.length > 0 ? living : all);
  if (blob === undefined) return undefined;
  const epochs = random.int(random.chance(0.05) ? 0 : 1, network.constants.maxEpochsAhead);
  const funds = random.magnitude(0n, 10_000n * profile.maxPrice);
  if (blob.funds !== undefined) {
    return random.chance(0.5)
      ? extendOperation(network, blob, epochs)
      : fundOperation(network, blob, funds);
  }
  if (blob.end <= epoch && random.chance(0.7)) return burnOperation(network, blob);
  if (!blob.isCertified && random.chance(0.6)) return certifyOperation(network, random, blob);
  switch (random.int(0, 5)) {
    case 0:
    case 1:
      return extendOperation(network, blob, epochs);
    case 2:
      if (!blob.isCertified || blob.end <= epoch) return undefined;
      return extendWithOperation(network, blob, Math.max(1, epochs >> 1));
    case 3:
      return shareOperation(network, blob, funds);
    case 4:
      return deleteOperation(network, blob);
    default:
      return random.chance(0.3) ? certifyOperation(network, random, blob) : undefined;
  }
}

/** Something that a user of storage does. */
export function randomStorageOperation(
  network: Network,
  random: Random,
  profile: Profile,
): Operation | undefined {
  const kind = random.int(0, 9);
  if (kind <= 3) return randomReserve(network, random);
  if (kind <= 6) return randomReservationOperation(network, random);
  return randomBlobOperation(network, random, profile);
}
