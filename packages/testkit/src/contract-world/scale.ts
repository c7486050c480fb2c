import type { Transaction } from '@mysten/sui/transactions';
import {
  blobIdToInt,
  encodeInvalidBlobId,
  encodeStorageConfirmation,
  encodedLength,
  isQuorum,
  normalizeAddress,
} from '@walrus-ts/core';
import {
  createdOf,
  need,
  theCreated,
  type LabelledTransaction,
  type LedgerObject,
} from './chain.js';
import { COIN_UNIT, ContractWorld, blobOf, type Certificate, type WorldNode } from './world.js';

/** Size of a network and of its life. */
export interface ScaleParameters {
  readonly nShards: number;
  /** Registered nodes, all with stake. */
  readonly nodes: number;
  /** Epoch changes after that into epoch 1. */
  readonly epochs: number;
}

/** What came of a run. */
export interface ScaleResult {
  readonly parameters: ScaleParameters & { readonly maxEpochsAhead: number };
  /** Every transaction, in order. */
  readonly executed: readonly LabelledTransaction[];
  /** Committee of each epoch from 1 on: shards by member. */
  readonly committees: readonly ReadonlyMap<string, readonly number[]>[];
  /** The largest size that a kind of object had at the end of any epoch, bytes of contents, by name. */
  readonly objectSizes: ReadonlyMap<string, number>;
}

const MAX_EPOCHS_AHEAD = 53;
const BLOB_SIZE = 1_000_000n;
/** Objects whose growth matters; how their type ends, and what they are called. */
const BIG_OBJECTS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/::system_state_inner::SystemStateInnerV1>$/, 'system: `SystemStateInnerV1`'],
  [/::staking_inner::StakingInnerV1>$/, 'staking: `StakingInnerV1`'],
  [/::active_set::ActiveSet>$/, 'active set'],
  [/VecMap<0x\w+::object::ID,0x\w+::group_ops::Element/, 'BLS keys of the next epoch'],
  [/::staking_pool::StakingPool$/, 'staking pool (`StakingPool`)'],
  [/VecMap<0x\w+::object::ID,u64>>$/, 'sizes of deny lists'],
  [/::walrus_subsidies_inner::WalrusSubsidiesInnerV1>$/, 'subsidies: `WalrusSubsidiesInnerV1`'],
  [/::shared_blob::SharedBlob$/, 'shared blob (`SharedBlob`)'],
  [/::storage_resource::Storage$/, 'storage (`Storage`)'],
  [/::staked_wal::StakedWal$/, 'stake (`StakedWal`)'],
  [/::storage_node::StorageNodeCap$/, 'capability of a node (`StorageNodeCap`)'],
];

/**
 * Deploys the contracts on a fresh chain and lives through epochs by transactions alone: stake that moves between the
 * nodes, nodes that drop out and come back, and every kind of operation at least once.
 *
 * @throws Error when a transaction fails; limits of the protocol are such failures
 */
export async function runScale(parameters: ScaleParameters): Promise<ScaleResult> {
  const world = await ContractWorld.deploy({
    nShards: parameters.nShards,
    nodes: parameters.nodes,
    maxEpochsAhead: MAX_EPOCHS_AHEAD,
    // Different amounts, so that shards move and ties are rare.
    stakeOf: (i) => BigInt(100_000 + ((i * 7919) % 5000)) * COIN_UNIT,
  });
  try {
    const run = new ScaleRun(world, parameters);
    await run.live();
    return {
      parameters: { ...parameters, maxEpochsAhead: MAX_EPOCHS_AHEAD },
      executed: world.chain.executed,
      committees: run.committees,
      objectSizes: run.objectSizes,
    };
  } finally {
    await world.close();
  }
}

class ScaleRun {
  readonly committees: ReadonlyMap<string, readonly number[]>[] = [];
  readonly objectSizes = new Map<string, number>();
  private readonly world: ContractWorld;
  private readonly parameters: ScaleParameters;
  private readonly encodedSize: bigint;
  private owner = '';
  private walCoin = '';
  private subsidies = '';

