import { linkPackage, loadCompiledPackage } from '@walrus-ts/contracts';
import {
  abortOf,
  collectCommission,
  createExchange,
  executeSlashing,
  exchangeForSui,
  exchangeForWal,
  extendBlobWithCredits,
  fundCredits,
  fundExchange,
  fundSubsidies,
  joinStakedWal,
  migrate,
  processSubsidies,
  requestWithdrawStake,
  reserveSpace,
  reserveSpaceWithCredits,
  setCommissionReceiver,
  setExchangeRate,
  setGovernanceAuthorized,
  splitStakedWal,
  stakeWithPools,
  tryJoinActiveSet,
  updateNode,
  updatePrices,
  upgradeContracts,
  voteForSlashing,
  voteForUpgrade,
  withdrawStake,
  type Authentication,
} from '@walrus-ts/chain';
import * as credits from '@walrus-ts/chain/bindings/subsidies/subsidies';
import * as subsidies from '@walrus-ts/chain/bindings/walrus-subsidies/walrus-subsidies';
import { encodeProofOfPossession, normalizeAddress, type Address } from '@walrus-ts/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { created, startWorld, wal, type World, type WorldNode } from './world.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

const node = (i: number): WorldNode => {
  const found = world.nodes[i];
  if (found === undefined) throw new Error(`no node ${i}`);
  return found;
};
const pool = async (nodeId: Address) => {
  const [found] = await world.chain.pools([nodeId]);
  if (found === undefined) throw new Error(`no pool ${nodeId}`);
  return found;
};
const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('stakes', () => {
  it('are made with several nodes, listed page by page, split, joined and withdrawn', async () => {
    const { chain, refs, run, owner } = world;
    const made = await run((tx) => {
      const stakes = stakeWithPools(
        tx,
        refs,
        world.nodes.map(({ nodeId }, i) => ({ nodeId, amount: wal(10 + i) })),
      );
      tx.transferObjects(stakes, owner);
    });
    expect(made.created).toHaveLength(4);
    const pages: bigint[] = [];
    for await (const stake of chain.listStakedWal(owner, { pageSize: 1 })) {
      expect(stake.state).toEqual({ kind: 'staked' });
      pages.push(stake.principal);
    }
    expect(new Set(pages)).toEqual(new Set([wal(10), wal(11), wal(12), wal(13)]));
    expect(pages).toHaveLength(4);
    const some: Address[] = [];
    for await (const { id } of chain.listStakedWal(owner, { pageSize: 3, limit: 2 })) some.push(id);
    expect(some).toHaveLength(2);

    const stake = (await chain.ownedStakedWal(owner)).find(
      ({ principal }) => principal === wal(10),
    );
    if (stake === undefined) throw new Error('the stake is gone');
    const half = created(
      await run((tx) => {
        tx.transferObjects([splitStakedWal(tx, refs, stake.id, wal(4))], owner);
      }),
      '::StakedWal',
    );
    const tooSmall = await caught(
      run((tx) => {
        tx.transferObjects([splitStakedWal(tx, refs, half, 1n)], owner);
      }),
    );
    expect(abortOf(tooSmall)).toMatchObject({
      module: 'staked_wal',
      name: 'EStakeBelowThreshold',
      hint: expect.stringContaining('1 WAL'),
    });
    await run((tx) => joinStakedWal(tx, refs, stake.id, half));
    // No committee counts on a stake of this epoch yet.
    expect(await chain.canWithdrawEarly(stake.id)).toBe(true);
    const before = await chain.balances(owner);
    await run((tx) => {
      tx.transferObjects([withdrawStake(tx, refs, stake.id)], owner);
    });
    expect((await chain.balances(owner)).wal).toBe(before.wal + wal(10));
  });

  it('earn, are requested and paid out two epochs later', async () => {
    const { chain, refs, run, owner } = world;
    const { storagePrice } = await chain.system();
    await run((tx) => {
      const storage = reserveSpace(tx, refs, { encodedSize: 10 ** 11, epochs: 20, storagePrice });
      tx.transferObjects([storage], owner);
    });
    await world.nextEpoch();
    const stake = (await chain.ownedStakedWal(owner)).find(
      ({ principal }) => principal === wal(11),
    );
    if (stake === undefined) throw new Error('the stake is gone');
    expect((await chain.staking()).epochState.kind).toBe('done');
    expect(await chain.canWithdrawEarly(stake.id)).toBe(false);
    await run((tx) => requestWithdrawStake(tx, refs, stake.id));
    const early = await caught(
      run((tx) => {
        tx.transferObjects([withdrawStake(tx, refs, stake.id)], owner);
      }),
    );
    expect(abortOf(early)?.name).toBe('EWithdrawEpochNotReached');
    const [requested] = (await chain.ownedStakedWal(owner)).filter(
      ({ state }) => state.kind === 'withdrawing',
    );
    if (requested?.state.kind !== 'withdrawing') throw new Error('not requested');
    const { withdrawEpoch } = requested.state;
    while ((await chain.system()).epoch < withdrawEpoch) await world.nextEpoch();
    const rewards = await chain.stakeRewards(requested, withdrawEpoch);
    expect(rewards).toBeGreaterThan(0n);
    const before = await chain.balances(owner);
    await run((tx) => {
      tx.transferObjects([withdrawStake(tx, refs, requested.id)], owner);
    });
    expect((await chain.balances(owner)).wal).toBe(before.wal + wal(11) + rewards);
  });
});

