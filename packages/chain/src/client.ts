import type { SuiGrpcClient } from '@mysten/sui/grpc';
import { WalrusError, normalizeAddress, type Address } from '@walrus-ts/core';
import {
  readBlob,
  readBlobAttributes,
  readSharedBlob,
  type BlobObject,
  type SharedBlobObject,
  type StorageResource,
} from './blobs.js';
import {
  pause,
  streamEvents,
  type CheckpointEvents,
  type EventStreamOptions,
} from './event-stream.js';
import { decodeEvents, type EventId, type WalrusEvent } from './events.js';
import { createExecutor, type Executor } from './execute.js';
import * as stakingModule from './generated/walrus/staking.js';
import { inspect } from './inspect.js';
import { bool, u64 } from './move/layout.js';
import {
  listBlobs,
  listNodeCapabilities,
  listStakedWal,
  listStorage,
  listStoragePools,
  type NodeCapability,
  type StakedWalObject,
} from './owned.js';
import { collect, type ListOptions } from './paging.js';
import { createRpc, type CallOptions } from './rpc.js';
import {
  listPools,
  readActiveSet,
  readCommittees,
  readPools,
  readStaking,
  readSystem,
  type Committee,
  type Committees,
  type NodePool,
  type StakingState,
  type SystemState,
} from './state.js';
import type { ContractRefs } from './transactions/payment.js';
import {
  listDynamicFields,
  listPooledBlobs,
  readCredits,
  readExchange,
  readStoragePool,
  readSubsidies,
  type CreditsState,
  type DynamicFieldEntry,
  type ExchangeState,
  type PooledBlobObject,
  type StoragePoolState,
  type SubsidiesState,
} from './views.js';

/** Where the chain and the contracts are. */
export interface ChainClientInit {
  /** gRPC-web endpoint of a Sui network or of the emulator. */
  readonly rpcUrl: string;
  readonly systemObject: string;
  readonly stakingObject: string;
}

/** Amounts of the two coins, in their smallest units. */
export interface Balances {
  /** MIST. */
  readonly sui: bigint;
  /** FROST. */
  readonly wal: bigint;
}

/** The contracts as seen from TypeScript. Nothing is cached but what can never change. */
export interface ChainClient extends Executor {
  /** The official client underneath, for what this one does not wrap. */
  readonly sui: SuiGrpcClient;
  readonly rpcUrl: string;
  readonly systemObject: Address;
  readonly stakingObject: Address;
  /** Storage side: epoch, prices, capacity. */
  system(options?: CallOptions): Promise<SystemState>;
  /** Staking side: shard assignment, epoch state. */
  staking(options?: CallOptions): Promise<StakingState>;
  /** Committee of the current epoch, in on-chain member order. */
  committee(options?: CallOptions): Promise<Committee>;
  /** Current and previous committee, and whether shards are moving. */
  committees(options?: CallOptions): Promise<Committees>;
  /** Pools of the given nodes, in the order asked. */
  pools(nodeIds: readonly Address[], options?: CallOptions): Promise<NodePool[]>;
  /** Packages, coin type and shared objects that transactions name. */
  refs(options?: CallOptions): Promise<ContractRefs & { readonly originalPackageId: Address }>;
  /**
   * Reads a blob object.
   *
   * @throws CHAIN_NOT_FOUND, CHAIN_WRONG_OBJECT
   */
  blob(objectId: Address, options?: CallOptions): Promise<BlobObject>;
  /** Reads a shared blob. @throws CHAIN_NOT_FOUND, CHAIN_WRONG_OBJECT */
  sharedBlob(objectId: Address, options?: CallOptions): Promise<SharedBlobObject>;
  /** A blob's attributes; `undefined` if it never had any. */
  blobAttributes(
    objectId: Address,
    options?: CallOptions,
  ): Promise<Map<string, string> | undefined>;

  // What an address owns: all of it, or as a list that is read page by page.
  ownedBlobs(owner: Address, options?: CallOptions): Promise<BlobObject[]>;
  ownedStorage(owner: Address, options?: CallOptions): Promise<StorageResource[]>;
  ownedStakedWal(owner: Address, options?: CallOptions): Promise<StakedWalObject[]>;
  nodeCapabilities(owner: Address, options?: CallOptions): Promise<NodeCapability[]>;
  listBlobs(owner: Address, options?: ListOptions): AsyncGenerator<BlobObject>;
  listStorage(owner: Address, options?: ListOptions): AsyncGenerator<StorageResource>;
  listStakedWal(owner: Address, options?: ListOptions): AsyncGenerator<StakedWalObject>;
  listNodeCapabilities(owner: Address, options?: ListOptions): AsyncGenerator<NodeCapability>;
  /** Object IDs of the storage pools of an owner. */
  listStoragePools(owner: Address, options?: ListOptions): AsyncGenerator<Address>;

