import type { Transaction } from '@mysten/sui/transactions';
import { linkPackage, loadCompiledPackage, type LinkedPackage } from '@walrus-ts/contracts';
import { fromBase64, normalizeAddress, toBase64 } from '@walrus-ts/core';
import { need } from '@walrus-ts/testkit/contract-world';
import { beforeAll, describe, it } from 'vitest';
import { abort, attacks, fails, type Stage } from './stage.js';

/** Adds the vote of a member's node, in the name of who sends the transaction. */
function voteFor(tx: Transaction, s: Stage, nodeId: string, digest: Uint8Array): void {
  s.world.call(tx, 'upgrade::vote_for_upgrade', [
    s.world.deployment.upgradeManagerObject,
    s.world.staking,
    s.world.call(tx, 'auth::authenticate_sender', []),
    tx.pure.id(nodeId),
    tx.pure.vector('u8', digest),
  ]);
}

function authorize(
  tx: Transaction,
  s: Stage,
  digest: Uint8Array,
): ReturnType<Transaction['moveCall']> {
  return s.world.call(tx, 'upgrade::authorize_upgrade', [
    s.world.deployment.upgradeManagerObject,
    s.world.staking,
    tx.pure.vector('u8', digest),
  ]);
}

/** Adds the upgrade that a ticket allows, and its announcement to the shared objects. */
function upgrade(
  tx: Transaction,
  s: Stage,
  ticket: ReturnType<Transaction['moveCall']>,
  linked: LinkedPackage,
  packageId: string = s.world.deployment.walrusPackage,
): void {
  const receipt = tx.upgrade({
    modules: linked.modules.map(({ bytes }) => [...bytes]),
    dependencies: [...linked.dependencies],
    package: packageId,
    ticket,
  });
  s.world.call(tx, 'upgrade::commit_upgrade', [
    s.world.deployment.upgradeManagerObject,
    s.world.staking,
    s.world.system,
    receipt,
  ]);
}

