import type { Transaction } from '@mysten/sui/transactions';
import { blobIdToInt } from '@walrus-ts/core';
import { COIN_UNIT, need } from '@walrus-ts/testkit/contract-world';
import { beforeAll, describe } from 'vitest';
import {
  BLOB_SIZE,
  ENCODED_SIZE,
  abort,
  attacks,
  blobOf,
  fails,
  type Stage,
  type User,
} from './stage.js';

const U64_MAX = 0xffff_ffff_ffff_ffffn;

/** A shared object and the capability of who made it. */
interface Administered {
  readonly object: string;
  readonly capability: string;
}

/** The packages around the contracts: exchange, subsidies of both kinds, buckets. */
export function fundAttacks(stage: () => Stage): void {
  const attack = attacks(stage);
  const byAlice = (s: Stage) => s.alice.wallet;
  const make = async (
    s: Stage,
    owner: User,
    suffix: string,
    build: (tx: Transaction) => ReturnType<Transaction['moveCall']>,
  ): Promise<Administered> => {
    const record = await s.world.chain.must(owner.wallet, (tx) => {
      tx.transferObjects([build(tx)], owner.wallet.toSuiAddress());
    });
    const shared = record.effects.changedObjects.find(
      ({ objectId, output, idOperation }) =>
        idOperation === 'created' &&
        output?.kind === 'object' &&
        output.owner.kind === 'shared' &&
        (record.objectTypes.get(objectId) ?? '').endsWith(suffix),
    );
    const capability = record.effects.changedObjects.find(
      ({ objectId, idOperation }) =>
        idOperation === 'created' && (record.objectTypes.get(objectId) ?? '').endsWith('Cap'),
    );
    return {
      object: need(shared, suffix).objectId,
      capability: need(capability, 'the capability').objectId,
    };
  };

  describe('the exchange', () => {
    let exchange: Administered;
    let own: Administered;
    beforeAll(async () => {
      const s = stage();
      await s.world.publish('wal_exchange');
      exchange = await make(s, s.alice, '::Exchange', (tx) =>
        s.world.call(tx, 'wal_exchange/wal_exchange::new_funded', [
          s.alice.walCoin,
          tx.pure.u64(1000n * COIN_UNIT),
        ]),
      );
      own = await make(s, s.mallory, '::Exchange', (tx) =>
        s.world.call(tx, 'wal_exchange/wal_exchange::new', []),
      );
    });
    const keep = (tx: Transaction, s: Stage, coin: ReturnType<Transaction['moveCall']>): void =>
      void tx.transferObjects([coin], s.mallory.wallet.toSuiAddress());
    const notAdmin = abort('wal_exchange', 'EUnauthorizedAdminCap');
    for (const fn of ['withdraw_wal', 'withdraw_sui']) {
      attack(`${fn} with another exchange's capability`, notAdmin, (tx, s) => {
        keep(
          tx,
          s,
          s.world.call(tx, `wal_exchange/wal_exchange::${fn}`, [
            exchange.object,
            tx.pure.u64(1),
            own.capability,
          ]),
        );
      });
    }
    const setRate = (
      tx: Transaction,
      s: Stage,
      of: Administered,
      wal: bigint,
      sui: bigint,
    ): void => {
      s.world.call(tx, 'wal_exchange/wal_exchange::set_exchange_rate', [
        of.object,
        tx.pure.u64(wal),
        tx.pure.u64(sui),
        own.capability,
      ]);
    };
    attack("the rate set with another exchange's capability", notAdmin, (tx, s) =>
      setRate(tx, s, exchange, U64_MAX, 1n),
    );
    attack('a rate of nothing', abort('wal_exchange', 'EInvalidExchangeRate'), (tx, s) =>
      setRate(tx, s, own, 0n, 1n),
    );
    attack('a rate for nothing', abort('wal_exchange', 'EInvalidExchangeRate'), (tx, s) =>
      setRate(tx, s, own, 1n, 0n),
    );
    attack('a rate that overflows', fails('MovePrimitiveRuntimeError'), (tx, s) => {
      setRate(tx, s, own, U64_MAX, 1n);
      const coin = tx.splitCoins(tx.gas, [2]);
      keep(
        tx,
        s,
        s.world.call(tx, 'wal_exchange/wal_exchange::exchange_all_for_wal', [own.object, coin]),
      );
    });
    const noFunds = abort('wal_exchange', 'EInsufficientFundsInExchange');
    attack('more WAL than there is', noFunds, (tx, s) => {
      setRate(tx, s, own, 1n, 1n);
      const coin = tx.splitCoins(tx.gas, [2]);
      keep(
        tx,
        s,
        s.world.call(tx, 'wal_exchange/wal_exchange::exchange_all_for_wal', [own.object, coin]),
      );
    });
    attack('more SUI than there is', noFunds, (tx, s) => {
      const coin = tx.splitCoins(s.world.input(tx, s.mallory.walCoin), [2]);
      keep(
        tx,
        s,
        s.world.call(tx, 'wal_exchange/wal_exchange::exchange_all_for_sui', [
          exchange.object,
          coin,
        ]),
      );
    });
    attack('more withdrawn than there is', noFunds, (tx, s) => {
      keep(
        tx,
        s,
        s.world.call(tx, 'wal_exchange/wal_exchange::withdraw_wal', [
          own.object,
          tx.pure.u64(1),
          own.capability,
        ]),
      );
    });
    attack(
      'more paid than the coin holds',
      abort('wal_exchange', 'EInsufficientInputBalance'),
      (tx, s) => {
        keep(
          tx,
          s,
          s.world.call(tx, 'wal_exchange/wal_exchange::exchange_for_sui', [
            exchange.object,
            s.mallory.walCoin,
            tx.pure.u64(U64_MAX),
          ]),
        );
      },
    );
  });

  describe('credits', () => {
    let credits: Administered;
    let own: Administered;
    beforeAll(async () => {
      const s = stage();
      await s.world.publish('subsidies');
      const create = (owner: User) =>
        make(s, owner, '::subsidies::Subsidies', (tx) =>
          s.world.call(tx, 'subsidies/subsidies::new', [tx.pure.id(s.world.system)]),
        );
      credits = await create(s.alice);
      own = await create(s.mallory);
    });
    const notAdmin = abort('subsidies', 'EUnauthorizedAdminCap');
    for (const fn of ['set_buyer_subsidy_rate', 'set_system_subsidy_rate']) {
      attack(`${fn} with another capability`, notAdmin, (tx, s) => {
        s.world.call(tx, `subsidies/subsidies::${fn}`, [
          credits.object,
          own.capability,
          tx.pure.u16(1),
        ]);
      });
      attack(`${fn} above everything`, abort('subsidies', 'EInvalidSubsidyRate'), (tx, s) => {
        s.world.call(tx, `subsidies/subsidies::${fn}`, [
          own.object,
          own.capability,
          tx.pure.u16(10_001),
        ]);
      });
    }
    attack('withdrawn with another capability', notAdmin, (tx, s) => {
      const balance = s.world.call(tx, 'subsidies/subsidies::withdraw_balance', [
        credits.object,
        own.capability,
      ]);
      const coin = tx.moveCall({
        target: '0x2::coin::from_balance',
        typeArguments: [s.world.deployment.walType],
        arguments: [balance],
      });
      tx.transferObjects([coin], s.mallory.wallet.toSuiAddress());
    });
    attack('migrated without need', abort('subsidies', 'EWrongVersion'), (tx, s) => {
      s.world.call(tx, 'subsidies/subsidies::migrate', [credits.object, s.world.system]);
    });
    attack('bought with too little', abort('balance', 'ENotEnough'), (tx, s) => {
      const coin = tx.splitCoins(s.world.input(tx, s.mallory.walCoin), [1]);
      const storage = s.world.call(tx, 'subsidies/subsidies::reserve_space', [
        credits.object,
        s.world.system,
        tx.pure.u64(1),
        tx.pure.u32(1),
        coin,
      ]);
      tx.transferObjects([storage, coin], s.mallory.wallet.toSuiAddress());
    });
  });

  describe('subsidies', () => {
    let subsidies: Administered;
    let own: Administered;
    beforeAll(async () => {
      const s = stage();
      await s.world.publish('walrus_subsidies');
      const create = (owner: User) =>
        make(s, owner, '::walrus_subsidies::WalrusSubsidies', (tx) =>
          s.world.call(tx, 'walrus_subsidies/walrus_subsidies::new', [
            s.world.system,
            s.world.staking,
            tx.pure.u32(100),
            tx.pure.u64(1000n),
            tx.pure.u64(10n),
          ]),
        );
      subsidies = await create(s.alice);
      own = await create(s.mallory);
      await s.nextEpoch();
    });
    const target = (fn: string) => `walrus_subsidies/walrus_subsidies::${fn}`;
    const notAdmin = abort('walrus_subsidies', 'EUnauthorizedAdminCap');
    const badRate = abort('walrus_subsidies_inner', 'EInvalidSubsidyRate');
    attack('the rate set with another capability', notAdmin, (tx, s) => {
      s.world.call(tx, target('set_system_subsidy_rate'), [
        subsidies.object,
        own.capability,
        tx.pure.u32(1),
      ]);
    });
    for (const fn of ['set_base_subsidy', 'set_per_shard_subsidy']) {
      attack(`${fn} with another capability`, notAdmin, (tx, s) => {
        s.world.call(tx, target(fn), [subsidies.object, own.capability, tx.pure.u64(1)]);
      });
      attack(`${fn} to all there can be`, badRate, (tx, s) => {
        s.world.call(tx, target(fn), [own.object, own.capability, tx.pure.u64(U64_MAX)]);
      });
    }
    attack('a rate above the maximum', badRate, (tx, s) => {
      s.world.call(tx, target('set_system_subsidy_rate'), [
        own.object,
        own.capability,
        tx.pure.u32(1_000_001),
      ]);
    });
    attack(
      'paid from an empty pool',
      abort('walrus_subsidies_inner', 'EInsufficientFundsInPool'),
      (tx, s) => {
        s.world.call(tx, target('process_subsidies'), [
          subsidies.object,
          s.world.staking,
          s.world.system,
          s.world.chain.clock(tx),
        ]);
      },
    );
    attack('migrated without need', abort('walrus_subsidies', 'EInvalidMigration'), (tx, s) => {
      s.world.call(tx, target('migrate'), [subsidies.object]);
    });
  });

  describe('buckets', () => {
    let bucket: Administered;
    let own: Administered;
    beforeAll(async () => {
      const s = stage();
      await s.world.publish('blob_bucket');
      const create = (owner: User) =>
        make(s, owner, '::blob_bucket::BlobBucket', (tx) =>
          s.world.call(tx, 'blob_bucket/blob_bucket::new', [
            s.world.system,
            tx.pure.u64(ENCODED_SIZE),
            tx.pure.u32(1),
            owner.walCoin,
          ]),
        );
      bucket = await create(s.alice);
      own = await create(s.mallory);
    });
    const target = (fn: string) => `blob_bucket/blob_bucket::${fn}`;
    const wrongCapability = abort('blob_bucket', 'EInvalidBlobBucketCap');
    const register = (tx: Transaction, s: Stage, capability: string, payer: User): void => {
      const { blobId, rootHash } = blobOf(0xbbbb);
      s.world.call(tx, target('register_blob'), [
        bucket.object,
        capability,
        s.world.system,
        tx.pure.u256(blobIdToInt(blobId)),
        tx.pure.u256(rootHash),
        tx.pure.u64(BLOB_SIZE),
        tx.pure.u8(1),
        tx.pure.bool(true),
        payer.walCoin,
      ]);
    };
    attack("a blob put in with another bucket's capability", wrongCapability, (tx, s) =>
      register(tx, s, own.capability, s.mallory),
    );
    attack("a blob deleted with another bucket's capability", wrongCapability, (tx, s) => {
      s.world.call(tx, target('delete_blob'), [
        bucket.object,
        own.capability,
        s.world.system,
        tx.pure.u256(1n),
      ]);
    });
    attack("extended with another bucket's capability", wrongCapability, (tx, s) => {
      s.world.call(tx, target('extend_storage_pool'), [
        bucket.object,
        own.capability,
        s.world.system,
        tx.pure.u32(1),
        s.mallory.walCoin,
      ]);
    });
    describe('after its end', () => {
      beforeAll(async () => {
        await stage().nextEpoch();
      });
      attack(
        'a blob put in',
        abort('blob_bucket_inner_v1', 'EBlobBucketStorageExpired'),
        (tx, s) => register(tx, s, bucket.capability, s.alice),
        byAlice,
      );
    });
  });
}