  /** Nodes that may be in the next committee, and the stake that counts for it, FROST. */
  activeSet(options?: CallOptions): Promise<ReadonlyMap<Address, bigint>>;
  /** All registered nodes, in or out of the committee, in no particular order. */
  listPools(options?: ListOptions): AsyncGenerator<NodePool>;
  /** @throws CHAIN_NOT_FOUND, CHAIN_WRONG_OBJECT */
  storagePool(objectId: Address, options?: CallOptions): Promise<StoragePoolState>;
  listPooledBlobs(storagePool: Address, options?: ListOptions): AsyncGenerator<PooledBlobObject>;
  /** Dynamic fields of any object, such as the entries of a table. */
  listDynamicFields(parent: Address, options?: ListOptions): AsyncGenerator<DynamicFieldEntry>;
  /** @throws CHAIN_NOT_FOUND, CHAIN_WRONG_OBJECT */
  exchange(objectId: Address, options?: CallOptions): Promise<ExchangeState>;
  /** @throws CHAIN_NOT_FOUND, CHAIN_WRONG_OBJECT */
  credits(objectId: Address, options?: CallOptions): Promise<CreditsState>;
  /** @throws CHAIN_NOT_FOUND, CHAIN_WRONG_OBJECT */
  subsidies(objectId: Address, options?: CallOptions): Promise<SubsidiesState>;

  /**
   * What a stake has earned, computed by the contract.
   *
   * @param atEpoch - epoch of withdrawal; at most the current one
   * @returns FROST
   */
  stakeRewards(stake: StakedWalObject, atEpoch: number, options?: CallOptions): Promise<bigint>;
  /** Whether a stake can be withdrawn without a request, since no committee counts on it yet. */
  canWithdrawEarly(stakedWal: Address, options?: CallOptions): Promise<boolean>;
  balances(owner: Address, options?: CallOptions): Promise<Balances>;
  /** Walrus events of one transaction; `undefined` if the chain does not know it. */
  transactionEvents(txDigest: string, options?: CallOptions): Promise<WalrusEvent[] | undefined>;
  /** One event by its ID; `undefined` if it does not exist. */
  event(id: EventId, options?: CallOptions): Promise<WalrusEvent | undefined>;
  /** Follows the events of all checkpoints from one on, without gaps. */
  events(options: EventStreamOptions): AsyncGenerator<CheckpointEvents>;
  /** Number of the newest checkpoint. */
  latestCheckpoint(options?: CallOptions): Promise<bigint>;
}

const INIT_HINT = 'check system_object and staking_object in the client configuration';

/**
 * Connects to the contracts. Nothing is sent until the first call.
 *
 * @param init - RPC URL and the two shared objects
 * @throws CORE_INVALID_ADDRESS
 */
