import type { Transaction } from '@mysten/sui/transactions';
import { blobIdToInt } from '@walrus-ts/core';
import { beforeAll, describe } from 'vitest';
import type { Argument } from '@walrus-ts/testkit/contract-world';
import {
  BLOB_SIZE,
  ENCODED_SIZE,
  MAX_EPOCHS,
  abort,
  attacks,
  blobOf,
  fails,
  type Stage,
  type StageBlob,
} from './stage.js';

const U32_MAX = 0xffff_ffff;
const U64_MAX = 0xffff_ffff_ffff_ffffn;
const arithmetic = fails('MovePrimitiveRuntimeError');
const badEpochs = abort('system_state_inner', 'EInvalidEpochsAhead');

/** Sizes and epochs at and beyond their bounds, in purchases, registrations and changes of storage. */
export function storageAttacks(stage: () => Stage): void {
  const attack = attacks(stage);
  const byAlice = (s: Stage) => s.alice.wallet;

  describe('purchases of storage', () => {
    const buy = (tx: Transaction, s: Stage, size: bigint, epochs: number): void => {
      tx.transferObjects([s.reserve(tx, s.mallory, size, epochs)], s.mallory.wallet.toSuiAddress());
    };
    const buyRange = (tx: Transaction, s: Stage, start: number, end: number): void => {
      const storage = s.world.call(tx, 'system::reserve_space_for_epochs', [
        s.world.system,
        tx.pure.u64(1n),
        tx.pure.u32(start),
        tx.pure.u32(end),
        s.mallory.walCoin,
      ]);
      tx.transferObjects([storage], s.mallory.wallet.toSuiAddress());
    };
    attack('of no bytes', abort('system_state_inner', 'EInvalidResourceSize'), (tx, s) =>
      buy(tx, s, 0n, 1),
    );
    attack('for no epochs', badEpochs, (tx, s) => buy(tx, s, 1n, 0));
    attack('for one epoch too many', badEpochs, (tx, s) => buy(tx, s, 1n, MAX_EPOCHS + 1));
    attack('for all epochs there can be', badEpochs, (tx, s) => buy(tx, s, 1n, U32_MAX));
    attack(
      'of more than the network holds',
      abort('system_state_inner', 'EStorageExceeded'),
      (tx, s) => buy(tx, s, 100_000_000_000_000n, 1),
    );
    attack('of a size whose price overflows', arithmetic, (tx, s) => buy(tx, s, U64_MAX, 1));
    attack('of more than is paid for', abort('balance', 'ENotEnough'), (tx, s) => {
      const coin = tx.splitCoins(s.world.input(tx, s.mallory.walCoin), [4]);
      const storage = s.world.call(tx, 'system::reserve_space', [
        s.world.system,
        tx.pure.u64(1n),
        tx.pure.u32(1),
        coin,
      ]);
      tx.transferObjects([storage, coin], s.mallory.wallet.toSuiAddress());
    });
    attack('for a range that ends before it starts', badEpochs, (tx, s) => {
      buyRange(tx, s, s.committee.epoch + 3, s.committee.epoch + 2);
    });
    attack('for a range of no epochs', badEpochs, (tx, s) => {
      buyRange(tx, s, s.committee.epoch + 3, s.committee.epoch + 3);
    });
    attack('for a range that is over', badEpochs, (tx, s) => buyRange(tx, s, 0, s.committee.epoch));
    attack('for a range beyond the last epoch on sale', badEpochs, (tx, s) => {
      const end = s.committee.epoch + MAX_EPOCHS + 1;
      buyRange(tx, s, end - 1, end);
    });
    attack('for a range up to the last number', badEpochs, (tx, s) =>
      buyRange(tx, s, U32_MAX - 1, U32_MAX),
    );
    attack('as a donation for no epochs', badEpochs, (tx, s) => {
      const coin = tx.splitCoins(s.world.input(tx, s.mallory.walCoin), [10]);
      s.world.call(tx, 'system::add_subsidy', [s.world.system, coin, tx.pure.u32(0)]);
    });
    attack('as a donation for too many epochs', badEpochs, (tx, s) => {
      const coin = tx.splitCoins(s.world.input(tx, s.mallory.walCoin), [10]);
      s.world.call(tx, 'system::add_subsidy', [s.world.system, coin, tx.pure.u32(MAX_EPOCHS + 1)]);
    });
  });

  describe('registrations', () => {
    let storage: string;
    let future: string;
    let other: ReturnType<typeof blobOf>;
    beforeAll(async () => {
      const s = stage();
      storage = await s.buy(s.mallory, ENCODED_SIZE, 3);
      const { epoch } = s.committee;
      future = await s.buyRange(s.mallory, ENCODED_SIZE, epoch + 1, epoch + 2);
      other = blobOf(0xffff);
    });
    const register = (
      tx: Transaction,
      s: Stage,
      change: Partial<Parameters<Stage['registration']>[3]>,
      into = storage,
    ): void => {
      const blob = s.registration(tx, s.mallory, into, { ...other, ...change });
      tx.transferObjects([blob], s.mallory.wallet.toSuiAddress());
    };
    attack('with an ID of another root hash', abort('blob', 'EInvalidBlobId'), (tx, s) =>
      register(tx, s, { rootHash: 1n }),
    );
    attack('with an ID of another size', abort('blob', 'EInvalidBlobId'), (tx, s) =>
      register(tx, s, { size: BigInt(BLOB_SIZE + 1) }),
    );
    attack('in storage that is too small', abort('blob', 'EResourceSize'), (tx, s) =>
      register(tx, s, { size: 1_000_000n }),
    );
    attack('of a size whose encoding overflows', arithmetic, (tx, s) =>
      register(tx, s, { size: U64_MAX }),
    );
    attack(
      'with the encoding that is retired',
      abort('encoding', 'EInvalidEncodingType'),
      (tx, s) => register(tx, s, { encodingType: 0 }),
    );
    attack('with an unknown encoding', abort('encoding', 'EInvalidEncodingType'), (tx, s) =>
      register(tx, s, { encodingType: 255 }),
    );
    attack('in storage that starts later', abort('blob', 'EResourceBounds'), (tx, s) =>
      register(tx, s, {}, future),
    );
    attack('paid for too little', abort('balance', 'ENotEnough'), (tx, s) => {
      const coin = tx.splitCoins(s.world.input(tx, s.mallory.walCoin), [0]);
      const blob = s.world.call(tx, 'system::register_blob', [
        s.world.system,
        storage,
        tx.pure.u256(blobIdToInt(other.blobId)),
        tx.pure.u256(other.rootHash),
        tx.pure.u64(BLOB_SIZE),
        tx.pure.u8(1),
        tx.pure.bool(false),
        coin,
      ]);
      tx.transferObjects([blob, coin], s.mallory.wallet.toSuiAddress());
    });
  });

  describe('changes of storage', () => {
    let whole: string;
    let later: string;
    let small: string;
    let start: number;
    beforeAll(async () => {
      const s = stage();
      start = s.committee.epoch;
      whole = await s.buy(s.mallory, 1000n, 3);
      later = await s.buyRange(s.mallory, 1000n, start + 4, start + 5);
      small = await s.buyRange(s.mallory, 999n, start + 3, start + 4);
    });
    const split = (tx: Transaction, s: Stage, fn: string, by: Argument): void => {
      const rest = s.world.call(tx, `storage_resource::${fn}`, [whole, by]);
      tx.transferObjects([rest], s.mallory.wallet.toSuiAddress());
    };
    const fuse = (tx: Transaction, s: Stage, fn: string, second: string): void => {
      s.world.call(tx, `storage_resource::${fn}`, [whole, second]);
    };
    const badEpoch = abort('storage_resource', 'EInvalidEpoch');
    attack('split at its start', badEpoch, (tx, s) =>
      split(tx, s, 'split_by_epoch', tx.pure.u32(start)),
    );
    attack('split at its end', badEpoch, (tx, s) =>
      split(tx, s, 'split_by_epoch', tx.pure.u32(start + 3)),
    );
    attack('split at the last epoch there can be', badEpoch, (tx, s) =>
      split(tx, s, 'split_by_epoch', tx.pure.u32(U32_MAX)),
    );
    attack('split beyond its size', abort('storage_resource', 'EIncompatibleAmount'), (tx, s) =>
      split(tx, s, 'split_by_size', tx.pure.u64(1001)),
    );
    attack('split by the largest size', abort('storage_resource', 'EIncompatibleAmount'), (tx, s) =>
      split(tx, s, 'split_by_size', tx.pure.u64(U64_MAX)),
    );
    attack(
      'periods of different sizes fused',
      abort('storage_resource', 'EIncompatibleAmount'),
      (tx, s) => fuse(tx, s, 'fuse_periods', small),
    );
    attack('periods with a gap fused', abort('storage_resource', 'EIncompatibleEpochs'), (tx, s) =>
      fuse(tx, s, 'fuse_periods', later),
    );
    attack(
      'amounts of different periods fused',
      abort('storage_resource', 'EIncompatibleEpochs'),
      (tx, s) => fuse(tx, s, 'fuse_amount', later),
    );
    attack(
      'anything fused that does not fit',
      abort('storage_resource', 'EIncompatibleEpochs'),
      (tx, s) => fuse(tx, s, 'fuse', later),
    );
    attack('fused with itself', fails('CommandArgumentError CannotMoveBorrowedValue'), (tx, s) =>
      fuse(tx, s, 'fuse_amount', whole),
    );
  });

  describe('blobs', () => {
    let permanent: StageBlob;
    let deletable: StageBlob;
    let expired: StageBlob;
    let uncertified: StageBlob;
    let shared: string;
    let apart: string;
    let inside: string;
    beforeAll(async () => {
      const s = stage();
      expired = await s.register(s.alice, { epochs: 1, isDeletable: true });
      await s.certify(s.alice, expired);
      permanent = await s.register(s.alice);
      await s.certify(s.alice, permanent);
      deletable = await s.register(s.alice, { isDeletable: true });
      uncertified = await s.register(s.alice);
      const forSharing = await s.register(s.alice);
      await s.certify(s.alice, forSharing);
      const record = await s.world.chain.must(s.alice.wallet, (tx) => {
        s.world.call(tx, 'shared_blob::new', [forSharing.object]);
      });
      shared = [...record.objectTypes].find(([, type]) => type.endsWith('::SharedBlob'))?.[0] ?? '';
      const epoch = await s.nextEpoch();
      apart = await s.buyRange(s.alice, ENCODED_SIZE, epoch + 5, epoch + 6);
      inside = await s.buyRange(s.alice, ENCODED_SIZE, epoch, epoch + 1);
    });
    const extend = (tx: Transaction, s: Stage, blob: StageBlob, epochs: number): void => {
      s.world.call(tx, 'system::extend_blob', [
        s.world.system,
        blob.object,
        tx.pure.u32(epochs),
        s.alice.walCoin,
      ]);
    };
    const remove = (tx: Transaction, s: Stage, blob: StageBlob): void => {
      const storage = s.world.call(tx, 'system::delete_blob', [s.world.system, blob.object]);
      tx.transferObjects([storage], s.alice.wallet.toSuiAddress());
    };
    attack(
      'a permanent one deleted',
      abort('blob', 'EBlobNotDeletable'),
      (tx, s) => remove(tx, s, permanent),
      byAlice,
    );
    attack(
      'an expired one deleted',
      abort('blob', 'EResourceBounds'),
      (tx, s) => remove(tx, s, expired),
      byAlice,
    );
    attack(
      'an expired one extended',
      abort('blob', 'EResourceBounds'),
      (tx, s) => extend(tx, s, expired, 1),
      byAlice,
    );
    attack(
      'an uncertified one extended',
      abort('blob', 'ENotCertified'),
      (tx, s) => extend(tx, s, uncertified, 1),
      byAlice,
    );
    attack('extended by no epochs', badEpochs, (tx, s) => extend(tx, s, permanent, 0), byAlice);
    attack(
      'extended beyond the last epoch on sale',
      badEpochs,
      (tx, s) => extend(tx, s, permanent, MAX_EPOCHS),
      byAlice,
    );
    attack(
      'extended by all epochs there can be',
      arithmetic,
      (tx, s) => extend(tx, s, permanent, U32_MAX),
      byAlice,
    );
    attack(
      'extended with storage that does not follow',
      abort('storage_resource', 'EIncompatibleEpochs'),
      (tx, s) => {
        s.world.call(tx, 'system::extend_blob_with_resource', [
          s.world.system,
          permanent.object,
          apart,
        ]);
      },
      byAlice,
    );
    attack(
      'extended with storage that ends no later',
      abort('blob', 'EResourceBounds'),
      (tx, s) => {
        s.world.call(tx, 'system::extend_blob_with_resource', [
          s.world.system,
          permanent.object,
          inside,
        ]);
      },
      byAlice,
    );
    attack('a shared one extended without funds', abort('balance', 'ENotEnough'), (tx, s) => {
      s.world.call(tx, 'shared_blob::extend', [shared, s.world.system, tx.pure.u32(1)]);
    });
    attack(
      'attributes taken where there are none',
      abort('blob', 'EMissingMetadata'),
      (tx, s) => {
        s.world.call(tx, 'blob::take_metadata', [deletable.object]);
      },
      byAlice,
    );
    attack(
      'an attribute removed that is not there',
      abort('vec_map', 'EKeyDoesNotExist'),
      (tx, s) => {
        const text = (value: string) => tx.pure.string(value);
        s.world.call(tx, 'blob::insert_or_update_metadata_pair', [
          deletable.object,
          text('a'),
          text('b'),
        ]);
        s.world.call(tx, 'blob::remove_metadata_pair', [deletable.object, text('c')]);
      },
      byAlice,
    );
    attack(
      'attributes added twice',
      abort('blob', 'EDuplicateMetadata'),
      (tx, s) => {
        for (let i = 0; i < 2; i++) {
          s.world.call(tx, 'blob::add_metadata', [
            deletable.object,
            s.world.call(tx, 'metadata::new', []),
          ]);
        }
      },
      byAlice,
    );
  });

  describe('storage pools', () => {
    let pool: string;
    let inPool: ReturnType<typeof blobOf>;
    const register = (tx: Transaction, s: Stage, blob: ReturnType<typeof blobOf>): void => {
      s.world.call(tx, 'system::register_pooled_blob', [
        s.world.system,
        pool,
        tx.pure.u256(blobIdToInt(blob.blobId)),
        tx.pure.u256(blob.rootHash),
        tx.pure.u64(BLOB_SIZE),
        tx.pure.u8(1),
        tx.pure.bool(false),
        s.mallory.walCoin,
      ]);
    };
    beforeAll(async () => {
      const s = stage();
      inPool = blobOf(0xaaaa);
      pool = await s.make(s.mallory, '::storage_pool::StoragePool', (tx) =>
        s.world.call(tx, 'system::create_storage_pool', [
          s.world.system,
          tx.pure.u64(2n * ENCODED_SIZE - 1n),
          tx.pure.u32(2),
          s.mallory.walCoin,
        ]),
      );
      await s.world.chain.must(s.mallory.wallet, (tx) => register(tx, s, inPool));
    });
    attack('the same blob twice', abort('storage_pool', 'EInsufficientCapacity'), (tx, s) =>
      register(tx, s, inPool),
    );
    attack('more than it holds', abort('storage_pool', 'EInsufficientCapacity'), (tx, s) =>
      register(tx, s, blobOf(0xaaab)),
    );
    attack(
      'the same blob twice with room for it',
      abort('dynamic_field', 'EFieldAlreadyExists'),
      (tx, s) => {
        s.world.call(tx, 'system::increase_storage_pool_capacity', [
          s.world.system,
          pool,
          tx.pure.u64(ENCODED_SIZE),
          s.mallory.walCoin,
        ]);
        register(tx, s, inPool);
      },
    );
    attack('a permanent blob deleted', abort('storage_pool', 'EBlobNotDeletable'), (tx, s) => {
      s.world.call(tx, 'system::delete_pooled_blob', [
        s.world.system,
        pool,
        tx.pure.u256(blobIdToInt(inPool.blobId)),
      ]);
    });
    attack(
      'a blob deleted that is not in it',
      abort('dynamic_field', 'EFieldDoesNotExist'),
      (tx, s) => {
        s.world.call(tx, 'system::delete_pooled_blob', [s.world.system, pool, tx.pure.u256(1n)]);
      },
    );
    attack('a blob burned before the end', badEpochs, (tx, s) => {
      s.world.call(tx, 'system::burn_expired_pooled_blob', [
        s.world.system,
        pool,
        tx.pure.u256(blobIdToInt(inPool.blobId)),
      ]);
    });
    attack('destroyed with a blob in it', abort('storage_pool', 'EPoolNotEmpty'), (tx, s) => {
      const storage = s.world.call(tx, 'storage_pool::destroy', [pool]);
      tx.transferObjects([storage], s.mallory.wallet.toSuiAddress());
    });
    attack('no capacity taken out', abort('system', 'EZeroExtractSize'), (tx, s) => {
      const storage = s.world.call(tx, 'system::decrease_storage_pool_capacity_by_size', [
        s.world.system,
        pool,
        tx.pure.u64(0),
      ]);
      tx.transferObjects([storage], s.mallory.wallet.toSuiAddress());
    });
    attack('used capacity taken out', abort('storage_pool', 'EInsufficientCapacity'), (tx, s) => {
      const storage = s.world.call(tx, 'system::decrease_storage_pool_capacity_by_size', [
        s.world.system,
        pool,
        tx.pure.u64(ENCODED_SIZE),
      ]);
      tx.transferObjects([storage], s.mallory.wallet.toSuiAddress());
    });
    attack(
      'more than all capacity taken out',
      abort('storage_pool', 'EInvalidPercent'),
      (tx, s) => {
        const storage = s.world.call(
          tx,
          'system::decrease_storage_pool_unused_capacity_by_percent',
          [s.world.system, pool, tx.pure.u8(101)],
        );
        tx.transferObjects([storage], s.mallory.wallet.toSuiAddress());
      },
    );
    attack('extended by no epochs', badEpochs, (tx, s) => {
      s.world.call(tx, 'system::extend_storage_pool', [
        s.world.system,
        pool,
        tx.pure.u32(0),
        s.mallory.walCoin,
      ]);
    });
    attack('extended beyond the last epoch on sale', badEpochs, (tx, s) => {
      s.world.call(tx, 'system::extend_storage_pool', [
        s.world.system,
        pool,
        tx.pure.u32(MAX_EPOCHS),
        s.mallory.walCoin,
      ]);
    });
    attack('enlarged by nothing', abort('system_state_inner', 'EInvalidResourceSize'), (tx, s) => {
      s.world.call(tx, 'system::increase_storage_pool_capacity', [
        s.world.system,
        pool,
        tx.pure.u64(0),
        s.mallory.walCoin,
      ]);
    });
  });
}