  constructor(world: ContractWorld, parameters: ScaleParameters) {
    this.world = world;
    this.parameters = parameters;
    this.encodedSize = BigInt(encodedLength(parameters.nShards, Number(BLOB_SIZE)));
  }

  async live(): Promise<void> {
    const { world, parameters } = this;
    const user = world.chain.bank;
    this.owner = user.toSuiAddress();
    await this.enter();
    this.walCoin = await world.giveWal(this.owner, 10_000_000n * COIN_UNIT);
    await this.publishRest();
    const leaving = world.nodes.slice(-Math.floor(parameters.nodes / 5));
    const stakes = new Map<string, string>();
    for (let epoch = 1; epoch <= parameters.epochs; epoch++) {
      await this.moveStake(epoch, leaving.length);
      if (epoch === 1) {
        for (const node of leaving) stakes.set(node.nodeId, await this.requestAllStake(node));
      } else if (epoch === 2) {
        for (const stake of stakes.values()) await this.withdraw(stake);
        for (const node of leaving) await world.stake(node, 100_000n * COIN_UNIT);
      }
      await this.storageOperations(epoch);
      await this.poolOperations(epoch);
      await this.nodeOperations(epoch);
      await this.enter();
      await this.processSubsidies();
    }
    await this.finishLife();
  }

  /** Changes the epoch and looks at the committee and at the sizes of objects. */
  private async enter(): Promise<void> {
    await this.world.endVoting();
    this.measureAll();
    await this.world.changeEpoch();
    this.measureAll();
    const { committee, nShards } = await this.world.client.staking();
    const all = [...committee.values()].flat();
    if (all.length !== nShards || new Set(all).size !== nShards) {
      throw new Error(`the committee holds ${all.length} shards, not ${nShards} different ones`);
    }
    this.committees.push(committee);
  }

  private measureAll(): void {
    for (const object of this.world.chain.state().values()) this.measure(object);
  }

  private measure({ data }: LedgerObject): void {
    if (data.kind !== 'move') return;
    for (const [pattern, name] of BIG_OBJECTS) {
      if (!pattern.test(data.type)) continue;
      const size = data.contents.length;
      this.objectSizes.set(name, Math.max(size, this.objectSizes.get(name) ?? 0));
    }
  }

  /** Executes as the deployer, who is also the user here. */
  private must(label: string, build: (tx: Transaction) => void) {
    return this.world.chain.must(this.world.chain.bank, build, { label });
  }

  private asNode(node: WorldNode, label: string, build: (tx: Transaction) => void) {
    return this.world.chain.must(node.wallet, build, { label });
  }

  private keep(tx: Transaction, value: ReturnType<ContractWorld['call']>): void {
    tx.transferObjects([value], this.owner);
  }

  private async publishRest(): Promise<void> {
    const { world } = this;
    for (const name of ['wal_exchange', 'subsidies', 'walrus_subsidies', 'blob_bucket']) {
      await world.publish(name);
    }
    const record = await this.must('create subsidies', (tx) => {
      this.keep(
        tx,
        world.call(tx, 'walrus_subsidies/walrus_subsidies::new', [
          world.system,
          world.staking,
          tx.pure.u32(1000),
          tx.pure.u64(COIN_UNIT),
          tx.pure.u64(COIN_UNIT / 10n),
        ]),
      );
    });
    this.subsidies = theCreated(record, '::walrus_subsidies::WalrusSubsidies');
    await this.must('fund subsidies', (tx) => {
      const [coin] = tx.splitCoins(world.input(tx, this.walCoin), [1_000_000n * COIN_UNIT]);
      const args = [this.subsidies, need(coin, 'a coin')];
      world.call(tx, 'walrus_subsidies/walrus_subsidies::add_coin', args);
    });
  }