/** Votes by whoever has none, votes counted twice, and decisions without a quorum or of a past epoch. */
export function voteAttacks(stage: () => Stage): void {
  const attack = attacks(stage);
  const byMember = (s: Stage) => s.member(0).wallet;
  const byOutsider = (s: Stage) => s.outsider.wallet;
  const notInCommittee = abort('staking_inner', 'ENotInCommittee');

  describe('votes on slashing', () => {
    const vote = (tx: Transaction, s: Stage, voter: string, candidate: string): void => {
      s.world.call(tx, 'slashing::vote_for_slashing', [
        s.world.slashingManager,
        s.world.staking,
        s.world.call(tx, 'auth::authenticate_sender', []),
        tx.pure.id(voter),
        tx.pure.id(candidate),
      ]);
    };
    const execute = (tx: Transaction, s: Stage, candidate: string): void => {
      s.world.call(tx, 'slashing::execute_slashing', [
        s.world.slashingManager,
        s.world.staking,
        s.world.deployment.treasuryObject,
        tx.pure.id(candidate),
      ]);
    };
    attack('in the name of another node', abort('slashing', 'ENotAuthorized'), (tx, s) =>
      vote(tx, s, s.member(0).nodeId, s.member(1).nodeId),
    );
    attack(
      "with an object that is not the node's authority",
      abort('slashing', 'ENotAuthorized'),
      (tx, s) => {
        const { capability, nodeId } = s.member(0);
        s.world.call(tx, 'slashing::vote_for_slashing', [
          s.world.slashingManager,
          s.world.staking,
          s.world.call(
            tx,
            'auth::authenticate_with_object',
            [capability],
            [`${s.world.deployment.walrusPackage}::storage_node::StorageNodeCap`],
          ),
          tx.pure.id(nodeId),
          tx.pure.id(s.member(1).nodeId),
        ]);
      },
      byMember,
    );
    attack(
      'by a node outside of the committee',
      notInCommittee,
      (tx, s) => vote(tx, s, s.outsider.nodeId, s.member(1).nodeId),
      byOutsider,
    );
    attack(
      'for a node that does not exist',
      abort('dynamic_field', 'EFieldDoesNotExist'),
      (tx, s) => vote(tx, s, s.world.system, s.member(1).nodeId),
    );
    attack('executed without a proposal', abort('slashing', 'ENoProposalForNode'), (tx, s) =>
      execute(tx, s, s.member(1).nodeId),
    );

    describe('after a first vote', () => {
      beforeAll(async () => {
        const s = stage();
        await s.world.chain.must(byMember(s), (tx) =>
          vote(tx, s, s.member(0).nodeId, s.member(1).nodeId),
        );
      });
      attack(
        'counted twice',
        abort('slashing', 'EDuplicateVote'),
        (tx, s) => vote(tx, s, s.member(0).nodeId, s.member(1).nodeId),
        byMember,
      );
      attack('executed without a quorum', abort('slashing', 'ENotEnoughVotes'), (tx, s) =>
        execute(tx, s, s.member(1).nodeId),
      );
    });

    describe('in the next epoch', () => {
      let candidate: string;
      beforeAll(async () => {
        const s = stage();
        candidate = s.member(1).nodeId;
        await s.nextEpoch();
      });
      attack('executed with votes of the epoch before', abort('slashing', 'EWrongEpoch'), (tx, s) =>
        execute(tx, s, candidate),
      );
    });
  });

  describe('votes on upgrades', () => {
    const digest = new Uint8Array(32).fill(7);
    let anything: LinkedPackage;
    beforeAll(async () => {
      anything = linkPackage(await loadCompiledPackage('wal'));
    });
    attack('in the name of another node', abort('upgrade', 'ENotAuthorized'), (tx, s) =>
      voteFor(tx, s, s.member(0).nodeId, digest),
    );
    attack(
      'by a node outside of the committee',
      notInCommittee,
      (tx, s) => voteFor(tx, s, s.outsider.nodeId, digest),
      byOutsider,
    );
    attack(
      'with a digest of 31 bytes',
      abort('upgrade', 'EInvalidPackageDigest'),
      (tx, s) => voteFor(tx, s, s.member(0).nodeId, digest.slice(1)),
      byMember,
    );
    attack(
      'twice in a transaction',
      abort('upgrade', 'EDuplicateVote'),
      (tx, s) => {
        voteFor(tx, s, s.member(0).nodeId, digest);
        voteFor(tx, s, s.member(0).nodeId, digest);
      },
      byMember,
    );
    attack('authorised without a proposal', abort('upgrade', 'ENoProposalForDigest'), (tx, s) => {
      upgrade(tx, s, authorize(tx, s, digest), anything);
    });
    attack(
      'authorised with a digest of 33 bytes',
      abort('upgrade', 'EInvalidPackageDigest'),
      (tx, s) => {
        upgrade(tx, s, authorize(tx, s, new Uint8Array(33)), anything);
      },
    );
    describe('after a first vote', () => {
      beforeAll(async () => {
        const s = stage();
        await s.world.chain.must(byMember(s), (tx) => voteFor(tx, s, s.member(0).nodeId, digest));
      });
      attack(
        'counted twice',
        abort('upgrade', 'EDuplicateVote'),
        (tx, s) => voteFor(tx, s, s.member(0).nodeId, digest),
        byMember,
      );
      attack('authorised without a quorum', abort('upgrade', 'ENotEnoughVotes'), (tx, s) => {
        upgrade(tx, s, authorize(tx, s, digest), anything);
      });
    });
    describe('in the next epoch', () => {
      beforeAll(async () => {
        await stage().nextEpoch();
      });
      attack(
        'authorised with votes of the epoch before',
        abort('upgrade', 'EWrongEpoch'),
        (tx, s) => {
          upgrade(tx, s, authorize(tx, s, digest), anything);
        },
      );
    });
  });
}