describe('nodes', () => {
  it('change everything that they may', async () => {
    const { refs, run, bls, chain } = world;
    const { nodeId, capability, signer } = node(0);
    const { epoch } = await chain.system();
    const secret = bls.generateSecretKey();
    const publicKey = bls.publicKey(secret);
    const address = normalizeAddress(signer.toSuiAddress());
    const networkPublicKey = node(1).keys.networkPublicKey;
    await run(
      (tx) =>
        updateNode(tx, refs, capability, {
          name: 'renamed',
          networkAddress: 'example.org:443',
          networkPublicKey,
          nextPublicKey: {
            publicKey,
            proofOfPossession: bls.sign(
              secret,
              encodeProofOfPossession({ epoch, address, publicKey }),
            ),
          },
          metadata: { description: 'a node', extraFields: new Map([['region', 'eu']]) },
          commissionRate: 1000,
          storagePrice: 7n,
          writePrice: 8n,
          nodeCapacity: 9n,
        }),
      signer,
    );
    expect(await pool(nodeId)).toMatchObject({
      name: 'renamed',
      networkAddress: 'example.org:443',
      networkPublicKey,
      votes: { storagePrice: 7n, writePrice: 8n, nodeCapacity: 9n },
      nextEpochPublicKey: expect.any(Uint8Array),
    });
    // One node in four does not move the prices, three do.
    const before = await chain.system();
    for (const i of [1, 2]) {
      const other = node(i);
      await run(
        (tx) => updateNode(tx, refs, other.capability, { storagePrice: 7n, writePrice: 8n }),
        other.signer,
      );
    }
    expect(await chain.system()).toMatchObject({ storagePrice: before.storagePrice });
    const updated = await run((tx) => updatePrices(tx, refs));
    expect(updated.events).toEqual([
      expect.objectContaining({ type: 'PricesUpdated', storagePrice: 7n, writePrice: 8n }),
    ]);
    expect(await chain.system()).toMatchObject({ storagePrice: 7n, writePrice: 8n });
    await run((tx) => tryJoinActiveSet(tx, refs, capability), signer);
  });

  it('are all listed', async () => {
    const found: Address[] = [];
    for await (const { nodeId } of world.chain.listPools({ pageSize: 3 })) found.push(nodeId);
    expect(found.toSorted()).toEqual(world.nodes.map(({ nodeId }) => nodeId).toSorted());
  });

  it('hand over rights, collect commission, and slash', async () => {
    const { chain, refs, run, owner, deployment } = world;
    const { nodeId, capability, signer } = node(1);
    const byCapability: Authentication = {
      object: capability,
      type: `${refs.originalPackageId}::storage_node::StorageNodeCap`,
    };
    expect((await pool(nodeId)).commissionReceiver).toEqual({ object: capability });
    await run(
      (tx) =>
        setCommissionReceiver(
          tx,
          refs,
          { nodeId, authentication: byCapability },
          { address: owner },
        ),
      signer,
    );
    expect((await pool(nodeId)).commissionReceiver).toEqual({ address: owner });
    const refused = await caught(
      run((tx) => {
        const coin = collectCommission(tx, refs, { nodeId, authentication: byCapability });
        tx.transferObjects([coin], owner);
      }, signer),
    );
    expect(abortOf(refused)).toMatchObject({
      name: 'EAuthorizationFailure',
      hint: expect.any(String),
    });
    await run((tx) => {
      const coin = collectCommission(tx, refs, { nodeId, authentication: 'sender' });
      tx.transferObjects([coin], owner);
    });
    await run(
      (tx) =>
        setGovernanceAuthorized(
          tx,
          refs,
          { nodeId, authentication: 'sender' },
          { object: capability },
        ),
      signer,
    );
    expect((await pool(nodeId)).governanceAuthorized).toEqual({ object: capability });

    const slashingManager = await objectOfSameTransaction(
      deployment.upgradeManagerObject,
      '::slashing::SlashingManager',
    );
    const candidateNodeId = node(3).nodeId;
    const execute = () =>
      run((tx) =>
        executeSlashing(tx, refs, {
          slashingManager,
          treasury: deployment.treasuryObject,
          candidateNodeId,
        }),
      );
    expect(abortOf(await caught(execute()))?.name).toBe('ENoProposalForNode');
    for (const i of [0, 1, 2]) {
      const voter = node(i);
      const authentication = i === 1 ? byCapability : 'sender';
      await run(
        (tx) =>
          voteForSlashing(
            tx,
            refs,
            slashingManager,
            { nodeId: voter.nodeId, authentication },
            candidateNodeId,
          ),
        voter.signer,
      );
    }
    await execute();
    expect((await pool(candidateNodeId)).commission).toBe(0n);
    expect((await chain.staking()).committee.has(candidateNodeId)).toBe(true);
  });
});