  private async processSubsidies(): Promise<void> {
    await this.must('pay subsidies to all nodes', (tx) => {
      this.world.call(tx, 'walrus_subsidies/walrus_subsidies::process_subsidies', [
        this.subsidies,
        this.world.staking,
        this.world.system,
        this.world.chain.clock(tx),
      ]);
    });
  }

  /** Adds stake to some nodes, so that shards move at every epoch change. */
  private async moveStake(epoch: number, spared: number): Promise<void> {
    const nodes = this.world.nodes.slice(0, -spared);
    for (let i = epoch; i < nodes.length; i += 10) {
      await this.world.stake(need(nodes[i], `node ${i}`), BigInt(1000 * (i + 1)) * COIN_UNIT);
    }
  }

  private async requestAllStake(node: WorldNode): Promise<string> {
    const { chain } = this.world;
    // StakedWal: ID, state (one byte while staked), node ID.
    const nodeOf = (id: string) =>
      `0x${Buffer.from(chain.contents(id).subarray(33, 65)).toString('hex')}`;
    const stake = need(
      chain.owned(this.owner, '::staked_wal::StakedWal').find((id) => nodeOf(id) === node.nodeId),
      `stake on ${node.name}`,
    );
    await this.must('request the withdrawal of stake', (tx) => {
      this.world.call(tx, 'staking::request_withdraw_stake', [this.world.staking, stake]);
    });
    return stake;
  }

  private async withdraw(stake: string): Promise<void> {
    await this.must('withdraw stake', (tx) => {
      this.keep(tx, this.world.call(tx, 'staking::withdraw_stake', [this.world.staking, stake]));
    });
  }

  /** Signed by as few of the first members as make a quorum. */
  private async certificate(message: Uint8Array): Promise<Certificate> {
    const committee = await this.world.client.committee();
    const signers: number[] = [];
    let weight = 0;
    for (const [index, { shards }] of committee.members.entries()) {
      if (isQuorum(weight, committee.nShards)) break;
      signers.push(index);
      weight += shards.length;
    }
    return this.world.certify(committee, signers, message);
  }

  private present(
    tx: Transaction,
    target: string,
    before: readonly string[],
    { signature, bitmap, message }: Certificate,
  ): void {
    const bytes = (value: Uint8Array) => tx.pure.vector('u8', value);
    this.world.call(tx, target, [...before, bytes(signature), bytes(bitmap), bytes(message)]);
  }

  private async reserve(epochs: number): Promise<string> {
    const record = await this.must(`reserve storage for ${epochs} epochs`, (tx) => {
      const { system } = this.world;
      const size = tx.pure.u64(this.encodedSize);
      const args = [system, size, tx.pure.u32(epochs), this.walCoin];
      this.keep(tx, this.world.call(tx, 'system::reserve_space', args));
    });
    return theCreated(record, '::storage_resource::Storage');
  }

  private async registered(seed: number, isDeletable: boolean): Promise<string> {
    const { blobId, rootHash } = blobOf(seed, BLOB_SIZE);
    const storage = await this.reserve(5);
    const record = await this.must('register a blob', (tx) => {
      this.keep(
        tx,
        this.world.call(tx, 'system::register_blob', [
          this.world.system,
          storage,
          tx.pure.u256(blobIdToInt(blobId)),
          tx.pure.u256(rootHash),
          tx.pure.u64(BLOB_SIZE),
          tx.pure.u8(1),
          tx.pure.bool(isDeletable),
          this.walCoin,
        ]),
      );
    });
    const object = theCreated(record, '::blob::Blob');
    const { epoch } = await this.world.client.staking();
    const certificate = await this.certificate(
      encodeStorageConfirmation({
        epoch,
        blobId,
        persistence: isDeletable
          ? { kind: 'deletable', objectId: normalizeAddress(object) }
          : { kind: 'permanent' },
      }),
    );
    await this.must('certify a blob', (tx) => {
      this.present(tx, 'system::certify_blob', [this.world.system, object], certificate);
    });
    return object;
  }