/** The contracts with another version number: the same code, so that it can follow the deployed one. */
async function nextVersion(
  version: number,
  without?: string,
): Promise<(s: Stage) => LinkedPackage> {
  const compiled = await loadCompiledPackage('walrus');
  const modules = compiled.modules
    .filter(({ name }) => name !== without)
    .map(({ name, bytes }) => {
      if (name !== 'system' && name !== 'staking') return { name, bytes };
      // `VERSION` is in the pool of constants: type `u64`, eight bytes, the number.
      const code = Buffer.from(fromBase64(bytes));
      const constant = (value: number) => Buffer.from([0x03, 8, value, 0, 0, 0, 0, 0, 0, 0]);
      const at = code.indexOf(constant(4));
      if (at < 0) throw new Error(`no version in module ${name}`);
      constant(version).copy(code, at);
      return { name, bytes: toBase64(code) };
    });
  return (s) =>
    linkPackage({ ...compiled, modules }, Object.fromEntries(s.world.packages.entries()));
}

/** Upgrades that were not decided on, and calls of a version that the objects are not of. */
export function versionAttacks(stage: () => Stage): void {
  const attack = attacks(stage);
  const byDeployer = (s: Stage) => s.world.chain.bank;

  describe('upgrades', () => {
    let decided: LinkedPackage;
    let other: LinkedPackage;
    let incompatible: LinkedPackage;
    let anything: LinkedPackage;
    let upgraded = '';
    const emergency = (tx: Transaction, s: Stage, digest: Uint8Array) =>
      s.world.call(tx, 'upgrade::authorize_emergency_upgrade', [
        s.world.deployment.upgradeManagerObject,
        s.world.emergencyCapability,
        tx.pure.vector('u8', digest),
      ]);

    beforeAll(async () => {
      const s = stage();
      decided = (await nextVersion(5))(s);
      other = (await nextVersion(6))(s);
      anything = linkPackage(await loadCompiledPackage('wal'));
      incompatible = (await nextVersion(5, 'shared_blob'))(s);
      for (let i = 0; i < 7; i++) {
        await s.world.chain.must(s.member(i).wallet, (tx) => {
          voteFor(tx, s, s.member(i).nodeId, decided.digest);
          voteFor(tx, s, s.member(i).nodeId, other.digest);
        });
      }
    });

    attack(
      'to other code than was decided on',
      fails('PackageUpgradeError DigestDoesNotMatch'),
      (tx, s) => upgrade(tx, s, authorize(tx, s, decided.digest), other),
    );
    attack('of another package', fails('PackageUpgradeError PackageIDDoesNotMatch'), (tx, s) =>
      upgrade(tx, s, authorize(tx, s, decided.digest), decided, s.world.deployment.walPackage),
    );
    attack('authorised and not done', fails('UnusedValueWithoutDrop'), (tx, s) => {
      authorize(tx, s, decided.digest);
    });
    attack('authorised twice at once', abort('package', 'EAlreadyAuthorized'), (tx, s) => {
      const first = authorize(tx, s, decided.digest);
      const second = authorize(tx, s, other.digest);
      upgrade(tx, s, first, anything);
      upgrade(tx, s, second, anything);
    });
    attack(
      'that breaks those who use the package',
      fails('PackageUpgradeError IncompatibleUpgrade'),
      (tx, s) => upgrade(tx, s, emergency(tx, s, incompatible.digest), incompatible),
      byDeployer,
    );
    const badMigration = abort('staking', 'EInvalidMigration');
    const migrate = (tx: Transaction, s: Stage, packageId: string): void => {
      s.world.call(tx, `${packageId}/init::migrate_v2`, [s.world.staking, s.world.system]);
    };
    attack('migrated without an upgrade', badMigration, (tx, s) =>
      migrate(tx, s, s.world.deployment.walrusPackage),
    );
    attack('announced without an upgrade', badMigration, (tx, s) => {
      s.world.call(tx, 'staking::set_migration_epoch', [s.world.staking]);
    });
    attack(
      'migrated with the function that is retired',
      abort('init', 'EDeprecatedFunction'),
      (tx, s) => {
        s.world.call(tx, 'init::migrate', [s.world.staking, s.world.system]);
      },
    );

    describe('between upgrade and migration', () => {
      beforeAll(async () => {
        const s = stage();
        const record = await s.world.chain.must(s.mallory.wallet, (tx) =>
          upgrade(tx, s, authorize(tx, s, decided.digest), decided),
        );
        upgraded = normalizeAddress(
          need(
            record.effects.changedObjects.find(({ output }) => output?.kind === 'package'),
            'the new package',
          ).objectId,
        );
      });
      attack('a second one decided on before', abort('upgrade', 'EWrongVersion'), (tx, s) => {
        upgrade(tx, s, authorize(tx, s, other.digest), other, upgraded);
      });
      attack('the new package used too early', abort('system', 'EWrongVersion'), (tx, s) => {
        s.world.call(tx, `${upgraded}/system::epoch`, [s.world.system]);
      });
      attack(
        'voting ended by the new package too early',
        abort('staking', 'EWrongVersion'),
        (tx, s) => {
          s.world.call(tx, `${upgraded}/staking::voting_end`, [
            s.world.staking,
            s.world.chain.clock(tx),
          ]);
        },
      );
      attack('migrated by the old package', badMigration, (tx, s) =>
        migrate(tx, s, s.world.deployment.walrusPackage),
      );
    });

    describe('after the migration', () => {
      beforeAll(async () => {
        const s = stage();
        await s.world.chain.must(s.mallory.wallet, (tx) => migrate(tx, s, upgraded));
      });
      attack('migrated twice', badMigration, (tx, s) => migrate(tx, s, upgraded));
      const wrongSystem = abort('system', 'EWrongVersion');
      const wrongStaking = abort('staking', 'EWrongVersion');
      attack('storage bought with the old package', wrongSystem, (tx, s) => {
        tx.transferObjects([s.reserve(tx, s.mallory, 1n, 1)], s.mallory.wallet.toSuiAddress());
      });
      attack('a certificate shown to the old package', wrongSystem, (tx, s) => {
        const certificate = s.certificate(new Uint8Array(60));
        s.present(tx, 'system::invalidate_blob_id', [s.world.system], certificate);
      });
      attack('stake with the old package', wrongStaking, (tx, s) => {
        const coin = tx.splitCoins(s.world.input(tx, s.mallory.walCoin), [2_000_000_000n]);
        const staked = s.world.call(tx, 'staking::stake_with_pool', [
          s.world.staking,
          coin,
          tx.pure.id(s.member(0).nodeId),
        ]);
        tx.transferObjects([staked], s.mallory.wallet.toSuiAddress());
      });
      attack('voting ended with the old package', wrongStaking, (tx, s) => s.world.votingEnd(tx));
      attack('the epoch changed with the old package', wrongStaking, (tx, s) =>
        s.world.epochChange(tx),
      );
      attack('prices taken over with the old package', wrongStaking, (tx, s) => {
        s.world.call(tx, 'staking::update_prices', [s.world.staking, s.world.system]);
      });
      attack(
        'shards reported with the old package',
        wrongStaking,
        (tx, s) => {
          s.world.call(tx, 'staking::epoch_sync_done', [
            s.world.staking,
            s.member(0).capability,
            tx.pure.u32(s.committee.epoch),
            s.world.chain.clock(tx),
          ]);
        },
        (s) => s.member(0).wallet,
      );
      it('the new package works', async () => {
        const s = stage();
        await s.world.chain.must(s.mallory.wallet, (tx) => {
          s.world.call(tx, `${upgraded}/staking::update_prices`, [s.world.staking, s.world.system]);
        });
      });
    });
  });
}
