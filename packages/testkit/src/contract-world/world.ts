import type { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import type { Transaction } from '@mysten/sui/transactions';
import { createChainClient, type ChainClient, type Committee } from '@walrus-ts/chain';
import { linkPackage, loadCompiledPackage, type PackageIds } from '@walrus-ts/contracts';
import {
  blake2b256,
  blobIdFromBytes,
  encodeProofOfPossession,
  loadBls,
  normalizeAddress,
  signersToBitmap,
  type Address,
  type BlobId,
  type Bls,
} from '@walrus-ts/core';
import { deployContracts, type Deployment } from '@walrus-ts/localnet';
import {
  ContractChain,
  need,
  seedOf,
  theCreated,
  walletOf,
  type Argument,
  type ExecuteOptions,
  type TransactionRecord,
} from './chain.js';

/** FROST in one WAL, and MIST in one SUI. */
export const COIN_UNIT = 1_000_000_000n;

/** A registered storage node. */
export interface WorldNode {
  readonly name: string;
  readonly wallet: Ed25519Keypair;
  /** BLS secret, 32 bytes. */
  readonly secret: Uint8Array;
  /** Compressed, 48 bytes. */
  readonly publicKey: Uint8Array;
  readonly nodeId: Address;
  /** Its `StorageNodeCap`. */
  readonly capability: Address;
}

/** A certificate as the contracts take it. */
export interface Certificate {
  readonly signature: Uint8Array;
  readonly bitmap: Uint8Array;
  readonly message: Uint8Array;
}

/** What to deploy. */
export interface WorldParameters {
  readonly nShards: number;
  readonly maxEpochsAhead: number;
  /** Candidates to register and to stake on. */
  readonly nodes: number;
  /** FROST to stake on each candidate; default 1000 WAL. */
  readonly stakeOf?: (index: number) => bigint;
}

/** What a node says at its registration, for tests that change one of it. */
export interface RegistrationChange {
  readonly name?: string;
  readonly networkAddress?: string;
  readonly networkPublicKey?: Uint8Array;
  readonly commissionRate?: number;
  readonly publicKey?: Uint8Array;
  readonly proof?: Uint8Array;
}

const EPOCH_DURATION_MS = 60 * 60 * 1000;
/** Votes of every node. */
export const PRICES = { storage: 5n, write: 1n } as const;
const NODE_CAPACITY = 1_000_000_000_000n;
const NODE_SUI = 200n * COIN_UNIT;

/** The contracts on a chain of their own, with nodes whose keys are at hand. */
export class ContractWorld {
  readonly chain: ContractChain;
  readonly deployment: Deployment;
  readonly slashingManager: string;
  readonly emergencyCapability: string;
  readonly nodes: WorldNode[] = [];
  readonly bls: Bls;
  readonly client: ChainClient;
  readonly epochDurationMs = EPOCH_DURATION_MS;
  /** Ids of further packages, by name. */
  readonly packages = new Map<string, PackageIds>();

  private constructor(chain: ContractChain, deployment: Deployment, bls: Bls) {
    this.chain = chain;
    this.deployment = deployment;
    this.bls = bls;
    this.client = createChainClient({ rpcUrl: chain.emulator.rpcUrl, ...deployment });
    const all = [...chain.state().values()];
    const find = (suffix: string): string =>
      need(
        all.find(({ data }) => data.kind === 'move' && data.type.endsWith(suffix)),
        suffix,
      ).objectId;
    this.slashingManager = find('::slashing::SlashingManager');
    this.emergencyCapability = find('::upgrade::EmergencyUpgradeCap');
    for (const [name, id] of [
      ['wal', deployment.walPackage],
      ['walrus', deployment.walrusPackage],
    ] as const) {
      this.packages.set(name, { originalId: id, storageId: id });
    }
  }

  /** Deploys the contracts, registers the candidates and stakes on them; epoch 0 is left running. */
  static async deploy(parameters: WorldParameters): Promise<ContractWorld> {
    const chain = await ContractChain.start();
    try {
      const deployment = await deployContracts({
        rpcUrl: chain.emulator.rpcUrl,
        deployer: chain.bank,
        nShards: parameters.nShards,
        epochDurationMs: EPOCH_DURATION_MS,
        maxEpochsAhead: parameters.maxEpochsAhead,
      });
      const world = new ContractWorld(chain, deployment, await loadBls());
      chain.label(['publish package wal', 'publish package walrus', 'initialise the network']);
      const names = Array.from({ length: parameters.nodes }, (_, i) => `node ${i}`);
      await chain.fund(
        names.map((name) => walletOf(name).toSuiAddress()),
        NODE_SUI,
      );
      for (const name of names) await world.registerNode(name);
      const stakeOf = parameters.stakeOf ?? (() => 1000n * COIN_UNIT);
      for (const [i, node] of world.nodes.entries()) await world.stake(node, stakeOf(i));
      return world;
    } catch (error) {
      await chain.close();
      throw error;
    }
  }

  /** Stops the chain. */
  close(): Promise<void> {
    return this.chain.close();
  }

  // --- calls

  /** Makes an input of an object. */
  input(tx: Transaction, id: string): ReturnType<Transaction['object']> {
    return this.chain.input(tx, id);
  }

  /**
   * Calls a function of a package.
   *
   * @param target - `module::function` of package walrus, or `package/module::function`
   * @param args - IDs of objects as text, everything else as arguments
   */
  call(
    tx: Transaction,
    target: string,
    args: readonly (string | Argument)[],
    typeArguments: readonly string[] = [],
  ): ReturnType<Transaction['moveCall']> {
    const [path = '', name = 'walrus'] = target.split('/').toReversed();
    const packageId = /^(0x)/.test(name)
      ? name
      : need(this.packages.get(name), `package ${name}`).storageId;
    return tx.moveCall({
      target: `${packageId}::${path}`,
      typeArguments: [...typeArguments],
      arguments: args.map((arg) => (typeof arg === 'string' ? this.chain.input(tx, arg) : arg)),
    });
  }

  get system(): string {
    return this.deployment.systemObject;
  }

  get staking(): string {
    return this.deployment.stakingObject;
  }

  get walCoinType(): string {
    return `::coin::Coin<${this.deployment.walType}>`;
  }

  /** A coin of the WAL that the deployer holds. */
  get treasuryCoin(): string {
    const owner = this.chain.bank.toSuiAddress();
    return need(this.chain.owned(owner, this.walCoinType)[0], 'WAL of the deployer');
  }

  /** Gives WAL, in a new coin. @returns ID of the coin */
  async giveWal(owner: string, amount: bigint): Promise<string> {
    const record = await this.chain.must(this.chain.bank, (tx) => {
      const [coin] = tx.splitCoins(this.input(tx, this.treasuryCoin), [amount]);
      tx.transferObjects([need(coin, 'a split coin')], owner);
    });
    return theCreated(record, this.walCoinType);
  }

  /** Makes a wallet with SUI and one coin of WAL. */
  async newUser(
    name: string,
    wal: bigint = 1_000_000n * COIN_UNIT,
  ): Promise<{ readonly wallet: Ed25519Keypair; readonly walCoin: string }> {
    const wallet = walletOf(name);
    await this.chain.fund([wallet.toSuiAddress()], 1000n * COIN_UNIT);
    return { wallet, walCoin: await this.giveWal(wallet.toSuiAddress(), wal) };
  }

  /** Publishes a package of this repository, linked to those published before it. @returns its ID */
  async publish(name: string): Promise<string> {
    const linked = linkPackage(
      await loadCompiledPackage(name),
      Object.fromEntries(this.packages.entries()),
    );
    const record = await this.chain.must(
      this.chain.bank,
      (tx) => {
        const capability = tx.publish({
          modules: linked.modules.map(({ bytes }) => [...bytes]),
          dependencies: [...linked.dependencies],
        });
        tx.transferObjects([capability], this.chain.bank.toSuiAddress());
      },
      { label: `publish package ${name}` },
    );
    const packageId = normalizeAddress(
      need(
        record.effects.changedObjects.find(({ output }) => output?.kind === 'package'),
        'the package',
      ).objectId,
    );
    this.packages.set(name, { originalId: packageId, storageId: packageId });
    return packageId;
  }

  // --- nodes

  /** Signs the proof with which an address shows that it holds a BLS key. */
  proofOf(secret: Uint8Array, address: string, epoch: number): Uint8Array {
    const publicKey = this.bls.publicKey(secret);
    return this.bls.sign(
      secret,
      encodeProofOfPossession({ epoch, address: normalizeAddress(address), publicKey }),
    );
  }

  /** Adds the registration of a node to a transaction. */
  registration(
    tx: Transaction,
    name: string,
    secret: Uint8Array,
    proof: Uint8Array,
    change: RegistrationChange = {},
  ): ReturnType<Transaction['moveCall']> {
    const metadata = this.call(tx, 'node_metadata::new', [
      tx.pure.string(''),
      tx.pure.string(''),
      tx.pure.string(`storage node ${name}`),
    ]);
    return this.call(tx, 'staking::register_candidate', [
      this.staking,
      tx.pure.string(change.name ?? name),
      tx.pure.string(change.networkAddress ?? '127.0.0.1:9185'),
      metadata,
      tx.pure.vector('u8', change.publicKey ?? this.bls.publicKey(secret)),
      tx.pure.vector('u8', change.networkPublicKey ?? new Uint8Array(33).fill(2)),
      tx.pure.vector('u8', change.proof ?? proof),
      tx.pure.u16(change.commissionRate ?? 1000),
      tx.pure.u64(PRICES.storage),
      tx.pure.u64(PRICES.write),
      tx.pure.u64(NODE_CAPACITY),
    ]);
  }

  /** Registers a candidate with a wallet of its own, which must hold SUI. */
  async registerNode(name: string): Promise<WorldNode> {
    const wallet = walletOf(name);
    const address = wallet.toSuiAddress();
    const secret = secretOf(name);
    const { epoch } = await this.client.staking();
    const proof = this.proofOf(secret, address, epoch);
    const record = await this.chain.must(
      wallet,
      (tx) => {
        tx.transferObjects([this.registration(tx, name, secret, proof)], address);
      },
      { label: 'register a candidate' },
    );
    const node: WorldNode = {
      name,
      wallet,
      secret,
      publicKey: this.bls.publicKey(secret),
      nodeId: normalizeAddress(theCreated(record, '::staking_pool::StakingPool')),
      capability: normalizeAddress(theCreated(record, '::storage_node::StorageNodeCap')),
    };
    this.nodes.push(node);
    return node;
  }

  /** Stakes WAL of the deployer. @returns ID of the `StakedWal` */
  async stake(node: WorldNode, amount: bigint): Promise<string> {
    const owner = this.chain.bank.toSuiAddress();
    const record = await this.chain.must(
      this.chain.bank,
      (tx) => {
        const [coin] = tx.splitCoins(this.input(tx, this.treasuryCoin), [amount]);
        const stake = this.call(tx, 'staking::stake_with_pool', [
          this.staking,
          need(coin, 'a split coin'),
          tx.pure.id(node.nodeId),
        ]);
        tx.transferObjects([stake], owner);
      },
      { label: 'stake' },
    );
    return theCreated(record, '::staked_wal::StakedWal');
  }

  // --- epochs

  /** Adds the end of voting to a transaction. */
  votingEnd(tx: Transaction): void {
    this.call(tx, 'staking::voting_end', [this.staking, this.chain.clock(tx)]);
  }

  /** Adds the epoch change to a transaction. */
  epochChange(tx: Transaction): void {
    this.call(tx, 'staking::initiate_epoch_change_v2', [
      this.staking,
      this.system,
      this.deployment.treasuryObject,
      this.chain.clock(tx),
    ]);
  }

  /** Reports that a node holds its shards. */
  syncDone(node: WorldNode, epoch: number, options?: ExecuteOptions): Promise<TransactionRecord> {
    return this.chain.must(
      node.wallet,
      (tx) => {
        this.call(tx, 'staking::epoch_sync_done', [
          this.staking,
          node.capability,
          tx.pure.u32(epoch),
          this.chain.clock(tx),
        ]);
      },
      options,
    );
  }

  /** Moves the clock to where voting can end, and ends it. */
  async endVoting(): Promise<void> {
    const { epoch } = await this.client.staking();
    if (epoch > 0) await this.chain.ledger.advanceClock(EPOCH_DURATION_MS / 2);
    await this.chain.must(this.chain.bank, (tx) => this.votingEnd(tx), { label: 'end voting' });
  }

  /**
   * Moves the clock to where the epoch can change, changes it, and has all members report.
   *
   * @returns the new epoch
   */
  async changeEpoch(): Promise<number> {
    const { epoch } = await this.client.staking();
    if (epoch > 0) await this.chain.ledger.advanceClock(EPOCH_DURATION_MS / 2);
    await this.chain.must(this.chain.bank, (tx) => this.epochChange(tx), {
      label: epoch === 0 ? 'change the epoch for the first time' : 'change the epoch',
    });
    const { committee } = await this.client.staking();
    for (const node of this.nodes) {
      if (!committee.has(node.nodeId)) continue;
      await this.syncDone(node, epoch + 1, { label: 'report shards received' });
    }
    return epoch + 1;
  }

  /** Lets an epoch go by. @returns the new epoch */
  async nextEpoch(): Promise<number> {
    await this.endVoting();
    return this.changeEpoch();
  }

  // --- certificates

  /**
   * Signs a message with keys of nodes.
   *
   * @param members - signers as positions in the committee
   */
  certify(committee: Committee, members: readonly number[], message: Uint8Array): Certificate {
    const signatures = members.map((index) => {
      const nodeId = need(committee.members[index], `member ${index}`).nodeId;
      const node = need(
        this.nodes.find((candidate) => candidate.nodeId === nodeId),
        `node ${nodeId}`,
      );
      return this.bls.sign(node.secret, message);
    });
    return {
      signature: this.bls.aggregateSignatures(signatures),
      bitmap: signersToBitmap(members, committee.members.length),
      message,
    };
  }
}

/**
 * Makes a blob ID that belongs to its root hash, its size and encoding type 1.
 *
 * @param seed - root hash as a number
 * @param size - unencoded bytes
 */
export function blobOf(
  seed: number,
  size: bigint,
): { readonly blobId: BlobId; readonly rootHash: bigint } {
  const bytes = new Uint8Array(41);
  const view = new DataView(bytes.buffer);
  bytes[0] = 1;
  view.setBigUint64(1, size, true);
  view.setUint32(9, seed, true);
  return { blobId: blobIdFromBytes(blake2b256(bytes)), rootHash: BigInt(seed) };
}

/** The BLS secret of a name, 32 bytes. */
export function secretOf(name: string): Uint8Array {
  // Without the first byte it is below the order of the group, whatever the hash.
  return seedOf(`bls ${name}`).fill(0, 0, 1);
}