  private async storageOperations(epoch: number): Promise<void> {
    const { world } = this;
    await this.reserve(MAX_EPOCHS_AHEAD);
    const blob = await this.registered(10 * epoch, false);
    const deletable = await this.registered(10 * epoch + 1, true);
    await this.must('extend a blob by 1 epoch', (tx) => {
      const args = [world.system, blob, tx.pure.u32(1), this.walCoin];
      world.call(tx, 'system::extend_blob', args);
    });
    await this.must('set an attribute', (tx) => {
      const args = [blob, tx.pure.string('content-type'), tx.pure.string('text/plain')];
      world.call(tx, 'blob::insert_or_update_metadata_pair', args);
    });
    await this.must('delete a blob', (tx) => {
      this.keep(tx, world.call(tx, 'system::delete_blob', [world.system, deletable]));
    });
    const shared = await this.must('share a blob with funds', (tx) => {
      const [coin] = tx.splitCoins(world.input(tx, this.walCoin), [COIN_UNIT]);
      world.call(tx, 'shared_blob::new_funded', [blob, need(coin, 'a coin')]);
    });
    const sharedBlob = theCreated(shared, '::shared_blob::SharedBlob');
    await this.must('extend a shared blob by 1 epoch', (tx) => {
      world.call(tx, 'shared_blob::extend', [sharedBlob, world.system, tx.pure.u32(1)]);
    });
    const storage = await this.reserve(5);
    const split = await this.must('split storage', (tx) => {
      this.keep(tx, world.call(tx, 'storage_resource::split_by_size', [storage, tx.pure.u64(1n)]));
    });
    const [rest] = createdOf(split, '::storage_resource::Storage');
    await this.must('merge storage', (tx) => {
      world.call(tx, 'storage_resource::fuse', [storage, need(rest, 'the rest')]);
    });
    await this.must('destroy storage', (tx) => {
      world.call(tx, 'storage_resource::destroy', [storage]);
    });
    const { blobId } = blobOf(10 * epoch, BLOB_SIZE);
    const certificate = await this.certificate(encodeInvalidBlobId({ epoch, blobId }));
    await this.must('declare a blob ID invalid', (tx) => {
      this.present(tx, 'system::invalidate_blob_id', [world.system], certificate);
    });
  }

  private async poolOperations(epoch: number): Promise<void> {
    const { world } = this;
    const record = await this.must('create a storage pool for 5 epochs', (tx) => {
      const size = tx.pure.u64(10n * this.encodedSize);
      const args = [world.system, size, tx.pure.u32(5), this.walCoin];
      this.keep(tx, world.call(tx, 'system::create_storage_pool', args));
    });
    const pool = theCreated(record, '::storage_pool::StoragePool');
    const { blobId, rootHash } = blobOf(1000 * epoch, BLOB_SIZE);
    await this.must('register a blob in a storage pool', (tx) => {
      world.call(tx, 'system::register_pooled_blob', [
        world.system,
        pool,
        tx.pure.u256(blobIdToInt(blobId)),
        tx.pure.u256(rootHash),
        tx.pure.u64(BLOB_SIZE),
        tx.pure.u8(1),
        tx.pure.bool(false),
        this.walCoin,
      ]);
    });
    const message = encodeStorageConfirmation({
      epoch,
      blobId,
      persistence: { kind: 'permanent' },
    });
    const certificate = await this.certificate(message);
    await this.must('certify a blob in a storage pool', (tx) => {
      const id = tx.pure.u256(blobIdToInt(blobId));
      const bytes = (value: Uint8Array) => tx.pure.vector('u8', value);
      world.call(tx, 'system::certify_pooled_blob', [
        world.system,
        pool,
        id,
        bytes(certificate.signature),
        bytes(certificate.bitmap),
        bytes(certificate.message),
      ]);
    });
  }

