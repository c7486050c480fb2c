import { Inputs, type Transaction } from '@mysten/sui/transactions';
import { equalBytes } from '@walrus-ts/core';
import { COIN_UNIT, need, walletOf, type Argument } from '@walrus-ts/testkit/contract-world';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  ENCODED_SIZE,
  abort,
  attacks,
  fails,
  refusals,
  type Stage,
  type StageBlob,
} from './stage.js';

const notOwner = ['INVALID_ARGUMENT', 'LEDGER_OBJECT_OWNER'] as const;
const wrongVersion = ['FAILED_PRECONDITION', 'LEDGER_OBJECT_VERSION'] as const;
const notFound = ['NOT_FOUND', 'LEDGER_OBJECT_NOT_FOUND'] as const;
const invalid = ['INVALID_ARGUMENT', 'LEDGER_INVALID_TRANSACTION'] as const;

/** Objects of others, objects that are gone, coins spent before, and signatures that do not fit. */
export function ownershipAttacks(stage: () => Stage): void {
  const refused = refusals(stage);
  const attack = attacks(stage);

  describe('objects of others', () => {
    let blob: StageBlob;
    let storage: string;
    let staked: string;
    beforeAll(async () => {
      const s = stage();
      blob = await s.register(s.alice, { isDeletable: true });
      storage = await s.buy(s.alice, ENCODED_SIZE, 2);
      staked = need(
        s.world.chain.owned(s.world.chain.bank.toSuiAddress(), '::StakedWal')[0],
        'stake',
      );
    });
    refused('a blob deleted', notOwner, (tx, s) => {
      const freed = s.world.call(tx, 'system::delete_blob', [s.world.system, blob.object]);
      tx.transferObjects([freed], s.mallory.wallet.toSuiAddress());
    });
    refused('a blob burned', notOwner, (tx, s) => {
      s.world.call(tx, 'blob::burn', [blob.object]);
    });
    refused('attributes of a blob changed', notOwner, (tx, s) => {
      const text = tx.pure.string('x');
      s.world.call(tx, 'blob::insert_or_update_metadata_pair', [blob.object, text, text]);
    });
    refused('storage used for a blob', notOwner, (tx, s) => {
      const stolen = s.registration(tx, s.mallory, storage, blob);
      tx.transferObjects([stolen], s.mallory.wallet.toSuiAddress());
    });
    refused('storage given away', notOwner, (tx, s) => {
      tx.transferObjects([s.world.input(tx, storage)], s.mallory.wallet.toSuiAddress());
    });
    refused('stake withdrawn', notOwner, (tx, s) => {
      const coin = s.world.call(tx, 'staking::withdraw_stake', [s.world.staking, staked]);
      tx.transferObjects([coin], s.mallory.wallet.toSuiAddress());
    });
    refused("WAL of another's coin spent", notOwner, (tx, s) => {
      tx.transferObjects([s.reserve(tx, s.alice, 1n, 1)], s.mallory.wallet.toSuiAddress());
    });
    refused("a price voted with another's capability", notOwner, (tx, s) => {
      s.world.call(tx, 'staking::set_storage_price_vote', [
        s.world.staking,
        s.member(0).capability,
        tx.pure.u64(0),
      ]);
    });
    refused("shards reported with another's capability", notOwner, (tx, s) => {
      s.world.call(tx, 'staking::epoch_sync_done', [
        s.world.staking,
        s.member(0).capability,
        tx.pure.u32(s.committee.epoch),
        s.world.chain.clock(tx),
      ]);
    });
    refused('the emergency capability used', notOwner, (tx, s) => {
      s.world.call(tx, 'upgrade::authorize_emergency_upgrade', [
        s.world.deployment.upgradeManagerObject,
        s.world.emergencyCapability,
        tx.pure.vector('u8', new Uint8Array(32)),
      ]);
    });
    refused(
      "gas paid with another's coin",
      notOwner,
      (tx, s) => s.world.votingEnd(tx),
      (s) => ({
        gasCoin: need(s.world.chain.owned(s.alice.wallet.toSuiAddress(), '::sui::SUI>')[0], 'gas'),
      }),
    );
    it("another's transaction signed by the attacker", async () => {
      const s = stage();
      const { chain } = s.world;
      const before = chain.object(s.alice.walCoin).digest;
      const { bytes } = await chain.sign(s.alice.wallet, (tx) => {
        const coin = s.world.input(tx, s.alice.walCoin);
        tx.transferObjects([coin], s.mallory.wallet.toSuiAddress());
      });
      const { signature } = await s.mallory.wallet.signTransaction(bytes);
      await expect(
        chain.ledger.execute(bytes, [Uint8Array.from(Buffer.from(signature, 'base64'))]),
      ).rejects.toMatchObject({ code: 'LEDGER_INVALID_SIGNATURE' });
      expect(chain.object(s.alice.walCoin).digest).toBe(before);
    });
    refused('the treasury of WAL taken out of its object', notOwner, (tx, s) => {
      const cap = childOf(s, '::coin::TreasuryCap<');
      tx.transferObjects([s.world.input(tx, cap)], s.mallory.wallet.toSuiAddress());
    });
    refused('a pool used outside of its table', notOwner, (tx, s) => {
      tx.transferObjects(
        [s.world.input(tx, childOf(s, '::staking_pool::StakingPool'))],
        s.mallory.wallet.toSuiAddress(),
      );
    });
    refused('the inner state used as an object', notOwner, (tx, s) => {
      const inner = childOf(s, '::system_state_inner::SystemStateInnerV1');
      s.world.call(tx, 'system::epoch', [inner]);
    });
    refused('the shared system given as an owned object', notOwner, (tx, s) => {
      const { objectId, version, digest } = s.world.chain.object(s.world.system);
      const ref = { objectId, version: version.toString(), digest };
      s.world.call(tx, 'system::epoch', [tx.object(Inputs.ObjectRef(ref))]);
    });
    refused("another's blob given as a shared object", notOwner, (tx, s) => {
      const ref = { objectId: blob.object, initialSharedVersion: '1', mutable: true };
      s.world.call(tx, 'blob::burn', [tx.object(Inputs.SharedObjectRef(ref))]);
    });
  });

  describe('objects that are gone or changed', () => {
    let stale: { readonly objectId: string; readonly version: string; readonly digest: string };
    let deleted: typeof stale;
    const burn = (tx: Transaction, s: Stage, ref: typeof stale): void => {
      s.world.call(tx, 'blob::burn', [tx.object(Inputs.ObjectRef(ref))]);
    };
    beforeAll(async () => {
      const s = stage();
      const refOf = (id: string): typeof stale => {
        const { objectId, version, digest } = s.world.chain.object(id);
        return { objectId, version: version.toString(), digest };
      };
      const changing = await s.register(s.mallory);
      stale = refOf(changing.object);
      await s.certify(s.mallory, changing);
      const dying = await s.register(s.mallory);
      deleted = refOf(dying.object);
      await s.world.chain.must(s.mallory.wallet, (tx) => burn(tx, s, deleted));
    });
    refused('a blob at its version before', wrongVersion, (tx, s) => burn(tx, s, stale));
    refused('a blob with a digest made up', wrongVersion, (tx, s) => {
      const now = s.world.chain.object(stale.objectId);
      burn(tx, s, { ...stale, version: now.version.toString() });
    });
    refused('a blob that was burned', notFound, (tx, s) => burn(tx, s, deleted));
    refused('an object that never was', notFound, (tx, s) =>
      burn(tx, s, { ...deleted, objectId: `0x${'ab'.repeat(32)}` }),
    );
    refused('the shared system since another version', wrongVersion, (tx, s) => {
      const ref = { objectId: s.world.system, initialSharedVersion: '1', mutable: false };
      s.world.call(tx, 'system::epoch', [tx.object(Inputs.SharedObjectRef(ref))]);
    });
  });

  describe('coins', () => {
    let spent: { readonly objectId: string; readonly version: string; readonly digest: string };
    beforeAll(async () => {
      const s = stage();
      const id = await s.world.giveWal(s.mallory.wallet.toSuiAddress(), COIN_UNIT);
      const { objectId, version, digest } = s.world.chain.object(id);
      spent = { objectId, version: version.toString(), digest };
      await s.world.chain.must(s.mallory.wallet, (tx) => {
        tx.mergeCoins(s.world.input(tx, s.mallory.walCoin), [tx.object(Inputs.ObjectRef(spent))]);
      });
    });
    const stake = (tx: Transaction, s: Stage, coin: Argument): void => {
      const node = tx.pure.id(s.member(0).nodeId);
      const staked = s.world.call(tx, 'staking::stake_with_pool', [s.world.staking, coin, node]);
      tx.transferObjects([staked], s.mallory.wallet.toSuiAddress());
    };
    refused('spent before', notFound, (tx, s) => stake(tx, s, tx.object(Inputs.ObjectRef(spent))));
    refused(
      'spent as gas and as a value',
      invalid,
      (tx, s) => {
        const gas = need(
          s.world.chain.owned(s.mallory.wallet.toSuiAddress(), '::sui::SUI>')[0],
          'gas',
        );
        tx.transferObjects([s.world.input(tx, gas)], s.alice.wallet.toSuiAddress());
      },
      (s) => ({
        gasCoin: need(
          s.world.chain.owned(s.mallory.wallet.toSuiAddress(), '::sui::SUI>')[0],
          'gas',
        ),
      }),
    );
    attack(
      'staked twice in a transaction',
      fails('CommandArgumentError ArgumentWithoutValue'),
      (tx, s) => {
        const coin = tx.splitCoins(s.world.input(tx, s.mallory.walCoin), [COIN_UNIT])[0];
        stake(tx, s, need(coin, 'a coin'));
        stake(tx, s, need(coin, 'a coin'));
      },
    );
    attack('merged with itself', fails('CommandArgumentError CannotMoveBorrowedValue'), (tx, s) => {
      const coin = s.world.input(tx, s.mallory.walCoin);
      tx.mergeCoins(coin, [coin]);
    });
    attack('split beyond its value', fails('InsufficientCoinBalance'), (tx, s) => {
      const coins = tx.splitCoins(s.world.input(tx, s.mallory.walCoin), [2n ** 63n]);
      tx.transferObjects([coins], s.mallory.wallet.toSuiAddress());
    });
    attack('split so that the sum overflows', fails('CoinBalanceOverflow'), (tx, s) => {
      const half = 2n ** 63n;
      const coins = tx.splitCoins(s.world.input(tx, s.mallory.walCoin), [half, half]);
      tx.transferObjects(
        [need(coins[0], '0'), need(coins[1], '1')],
        s.mallory.wallet.toSuiAddress(),
      );
    });
    attack('destroyed with value in it', abort('balance', 'ENonZero'), (tx, s) => {
      tx.moveCall({
        target: '0x2::coin::destroy_zero',
        typeArguments: [s.world.deployment.walType],
        arguments: [s.world.input(tx, s.mallory.walCoin)],
      });
    });
    it('with a budget that does not cover the storage', async () => {
      const s = stage();
      await s.attack(
        s.mallory.wallet,
        (tx) => {
          const storage = s.reserve(tx, s.mallory, 1n, 1);
          tx.transferObjects([storage], s.mallory.wallet.toSuiAddress());
        },
        fails('InsufficientGas'),
        { budget: 1_500_000n },
      );
    });

    it('a transaction sent twice is executed once', async () => {
      const s = stage();
      const { chain } = s.world;
      const { bytes, signature } = await chain.sign(s.mallory.wallet, (tx) => {
        const [coin] = tx.splitCoins(s.world.input(tx, s.mallory.walCoin), [1n]);
        tx.transferObjects([need(coin, 'a coin')], s.mallory.wallet.toSuiAddress());
      });
      const send = () =>
        chain.client.core.executeTransaction({ transaction: bytes, signatures: [signature] });
      const first = await send();
      const after = chain.state();
      const second = await send();
      expect(second.Transaction?.digest).toBe(first.Transaction?.digest);
      const again = chain.state();
      expect([...again.keys()].sort()).toEqual([...after.keys()].sort());
      for (const [id, object] of after) {
        expect(equalBytes(need(again.get(id), id).bcs, object.bcs)).toBe(true);
      }
    });
    it('a sponsor who has not signed', async () => {
      const s = stage();
      const { chain } = s.world;
      const sponsor = walletOf('alice').toSuiAddress();
      const gas = chain.object(need(chain.owned(sponsor, '::sui::SUI>')[0], 'gas'));
      const { bytes, signature } = await chain.sign(s.mallory.wallet, (tx) => {
        tx.setGasOwner(sponsor);
        tx.setGasPayment([
          { objectId: gas.objectId, version: gas.version.toString(), digest: gas.digest },
        ]);
        s.world.votingEnd(tx);
      });
      await expect(
        chain.ledger.execute(bytes, [Uint8Array.from(Buffer.from(signature, 'base64'))]),
      ).rejects.toMatchObject({ code: 'LEDGER_INVALID_SIGNATURE' });
      expect(chain.object(gas.objectId).digest).toBe(gas.digest);
    });
  });
}

/** The first object of this type that another object owns. */
function childOf(s: Stage, type: string): string {
  for (const [id, { data, owner }] of s.world.chain.state()) {
    if (owner.kind === 'object' && data.kind === 'move' && data.type.includes(type)) return id;
  }
  throw new Error(`no child of type ${type}`);
}
