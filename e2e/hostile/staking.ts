import type { Transaction } from '@mysten/sui/transactions';
import { COIN_UNIT, need } from '@walrus-ts/testkit/contract-world';
import { beforeAll, describe } from 'vitest';
import { abort, attacks, fails, type Stage } from './stage.js';

const U64_MAX = 0xffff_ffff_ffff_ffffn;
const wrongState = abort('staking_inner', 'EWrongEpochState');

/** Stake that is too small, too early or of somebody else, and epochs changed at the wrong time. */
export function stakingAttacks(stage: () => Stage): void {
  const attack = attacks(stage);
  const byMember = (index: number) => (s: Stage) => s.member(index).wallet;
  const stake = (tx: Transaction, s: Stage, amount: bigint, nodeId: string): void => {
    const coin = tx.splitCoins(s.world.input(tx, s.mallory.walCoin), [amount]);
    const staked = s.world.call(tx, 'staking::stake_with_pool', [
      s.world.staking,
      coin,
      tx.pure.id(nodeId),
    ]);
    tx.transferObjects([staked], s.mallory.wallet.toSuiAddress());
  };
  const newStake = (s: Stage, index: number): Promise<string> =>
    s.make(s.mallory, '::staked_wal::StakedWal', (tx) => {
      const coin = tx.splitCoins(s.world.input(tx, s.mallory.walCoin), [5n * COIN_UNIT]);
      return s.world.call(tx, 'staking::stake_with_pool', [
        s.world.staking,
        coin,
        tx.pure.id(s.member(index).nodeId),
      ]);
    });
  const withdraw = (tx: Transaction, s: Stage, staked: string): void => {
    const coin = s.world.call(tx, 'staking::withdraw_stake', [s.world.staking, staked]);
    tx.transferObjects([coin], s.mallory.wallet.toSuiAddress());
  };
  const request = (tx: Transaction, s: Stage, staked: string): void => {
    s.world.call(tx, 'staking::request_withdraw_stake', [s.world.staking, staked]);
  };

  describe('stake', () => {
    let fresh: string;
    let active: string;
    let leaving: string;
    let elsewhere: string;
    beforeAll(async () => {
      const s = stage();
      active = await newStake(s, 0);
      leaving = await newStake(s, 0);
      await s.nextEpoch();
      await s.world.chain.must(s.mallory.wallet, (tx) => request(tx, s, leaving));
      fresh = await newStake(s, 0);
      elsewhere = await newStake(s, 1);
    });
    attack('of nothing', abort('staking_pool', 'EZeroStake'), (tx, s) =>
      stake(tx, s, 0n, s.member(0).nodeId),
    );
    attack('of less than one WAL', abort('staked_wal', 'EStakeBelowThreshold'), (tx, s) =>
      stake(tx, s, COIN_UNIT - 1n, s.member(0).nodeId),
    );
    attack(
      'with a node that does not exist',
      abort('dynamic_field', 'EFieldDoesNotExist'),
      (tx, s) => stake(tx, s, COIN_UNIT, s.world.system),
    );
    attack('withdrawn without a request', abort('staking_pool', 'ENotWithdrawing'), (tx, s) =>
      withdraw(tx, s, active),
    );
    attack('withdrawn too early', abort('staking_pool', 'EWithdrawEpochNotReached'), (tx, s) =>
      withdraw(tx, s, leaving),
    );
    attack('requested twice', abort('staking_pool', 'ENotStaked'), (tx, s) =>
      request(tx, s, leaving),
    );
    attack(
      'requested where it can be withdrawn at once',
      abort('staking_pool', 'EWithdrawDirectly'),
      (tx, s) => request(tx, s, fresh),
    );
    attack(
      'withdrawn twice in a transaction',
      fails('CommandArgumentError ArgumentWithoutValue'),
      (tx, s) => {
        withdraw(tx, s, fresh);
        withdraw(tx, s, fresh);
      },
    );
    attack('split into all and nothing', abort('staked_wal', 'EInvalidAmount'), (tx, s) => {
      const part = s.world.call(tx, 'staked_wal::split', [active, tx.pure.u64(5n * COIN_UNIT)]);
      tx.transferObjects([part], s.mallory.wallet.toSuiAddress());
    });
    attack('split beyond all', abort('staked_wal', 'EInvalidAmount'), (tx, s) => {
      const part = s.world.call(tx, 'staked_wal::split', [active, tx.pure.u64(U64_MAX)]);
      tx.transferObjects([part], s.mallory.wallet.toSuiAddress());
    });
    attack(
      'split with less than one WAL left',
      abort('staked_wal', 'EStakeBelowThreshold'),
      (tx, s) => {
        const part = s.world.call(tx, 'staked_wal::split', [
          active,
          tx.pure.u64(4n * COIN_UNIT + 1n),
        ]);
        tx.transferObjects([part], s.mallory.wallet.toSuiAddress());
      },
    );
    attack(
      'split with less than one WAL taken',
      abort('staked_wal', 'EStakeBelowThreshold'),
      (tx, s) => {
        const part = s.world.call(tx, 'staked_wal::split', [active, tx.pure.u64(1)]);
        tx.transferObjects([part], s.mallory.wallet.toSuiAddress());
      },
    );
    const mismatch = abort('staked_wal', 'EMetadataMismatch');
    attack('joined with that of another node', mismatch, (tx, s) => {
      s.world.call(tx, 'staked_wal::join', [fresh, elsewhere]);
    });
    attack('joined with that of another epoch', mismatch, (tx, s) => {
      s.world.call(tx, 'staked_wal::join', [active, fresh]);
    });
    attack('joined with one that is leaving', mismatch, (tx, s) => {
      s.world.call(tx, 'staked_wal::join', [active, leaving]);
    });
    attack(
      'asked for rewards of an unknown node',
      abort('staking_inner', 'EPoolNotFound'),
      (tx, s) => {
        s.world.call(tx, 'staking::calculate_rewards', [
          s.world.staking,
          tx.pure.id(s.world.system),
          tx.pure.u64(1n),
          tx.pure.u32(0),
          tx.pure.u32(1),
        ]);
      },
    );
    attack('donated to unknown nodes', abort('dynamic_field', 'EFieldDoesNotExist'), (tx, s) => {
      const coin = tx.splitCoins(s.world.input(tx, s.mallory.walCoin), [1n]);
      const balance = tx.moveCall({
        target: '0x2::coin::into_balance',
        typeArguments: [s.world.deployment.walType],
        arguments: [coin],
      });
      s.world.call(tx, 'staking::add_commission_to_pools', [
        s.world.staking,
        tx.pure.vector('address', [s.world.system]),
        tx.makeMoveVec({
          type: `0x2::balance::Balance<${s.world.deployment.walType}>`,
          elements: [need(balance[0], 'the balance')],
        }),
      ]);
    });
  });

  describe('commission', () => {
    const notAllowed = abort('staking_pool', 'EAuthorizationFailure');
    const authenticate = (tx: Transaction, s: Stage) =>
      s.world.call(tx, 'auth::authenticate_sender', []);
    attack('collected by a stranger', notAllowed, (tx, s) => {
      const coin = s.world.call(tx, 'staking::collect_commission', [
        s.world.staking,
        tx.pure.id(s.member(0).nodeId),
        authenticate(tx, s),
      ]);
      tx.transferObjects([coin], s.mallory.wallet.toSuiAddress());
    });
    attack(
      "collected with another node's capability",
      notAllowed,
      (tx, s) => {
        const { capability, wallet } = s.member(1);
        const auth = s.world.call(
          tx,
          'auth::authenticate_with_object',
          [capability],
          [`${s.world.deployment.walrusPackage}::storage_node::StorageNodeCap`],
        );
        const coin = s.world.call(tx, 'staking::collect_commission', [
          s.world.staking,
          tx.pure.id(s.member(0).nodeId),
          auth,
        ]);
        tx.transferObjects([coin], wallet.toSuiAddress());
      },
      byMember(1),
    );
    for (const fn of ['set_commission_receiver', 'set_governance_authorized']) {
      attack(`${fn.replaceAll('_', ' ')} by a stranger`, notAllowed, (tx, s) => {
        const own = s.world.call(tx, 'auth::authorized_address', [
          tx.pure.address(s.mallory.wallet.toSuiAddress()),
        ]);
        s.world.call(tx, `staking::${fn}`, [
          s.world.staking,
          tx.pure.id(s.member(0).nodeId),
          authenticate(tx, s),
          own,
        ]);
      });
    }
    attack(
      'collected by the sender after the capability became the receiver',
      notAllowed,
      (tx, s) => {
        const coin = s.world.call(tx, 'staking::collect_commission', [
          s.world.staking,
          tx.pure.id(s.member(0).nodeId),
          authenticate(tx, s),
        ]);
        tx.transferObjects([coin], s.member(0).wallet.toSuiAddress());
      },
      byMember(0),
    );
  });

  describe('epochs', () => {
    const sync = (tx: Transaction, s: Stage, capability: string, epoch: number): void => {
      s.world.call(tx, 'staking::epoch_sync_done', [
        s.world.staking,
        capability,
        tx.pure.u32(epoch),
        s.world.chain.clock(tx),
      ]);
    };
    attack('voting ended in the first half', wrongState, (tx, s) => s.world.votingEnd(tx));
    attack(
      'changed before voting ended',
      abort('staking_inner', 'ENextCommitteeIsEmpty'),
      (tx, s) => s.world.epochChange(tx),
    );
    attack(
      'reported twice',
      abort('staking_inner', 'EDuplicateSyncDone'),
      (tx, s) => sync(tx, s, s.member(0).capability, s.committee.epoch),
      byMember(0),
    );
    attack(
      'reported for the next epoch',
      abort('staking_inner', 'EInvalidSyncEpoch'),
      (tx, s) => sync(tx, s, s.member(0).capability, s.committee.epoch + 1),
      byMember(0),
    );
    attack(
      'reported for the last epoch there can be',
      abort('staking_inner', 'EInvalidSyncEpoch'),
      (tx, s) => sync(tx, s, s.member(0).capability, 0xffff_ffff),
      byMember(0),
    );
    attack(
      'reported by a node outside of the committee',
      abort('staking_inner', 'ENotInCommittee'),
      (tx, s) => sync(tx, s, s.outsider.capability, s.committee.epoch),
      (s) => s.outsider.wallet,
    );
    attack(
      'changed with the function that is retired',
      abort('staking', 'EDeprecatedFunction'),
      (tx, s) => {
        s.world.call(tx, 'staking::initiate_epoch_change', [
          s.world.staking,
          s.world.system,
          s.world.chain.clock(tx),
        ]);
      },
    );

    describe('after voting', () => {
      beforeAll(async () => {
        const { world } = stage();
        await world.chain.ledger.advanceClock(world.epochDurationMs / 2);
        await world.chain.must(world.chain.bank, (tx) => world.votingEnd(tx));
      });
      attack('voting ended twice', wrongState, (tx, s) => s.world.votingEnd(tx));
      attack('changed in the second half', wrongState, (tx, s) => s.world.epochChange(tx));
    });

    describe('after the change', () => {
      beforeAll(async () => {
        const { world } = stage();
        await world.chain.ledger.advanceClock(world.epochDurationMs / 2);
        await world.chain.must(world.chain.bank, (tx) => world.epochChange(tx));
      });
      attack('changed twice', abort('staking_inner', 'ENextCommitteeIsEmpty'), (tx, s) =>
        s.world.epochChange(tx),
      );
      attack('voting ended while shards move', wrongState, (tx, s) => s.world.votingEnd(tx));
      attack(
        'reported for the epoch before',
        abort('staking_inner', 'EInvalidSyncEpoch'),
        (tx, s) => sync(tx, s, s.member(0).capability, s.committee.epoch),
        byMember(0),
      );
    });

    describe('and again', () => {
      beforeAll(async () => {
        const s = stage();
        s.committee = await s.world.client.committee();
        for (const { nodeId } of s.committee.members) {
          const node = need(
            s.world.nodes.find((candidate) => candidate.nodeId === nodeId),
            nodeId,
          );
          await s.world.syncDone(node, s.committee.epoch);
        }
      });
      attack('changed with voting in the same transaction, too early', wrongState, (tx, s) => {
        s.world.votingEnd(tx);
        s.world.epochChange(tx);
      });
    });
  });
}