/** Object that was created together with another one. */
async function objectOfSameTransaction(objectId: Address, suffix: string): Promise<Address> {
  const { sui } = world.chain;
  const { object } = await sui.core.getObject({
    objectId,
    include: { previousTransaction: true },
  });
  const result = await sui.core.getTransaction({
    digest: object.previousTransaction ?? '',
    include: { effects: true, objectTypes: true },
  });
  const { effects, objectTypes } = result.Transaction ?? result.FailedTransaction;
  const found = effects.changedObjects.find((one) => objectTypes[one.objectId]?.endsWith(suffix));
  if (found === undefined) throw new Error(`no ${suffix}`);
  return normalizeAddress(found.objectId);
}

describe('exchange', () => {
  it('is created, funded and used both ways', async () => {
    const { chain, run, refs, deployer, deployment, owner } = world;
    const { packageId } = await world.publish('wal_exchange', { wal: deployment.walPackage });
    const made = await run((tx) => {
      tx.transferObjects([createExchange(tx, { packageId })], deployer.toSuiAddress());
    }, deployer);
    const exchange = {
      packageId,
      walType: refs.walType,
      exchangeObject: created(made, '::wal_exchange::Exchange'),
    };
    const adminCapability = created(made, '::wal_exchange::AdminCap');
    await run((tx) => {
      fundExchange(tx, exchange, { wal: wal(5), sui: 1000n });
      setExchangeRate(tx, exchange, adminCapability, { wal: 2n, sui: 1n });
    }, deployer);
    expect(await chain.exchange(exchange.exchangeObject)).toEqual({
      id: exchange.exchangeObject,
      packageId,
      wal: wal(5),
      sui: 1000n,
      rate: { wal: 2n, sui: 1n },
      adminCapability,
    });
    const before = await chain.balances(owner);
    await run((tx) => {
      tx.transferObjects([exchangeForWal(tx, exchange, 500n)], owner);
    });
    expect((await chain.balances(owner)).wal).toBe(before.wal + 1000n);
    await run((tx) => {
      tx.transferObjects([exchangeForSui(tx, exchange, 600n)], owner);
    });
    expect(await chain.exchange(exchange.exchangeObject)).toMatchObject({
      wal: wal(5) - 400n,
      sui: 1200n,
    });
    const tooMuch = await caught(
      run((tx) => {
        tx.transferObjects([exchangeForWal(tx, exchange, wal(3))], owner);
      }),
    );
    expect(abortOf(tooMuch)).toMatchObject({
      package: 'wal_exchange',
      name: 'EInsufficientFundsInExchange',
    });
  });
});