  private async nodeOperations(epoch: number): Promise<void> {
    const { world } = this;
    // The first nodes are in every committee.
    const nodeOf = (index: number): WorldNode => need(world.nodes[index], `node ${index}`);
    const node = nodeOf(0);
    const vote = (label: string, target: string, value: bigint) =>
      this.asNode(node, label, (tx) => {
        world.call(tx, target, [world.staking, node.capability, tx.pure.u64(value)]);
      });
    await vote('vote for the storage price', 'staking::set_storage_price_vote', 6n);
    await vote('vote for the write price', 'staking::set_write_price_vote', 2n);
    await vote('vote for the capacity', 'staking::set_node_capacity_vote', 2_000_000_000_000n);
    await this.must('take prices over', (tx) => {
      world.call(tx, 'staking::update_prices', [world.staking, world.system]);
    });
    await this.asNode(node, 'schedule a commission', (tx) => {
      const args = [world.staking, node.capability, tx.pure.u16(500)];
      world.call(tx, 'staking::set_next_commission', args);
    });
    await this.asNode(node, 'collect the commission', (tx) => {
      const auth = world.call(
        tx,
        'auth::authenticate_with_object',
        [node.capability],
        [`${world.deployment.walrusPackage}::storage_node::StorageNodeCap`],
      );
      const args = [world.staking, tx.pure.id(node.nodeId), auth];
      const coin = world.call(tx, 'staking::collect_commission', args);
      tx.transferObjects([coin], node.wallet.toSuiAddress());
    });
    await this.asNode(node, 'vote on slashing', (tx) => {
      world.call(tx, 'slashing::vote_for_slashing', [
        world.slashingManager,
        world.staking,
        world.call(tx, 'auth::authenticate_sender', []),
        tx.pure.id(node.nodeId),
        tx.pure.id(nodeOf(1).nodeId),
      ]);
    });
    for (const voter of [nodeOf(0), nodeOf(1)]) {
      await this.asNode(voter, 'vote on an upgrade', (tx) => {
        world.call(tx, 'upgrade::vote_for_upgrade', [
          world.deployment.upgradeManagerObject,
          world.staking,
          world.call(tx, 'auth::authenticate_sender', []),
          tx.pure.id(voter.nodeId),
          tx.pure.vector('u8', new Uint8Array(32).fill(epoch)),
        ]);
      });
    }
    await this.asNode(node, 'attest an event blob', (tx) => {
      world.call(tx, 'system::certify_event_blob', [
        world.system,
        node.capability,
        tx.pure.u256(1n),
        tx.pure.u256(2n),
        tx.pure.u64(10n),
        tx.pure.u8(1),
        tx.pure.u64(100 * epoch),
        tx.pure.u32(epoch),
      ]);
    });
    for (const denying of [nodeOf(0), nodeOf(1), nodeOf(2)]) {
      const body = new Uint8Array(7 + 32 + 8 + 8 + 32);
      const view = new DataView(body.buffer);
      body.set([4, 0, 3]);
      view.setUint32(3, epoch, true);
      body.set(Buffer.from(denying.nodeId.slice(2), 'hex'), 7);
      view.setBigUint64(39, BigInt(epoch), true);
      view.setBigUint64(47, 1000n, true);
      const certificate = await this.certificate(body);
      await this.asNode(denying, 'update a deny list', (tx) => {
        const before = [world.system, denying.capability];
        this.present(tx, 'system::update_deny_list', before, certificate);
      });
    }
  }

  /** Stakes split and joined. */
  private async finishLife(): Promise<void> {
    const { world } = this;
    const [stake] = world.chain.owned(this.owner, '::staked_wal::StakedWal');
    const id = need(stake, 'a stake');
    const record = await this.must('split a stake', (tx) => {
      this.keep(tx, world.call(tx, 'staked_wal::split', [id, tx.pure.u64(COIN_UNIT)]));
    });
    const part = theCreated(record, '::staked_wal::StakedWal');
    await this.must('join stakes', (tx) => {
      world.call(tx, 'staked_wal::join', [id, part]);
    });
  }
}