export function createChainClient(init: ChainClientInit): ChainClient {
  const rpc = createRpc(init.rpcUrl);
  const systemObject = normalizeAddress(init.systemObject);
  const stakingObject = normalizeAddress(init.stakingObject);
  let originalPackage: Promise<Address> | undefined;
  let walType: Promise<string> | undefined;

  const once = <T>(make: () => Promise<T>, forget: () => void): Promise<T> =>
    make().catch((error: unknown) => {
      forget();
      throw error;
    });

  // Type-defining package and coin type are fixed at deployment, so one read is enough.
  const originalPackageId = (): Promise<Address> =>
    (originalPackage ??= once(
      async () => (await readSystem(rpc, systemObject)).originalPackageId,
      () => (originalPackage = undefined),
    ));
  const findWalType = (packageId: Address): Promise<string> =>
    (walType ??= once(
      async () => {
        const { function: stake } = await rpc.call((signal) =>
          rpc.sui.core.getMoveFunction({
            packageId,
            moduleName: 'staking',
            name: 'stake_with_pool',
            signal,
          }),
        );
        const coin = stake.parameters[1]?.body;
        const wal = coin?.$kind === 'datatype' ? coin.datatype.typeParameters[0] : undefined;
        if (wal?.$kind !== 'datatype') {
          throw new WalrusError('CHAIN_WRONG_OBJECT', `package ${packageId} is not Walrus`, {
            hint: INIT_HINT,
          });
        }
        return wal.datatype.typeName;
      },
      () => (walType = undefined),
    ));

  const transactionEvents: ChainClient['transactionEvents'] = async (digest, options) => {
    const original = await originalPackageId();
    try {
      const result = await rpc.call(
        (signal) => rpc.sui.core.getTransaction({ digest, include: { events: true }, signal }),
        options,
      );
      const transaction = result.Transaction ?? result.FailedTransaction;
      return decodeEvents(
        original,
        digest,
        transaction.events.map((event) => ({ eventType: event.eventType, contents: event.bcs })),
      );
    } catch (error) {
      if (error instanceof WalrusError && error.code === 'CHAIN_NOT_FOUND') return undefined;
      throw error;
    }
  };

  const balanceOf = async (owner: Address, coinType: string, options?: CallOptions) => {
    const { balance } = await rpc.call(
      (signal) => rpc.sui.core.getBalance({ owner, coinType, signal }),
      options,
    );
    return BigInt(balance.balance);
  };

  const refs: ChainClient['refs'] = async (options) => {
    const system = await readSystem(rpc, systemObject, options);
    return {
      packageId: system.packageId,
      originalPackageId: system.originalPackageId,
      walType: await findWalType(system.packageId),
      systemObject,
      stakingObject,
    };
  };

  return {
    ...createExecutor(rpc, originalPackageId),
    sui: rpc.sui,
    rpcUrl: rpc.url,
    systemObject,
    stakingObject,
    refs,
    system: (options) => readSystem(rpc, systemObject, options),
    staking: (options) => readStaking(rpc, stakingObject, options),
    committee: async (options) => (await readCommittees(rpc, stakingObject, options)).current,
    committees: (options) => readCommittees(rpc, stakingObject, options),
    pools: (nodeIds, options) => readPools(rpc, nodeIds, options),
    blob: (objectId, options) => readBlob(rpc, objectId, options),
    sharedBlob: (objectId, options) => readSharedBlob(rpc, objectId, options),
    blobAttributes: (objectId, options) => readBlobAttributes(rpc, objectId, options),
    ownedBlobs: async (owner, options) =>
      collect(listBlobs(rpc, await originalPackageId(), owner, options)),
    ownedStorage: async (owner, options) =>
      collect(listStorage(rpc, await originalPackageId(), owner, options)),
    ownedStakedWal: async (owner, options) =>
      collect(listStakedWal(rpc, await originalPackageId(), owner, options)),
    nodeCapabilities: async (owner, options) =>
      collect(listNodeCapabilities(rpc, await originalPackageId(), owner, options)),
    async *listBlobs(owner, options) {
      yield* listBlobs(rpc, await originalPackageId(), owner, options);
    },
    async *listStorage(owner, options) {
      yield* listStorage(rpc, await originalPackageId(), owner, options);
    },
    async *listStakedWal(owner, options) {
      yield* listStakedWal(rpc, await originalPackageId(), owner, options);
    },
    async *listNodeCapabilities(owner, options) {
      yield* listNodeCapabilities(rpc, await originalPackageId(), owner, options);
    },
    async *listStoragePools(owner, options) {
      yield* listStoragePools(rpc, await originalPackageId(), owner, options);
    },
    activeSet: (options) => readActiveSet(rpc, stakingObject, options),
    listPools: (options) => listPools(rpc, stakingObject, options),
    storagePool: (objectId, options) => readStoragePool(rpc, objectId, options),
    listPooledBlobs: (storagePool, options) => listPooledBlobs(rpc, storagePool, options),
    listDynamicFields: (parent, options) => listDynamicFields(rpc, parent, options),
    exchange: (objectId, options) => readExchange(rpc, objectId, options),
    credits: (objectId, options) => readCredits(rpc, objectId, options),
    subsidies: (objectId, options) => readSubsidies(rpc, objectId, options),
    async stakeRewards({ nodeId, principal, activationEpoch }, atEpoch, options) {
      const { packageId } = await readSystem(rpc, systemObject, options);
      const args = {
        staking: stakingObject,
        nodeId,
        stakedPrincipal: principal,
        activationEpoch,
        withdrawEpoch: atEpoch,
      };
      return inspect(
        rpc,
        (tx) => void stakingModule.calculateRewards(tx, packageId, args),
        u64,
        options,
      );
    },
    async canWithdrawEarly(stakedWal, options) {
      const { packageId } = await readSystem(rpc, systemObject, options);
      const args = { staking: stakingObject, stakedWal };
      return inspect(
        rpc,
        (tx) => void stakingModule.canWithdrawStakedWalEarly(tx, packageId, args),
        bool,
        options,
      );
    },
    async balances(owner, options) {
      const { walType: wal } = await refs(options);
      const [sui, walBalance] = await Promise.all([
        balanceOf(owner, '0x2::sui::SUI', options),
        balanceOf(owner, wal, options),
      ]);
      return { sui, wal: walBalance };
    },
    transactionEvents,
    async event(id, options) {
      return (await transactionEvents(id.txDigest, options))?.[id.eventSeq];
    },
    async *events(options) {
      yield* streamEvents(rpc, await originalPackageIdWithRetry(options), options);
    },
    async latestCheckpoint(options) {
      const { response } = await rpc.call(
        (abort) =>
          rpc.sui.ledgerService.getCheckpoint(
            { checkpointId: { oneofKind: undefined }, readMask: { paths: ['sequence_number'] } },
            { abort },
          ),
        options,
      );
      return response.checkpoint?.sequenceNumber ?? 0n;
    },
  };

  // A follower may start before the chain is up: unreachable is waited out, anything else is an error.
  async function originalPackageIdWithRetry(options: EventStreamOptions): Promise<Address> {
    for (let delayMs = 200; ; delayMs = Math.min(2 * delayMs, 5000)) {
      try {
        return await originalPackageId();
      } catch (error) {
        if (!(error instanceof WalrusError) || !error.retryable) throw error;
        options.onRetry?.(error, delayMs);
        await pause(delayMs, options.signal);
        options.signal?.throwIfAborted();
      }
    }
  }
}