describe('subsidies', () => {
  it('credits pay a part of what buyers owe', async () => {
    const { chain, run, refs, deployer, deployment, owner } = world;
    const { walPackage, walrusPackage } = deployment;
    const { packageId } = await world.publish('subsidies', {
      wal: walPackage,
      walrus: walrusPackage,
    });
    const made = await run((tx) => {
      const capability = credits.new_(tx, packageId, { packageId });
      tx.transferObjects([capability], deployer.toSuiAddress());
    }, deployer);
    const subsidiesObject = created(made, '::subsidies::Subsidies');
    const cap = created(made, '::subsidies::AdminCap');
    const pot = { packageId, subsidiesObject, refundTo: owner };
    await run((tx) => {
      credits.setBuyerSubsidyRate(tx, packageId, { self: subsidiesObject, cap, newRate: 5000 });
      fundCredits(tx, refs, pot, wal(1));
    }, deployer);
    expect(await chain.credits(subsidiesObject)).toMatchObject({
      packageId,
      buyerRate: 5000,
      funds: wal(1),
    });
    const { storagePrice } = await chain.system();
    const before = await chain.balances(owner);
    await run((tx) => {
      const parameters = { encodedSize: 10_485_760, epochs: 2, storagePrice };
      const storage = reserveSpaceWithCredits(tx, refs, pot, parameters);
      tx.transferObjects([storage], owner);
    });
    const cost = 20n * storagePrice;
    expect((await chain.balances(owner)).wal).toBe(before.wal - cost / 2n);
    const blobObject = await world.storeBlob({ epochs: 2 });
    const { storage } = await chain.blob(blobObject);
    const { storageSize } = storage;
    await run((tx) =>
      extendBlobWithCredits(tx, refs, pot, { blobObject, storageSize, epochs: 3, storagePrice }),
    );
    expect((await chain.blob(blobObject)).storage.endEpoch).toBe(storage.endEpoch + 3);
    expect((await chain.credits(subsidiesObject)).funds).toBeLessThan(wal(1) - cost / 2n);
  });

  it('for nodes are paid out once per epoch', async () => {
    const { chain, run, refs, deployer, deployment } = world;
    const { walPackage, walrusPackage } = deployment;
    const { packageId } = await world.publish('walrus_subsidies', {
      wal: walPackage,
      walrus: walrusPackage,
    });
    const made = await run((tx) => {
      const capability = subsidies.new_(tx, packageId, {
        system: refs.systemObject,
        staking: refs.stakingObject,
        systemSubsidyRate: 100,
        baseSubsidy: 1000,
        subsidyPerShard: 10,
      });
      tx.transferObjects([capability], deployer.toSuiAddress());
    }, deployer);
    const pot = { packageId, subsidiesObject: created(made, '::WalrusSubsidies') };
    await run((tx) => fundSubsidies(tx, refs, pot, wal(1)), deployer);
    const { epoch } = await chain.system();
    expect(await chain.subsidies(pot.subsidiesObject)).toEqual({
      id: pot.subsidiesObject,
      packageId,
      systemRate: 100,
      baseSubsidy: 1000n,
      subsidyPerShard: 10n,
      funds: wal(1),
      latestEpoch: expect.any(Number),
    });
    await world.nextEpoch();
    await run((tx) => processSubsidies(tx, refs, pot));
    const after = await chain.subsidies(pot.subsidiesObject);
    expect(after.latestEpoch).toBe(epoch);
    expect(after.funds).toBeLessThan(wal(1));
  });
});

describe('upgrades', () => {
  it('need a quorum, and are committed on both sides', async () => {
    const { chain, run, refs, deployer, deployment } = world;
    const linked = linkPackage(await loadCompiledPackage('walrus'), {
      wal: { originalId: deployment.walPackage, storageId: deployment.walPackage },
    });
    const { digest, dependencies } = linked;
    const upgradeManager = deployment.upgradeManagerObject;
    const upgrade = () =>
      run(
        (tx) =>
          upgradeContracts(tx, refs, {
            upgradeManager,
            modules: linked.modules.map(({ bytes }) => bytes),
            dependencies,
            digest,
          }),
        deployer,
      );
    expect(abortOf(await caught(upgrade()))).toMatchObject({
      module: 'upgrade',
      name: 'ENoProposalForDigest',
    });
    for (const i of [0, 2, 3]) {
      const { nodeId, signer } = node(i);
      await run(
        (tx) =>
          voteForUpgrade(tx, refs, upgradeManager, { nodeId, authentication: 'sender' }, digest),
        signer,
      );
    }
    await upgrade();
    // The objects go on with the old code until the migration, which only a newer version has.
    const { packageId, newPackageId } = await chain.system();
    expect(packageId).toBe(refs.packageId);
    if (newPackageId === undefined) throw new Error('the upgrade was not committed');
    const nothing = await caught(run((tx) => migrate(tx, refs, newPackageId)));
    expect(abortOf(nothing)?.name).toBe('EInvalidMigration');
  });
});
