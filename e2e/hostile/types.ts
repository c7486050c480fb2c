import { Inputs } from '@mysten/sui/transactions';
import { linkPackage, loadCompiledPackage } from '@walrus-ts/contracts';
import { deployContracts, type Deployment } from '@walrus-ts/localnet';
import { COIN_UNIT, need, theCreated } from '@walrus-ts/testkit/contract-world';
import { beforeAll, describe } from 'vitest';
import { MAX_EPOCHS, N_SHARDS, abort, attacks, fails, type Stage } from './stage.js';

const mismatch = fails('CommandArgumentError TypeMismatch');

/** Objects that only look right, functions that are not for everybody, and values made of bare bytes. */
export function typeAttacks(stage: () => Stage): void {
  const attack = attacks(stage);

  describe("the attacker's own copy of the contracts", () => {
    let copy: Deployment;
    let walCoin: string;
    let initCapability: string;
    let copiedPackage: string;
    beforeAll(async () => {
      const s = stage();
      const { chain } = s.world;
      copy = await deployContracts({
        rpcUrl: chain.emulator.rpcUrl,
        deployer: s.mallory.wallet,
        nShards: N_SHARDS,
        epochDurationMs: 1,
        maxEpochsAhead: MAX_EPOCHS,
      });
      const owner = s.mallory.wallet.toSuiAddress();
      walCoin = need(chain.owned(owner, `::coin::Coin<${copy.walType}>`)[0], 'WAL of the copy');
      const linked = linkPackage(await loadCompiledPackage('walrus'), {
        wal: { originalId: copy.walPackage, storageId: copy.walPackage },
      });
      const record = await chain.must(s.mallory.wallet, (tx) => {
        const capability = tx.publish({
          modules: linked.modules.map(({ bytes }) => [...bytes]),
          dependencies: [...linked.dependencies],
        });
        tx.transferObjects([capability], owner);
      });
      initCapability = theCreated(record, '::init::InitCap');
      copiedPackage = need(
        record.effects.changedObjects.find(({ output }) => output?.kind === 'package'),
        'the package',
      ).objectId;
    });

    attack('its system as the system', mismatch, (tx, s) => {
      const storage = s.world.call(tx, 'system::reserve_space', [
        copy.systemObject,
        tx.pure.u64(1),
        tx.pure.u32(1),
        s.mallory.walCoin,
      ]);
      tx.transferObjects([storage], s.mallory.wallet.toSuiAddress());
    });
    attack('its system as the staking object', mismatch, (tx, s) => {
      s.world.call(tx, 'staking::voting_end', [copy.systemObject, s.world.chain.clock(tx)]);
    });
    attack('its WAL as payment', mismatch, (tx, s) => {
      const storage = s.world.call(tx, 'system::reserve_space', [
        s.world.system,
        tx.pure.u64(1),
        tx.pure.u32(1),
        walCoin,
      ]);
      tx.transferObjects([storage], s.mallory.wallet.toSuiAddress());
    });
    attack('its WAL as stake', mismatch, (tx, s) => {
      const staked = s.world.call(tx, 'staking::stake_with_pool', [
        s.world.staking,
        walCoin,
        tx.pure.id(s.member(0).nodeId),
      ]);
      tx.transferObjects([staked], s.mallory.wallet.toSuiAddress());
    });
    attack('its treasury in an epoch change', mismatch, (tx, s) => {
      s.world.call(tx, 'staking::initiate_epoch_change_v2', [
        s.world.staking,
        s.world.system,
        copy.treasuryObject,
        s.world.chain.clock(tx),
      ]);
    });
    attack('its staking object in the prices', mismatch, (tx, s) => {
      s.world.call(tx, 'staking::update_prices', [copy.stakingObject, s.world.system]);
    });
    attack('its emergency capability', mismatch, (tx, s) => {
      const owner = s.mallory.wallet.toSuiAddress();
      const capability = need(s.world.chain.owned(owner, '::EmergencyUpgradeCap')[0], 'capability');
      s.world.call(tx, 'upgrade::authorize_emergency_upgrade', [
        s.world.deployment.upgradeManagerObject,
        capability,
        tx.pure.vector('u8', new Uint8Array(32)),
      ]);
    });
    attack('its authentication as an authentication', mismatch, (tx, s) => {
      const auth = s.world.call(tx, `${copy.walrusPackage}/auth::authenticate_sender`, []);
      const coin = s.world.call(tx, 'staking::collect_commission', [
        s.world.staking,
        tx.pure.id(s.member(0).nodeId),
        auth,
      ]);
      tx.transferObjects([coin], s.mallory.wallet.toSuiAddress());
    });
    attack(
      "initialised with another package's upgrade capability",
      abort('init', 'EInvalidUpgradeCap'),
      (tx, s) => {
        const owner = s.mallory.wallet.toSuiAddress();
        const foreign = s.world.chain.owned(owner, '::package::UpgradeCap').find((id) => {
          // UpgradeCap: its ID, then the ID of the package.
          const packageId = Buffer.from(s.world.chain.contents(id).subarray(32, 64)).toString(
            'hex',
          );
          return `0x${packageId}` !== copiedPackage;
        });
        const capability = s.world.call(tx, `${copiedPackage}/init::initialize_walrus`, [
          initCapability,
          need(foreign, 'the capability of another package'),
          tx.pure.u64(0),
          tx.pure.u64(1),
          tx.pure.u16(1),
          tx.pure.u32(1),
          s.world.chain.clock(tx),
        ]);
        tx.transferObjects([capability], owner);
      },
    );
    attack(
      'initialised with too many epochs',
      abort('system_state_inner', 'EInvalidMaxEpochsAhead'),
      (tx, s) => {
        const owner = s.mallory.wallet.toSuiAddress();
        const own = s.world.chain.owned(owner, '::package::UpgradeCap').find((id) => {
          const packageId = Buffer.from(s.world.chain.contents(id).subarray(32, 64)).toString(
            'hex',
          );
          return `0x${packageId}` === copiedPackage;
        });
        const capability = s.world.call(tx, `${copiedPackage}/init::initialize_walrus`, [
          initCapability,
          need(own, 'the capability'),
          tx.pure.u64(0),
          tx.pure.u64(1),
          tx.pure.u16(1),
          tx.pure.u32(1001),
          s.world.chain.clock(tx),
        ]);
        tx.transferObjects([capability], owner);
      },
    );
  });

  describe('functions that are not for everybody', () => {
    const notCallable = fails('NonEntryFunctionInvoked');
    attack('a price set without a vote', notCallable, (tx, s) => {
      s.world.call(tx, 'system::set_storage_price', [s.world.system, tx.pure.u64(0)]);
    });
    attack('the package replaced without an upgrade', notCallable, (tx, s) => {
      s.world.call(tx, 'system::set_new_package_id', [s.world.system, tx.pure.id(s.world.system)]);
    });
    attack('one side migrated without the other', notCallable, (tx, s) => {
      s.world.call(tx, 'staking::migrate', [s.world.staking]);
    });
    attack('a commission burned without a vote', notCallable, (tx, s) => {
      s.world.call(tx, 'staking::burn_commission', [
        s.world.staking,
        tx.pure.id(s.member(0).nodeId),
        s.world.deployment.treasuryObject,
      ]);
    });
    attack('storage made of nothing', notCallable, (tx, s) => {
      const storage = s.world.call(tx, 'storage_resource::create_storage', [
        tx.pure.u32(0),
        tx.pure.u32(9),
        tx.pure.u64(1n << 40n),
      ]);
      tx.transferObjects([storage], s.mallory.wallet.toSuiAddress());
    });
    attack('a capability made of nothing', notCallable, (tx, s) => {
      const capability = s.world.call(tx, 'storage_node::new_cap', [
        tx.pure.id(s.member(0).nodeId),
      ]);
      tx.transferObjects([capability], s.mallory.wallet.toSuiAddress());
    });
    attack('an event emitted by hand', notCallable, (tx, s) => {
      s.world.call(tx, 'events::emit_epoch_change_start', [tx.pure.u32(9)]);
    });
    attack('a certificate made without signatures', notCallable, (tx, s) => {
      s.world.call(tx, 'messages::certified_event_blob_message', [tx.pure.u256(1n)]);
    });
    attack('the initialisation of the token', notCallable, (tx, s) => {
      s.world.call(tx, 'wal/wal::init', [tx.pure.bool(false)]);
    });
    attack('minting, which does not exist', fails('FunctionNotFound'), (tx, s) => {
      s.world.call(tx, 'wal/wal::mint', [s.world.deployment.treasuryObject, tx.pure.u64(1)]);
    });
  });

  describe('values of the wrong kind', () => {
    attack('SUI as payment', mismatch, (tx, s) => {
      const coin = tx.splitCoins(tx.gas, [100]);
      const storage = s.world.call(tx, 'system::reserve_space', [
        s.world.system,
        tx.pure.u64(1),
        tx.pure.u32(1),
        coin,
      ]);
      tx.transferObjects([storage, coin], s.mallory.wallet.toSuiAddress());
    });
    attack(
      'an authentication made of bytes',
      fails('CommandArgumentError InvalidUsageOfPureArg'),
      (tx, s) => {
        const { nodeId, wallet } = s.member(0);
        const forged = Buffer.from(`00${wallet.toSuiAddress().slice(2)}`, 'hex');
        const coin = s.world.call(tx, 'staking::collect_commission', [
          s.world.staking,
          tx.pure.id(nodeId),
          tx.pure(forged),
        ]);
        tx.transferObjects([coin], s.mallory.wallet.toSuiAddress());
      },
    );
    attack(
      'storage made of bytes',
      fails('CommandArgumentError InvalidUsageOfPureArg'),
      (tx, s) => {
        s.world.call(tx, 'storage_resource::destroy', [tx.pure(new Uint8Array(48))]);
      },
    );
    attack('an epoch of eight bytes', fails('CommandArgumentError InvalidBCSBytes'), (tx, s) => {
      const storage = s.world.call(tx, 'system::reserve_space', [
        s.world.system,
        tx.pure.u64(1),
        tx.pure.u64(1n << 40n),
        s.mallory.walCoin,
      ]);
      tx.transferObjects([storage], s.mallory.wallet.toSuiAddress());
    });
    attack('too few arguments', fails('ArityMismatch'), (tx, s) => {
      s.world.call(tx, 'staking::voting_end', [s.world.staking]);
    });
    attack(
      'a type without key as an authority',
      fails('TypeArgumentError ConstraintNotSatisfied'),
      (tx, s) => {
        s.world.call(tx, 'auth::authenticate_with_object', [s.world.system], ['u64']);
      },
    );
    attack('one object under the type of another', mismatch, (tx, s) => {
      s.world.call(
        tx,
        'auth::authenticate_with_object',
        [s.mallory.walCoin],
        [`${s.world.deployment.walrusPackage}::storage_node::StorageNodeCap`],
      );
    });
    attack('type arguments where there are none', fails('TypeArityMismatch'), (tx, s) => {
      s.world.call(tx, 'system::epoch', [s.world.system], ['u64']);
    });
    attack('bought storage dropped', fails('UnusedValueWithoutDrop'), (tx, s) => {
      s.reserve(tx, s.mallory, 1n, 1);
    });
    attack(
      'the system given away',
      fails('CommandArgumentError InvalidTransferObject'),
      (tx, s) => {
        tx.transferObjects([s.world.input(tx, s.world.system)], s.mallory.wallet.toSuiAddress());
      },
    );
    attack(
      'the system changed through a reading input',
      fails('CommandArgumentError InvalidObjectByMutRef'),
      (tx, s) => {
        const { objectId, owner } = s.world.chain.object(s.world.system);
        if (owner.kind !== 'shared') throw new Error('the system is not shared');
        const system = tx.object(
          Inputs.SharedObjectRef({
            objectId,
            initialSharedVersion: owner.initialVersion.toString(),
            mutable: false,
          }),
        );
        const coin = tx.splitCoins(s.world.input(tx, s.mallory.walCoin), [COIN_UNIT]);
        s.world.call(tx, 'system::add_subsidy', [system, coin, tx.pure.u32(1)]);
      },
    );
  });
}
