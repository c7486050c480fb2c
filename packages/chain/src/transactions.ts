import {
  coinWithBalance,
  type Transaction,
  type TransactionResult,
} from '@mysten/sui/transactions';
import { blobIdToInt, storageUnits, type Address, type BlobId } from '@walrus-ts/core';

/** A value inside a transaction under construction: a result of a command or an input. */
export type TransactionValue = TransactionResult | ReturnType<Transaction['object']>;

/** What every builder needs to know of the deployed contracts. */
export interface ContractRefs {
  /** Package to call. */
  readonly packageId: Address;
  /** WAL coin type, e.g. `0x…::wal::WAL`. */
  readonly walType: string;
  readonly systemObject: Address;
  readonly stakingObject: Address;
}

/** What a blob needs to be registered. */
export interface RegisterBlobParameters {
  readonly blobId: BlobId;
  /** 32 bytes. */
  readonly rootHash: Uint8Array;
  /** Unencoded size in bytes. */
  readonly size: number | bigint;
  /** Encoded size in bytes, what the write price is charged for. */
  readonly encodedSize: number | bigint;
  readonly isDeletable: boolean;
}

const ENCODING_TYPE_RS2 = 1;

// The contract takes exactly the price, so the coin is empty afterwards and is destroyed (contracts.md §5.3).
function withPayment(
  tx: Transaction,
  refs: ContractRefs,
  amount: bigint,
  use: (payment: TransactionValue) => TransactionResult,
): TransactionResult {
  const payment = tx.add(coinWithBalance({ type: refs.walType, balance: amount }));
  const result = use(payment);
  tx.moveCall({
    target: '0x2::coin::destroy_zero',
    typeArguments: [refs.walType],
    arguments: [payment],
  });
  return result;
}

/**
 * Buys storage from the current epoch on.
 *
 * @param parameters - encoded bytes, epochs, FROST per unit and epoch
 * @returns the `Storage` value, to be used or transferred
 */
export function reserveSpace(
  tx: Transaction,
  refs: ContractRefs,
  parameters: {
    readonly encodedSize: number | bigint;
    readonly epochs: number;
    readonly storagePrice: bigint;
  },
): TransactionResult {
  const { encodedSize, epochs, storagePrice } = parameters;
  const cost = storageUnits(encodedSize) * storagePrice * BigInt(epochs);
  return withPayment(tx, refs, cost, (payment) =>
    tx.moveCall({
      target: `${refs.packageId}::system::reserve_space`,
      arguments: [
        tx.object(refs.systemObject),
        tx.pure.u64(encodedSize),
        tx.pure.u32(epochs),
        payment,
      ],
    }),
  );
}

/**
 * Registers a blob in a storage reservation.
 *
 * @param storage - `Storage` value or object
 * @param writePrice - FROST per unit
 * @returns the `Blob` value
 */
export function registerBlob(
  tx: Transaction,
  refs: ContractRefs,
  storage: TransactionValue,
  blob: RegisterBlobParameters,
  writePrice: bigint,
): TransactionResult {
  const cost = storageUnits(blob.encodedSize) * writePrice;
  return withPayment(tx, refs, cost, (payment) =>
    tx.moveCall({
      target: `${refs.packageId}::system::register_blob`,
      arguments: [
        tx.object(refs.systemObject),
        storage,
        tx.pure.u256(blobIdToInt(blob.blobId)),
        tx.pure.u256(littleEndian(blob.rootHash)),
        tx.pure.u64(blob.size),
        tx.pure.u8(ENCODING_TYPE_RS2),
        tx.pure.bool(blob.isDeletable),
        payment,
      ],
    }),
  );
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes.toReversed()) value = (value << 8n) | BigInt(byte);
  return value;
}

/** A certificate as the contract takes it. */
export interface ContractCertificate {
  /** Aggregate BLS signature, 96 bytes. */
  readonly signature: Uint8Array;
  readonly signersBitmap: Uint8Array;
  readonly message: Uint8Array;
}

/** Certifies a registered blob. */
export function certifyBlob(
  tx: Transaction,
  refs: ContractRefs,
  blobObject: Address,
  certificate: ContractCertificate,
): void {
  tx.moveCall({
    target: `${refs.packageId}::system::certify_blob`,
    arguments: [
      tx.object(refs.systemObject),
      tx.object(blobObject),
      tx.pure.vector('u8', certificate.signature),
      tx.pure.vector('u8', certificate.signersBitmap),
      tx.pure.vector('u8', certificate.message),
    ],
  });
}

/** Deletes a deletable blob. @returns its `Storage` value */
export function deleteBlob(
  tx: Transaction,
  refs: ContractRefs,
  blobObject: Address,
): TransactionResult {
  return tx.moveCall({
    target: `${refs.packageId}::system::delete_blob`,
    arguments: [tx.object(refs.systemObject), tx.object(blobObject)],
  });
}

/** Buys more epochs for a certified blob. */
export function extendBlob(
  tx: Transaction,
  refs: ContractRefs,
  parameters: {
    readonly blobObject: Address;
    /** Bytes of the blob's storage resource, what the price is charged for. */
    readonly storageSize: bigint;
    readonly epochs: number;
    readonly storagePrice: bigint;
  },
): void {
  const { blobObject, storageSize, epochs, storagePrice } = parameters;
  const cost = storageUnits(storageSize) * storagePrice * BigInt(epochs);
  withPayment(tx, refs, cost, (payment) =>
    tx.moveCall({
      target: `${refs.packageId}::system::extend_blob`,
      arguments: [
        tx.object(refs.systemObject),
        tx.object(blobObject),
        tx.pure.u32(epochs),
        payment,
      ],
    }),
  );
}

/** Sets attributes of a blob, one pair each. */
export function setBlobAttributes(
  tx: Transaction,
  refs: ContractRefs,
  blob: TransactionValue,
  attributes: ReadonlyMap<string, string>,
): void {
  for (const [key, value] of attributes) {
    tx.moveCall({
      target: `${refs.packageId}::blob::insert_or_update_metadata_pair`,
      arguments: [blob, tx.pure.string(key), tx.pure.string(value)],
    });
  }
}

/** Removes attributes of a blob; the transaction aborts if one is absent. */
export function removeBlobAttributes(
  tx: Transaction,
  refs: ContractRefs,
  blob: TransactionValue,
  keys: readonly string[],
): void {
  for (const key of keys) {
    tx.moveCall({
      target: `${refs.packageId}::blob::remove_metadata_pair`,
      arguments: [blob, tx.pure.string(key)],
    });
  }
}

/** What a node states about itself when it registers. */
export interface NodeRegistration {
  readonly name: string;
  /** `host:port`. */
  readonly networkAddress: string;
  readonly imageUrl?: string;
  readonly projectUrl?: string;
  readonly description?: string;
  /** 48 bytes. */
  readonly publicKey: Uint8Array;
  /** 33 bytes. */
  readonly networkPublicKey: Uint8Array;
  /** Signature over the proof-of-possession message, 96 bytes. */
  readonly proofOfPossession: Uint8Array;
  /** Basis points. */
  readonly commissionRate: number;
  /** FROST per unit and epoch. */
  readonly storagePrice: bigint;
  /** FROST per unit. */
  readonly writePrice: bigint;
  /** Bytes. */
  readonly nodeCapacity: bigint;
}

/** Registers a node as a candidate. @returns its `StorageNodeCap`, to be transferred to the sender */
export function registerCandidate(
  tx: Transaction,
  refs: ContractRefs,
  node: NodeRegistration,
): TransactionResult {
  const metadata = tx.moveCall({
    target: `${refs.packageId}::node_metadata::new`,
    arguments: [
      tx.pure.string(node.imageUrl ?? ''),
      tx.pure.string(node.projectUrl ?? ''),
      tx.pure.string(node.description ?? ''),
    ],
  });
  return tx.moveCall({
    target: `${refs.packageId}::staking::register_candidate`,
    arguments: [
      tx.object(refs.stakingObject),
      tx.pure.string(node.name),
      tx.pure.string(node.networkAddress),
      metadata,
      tx.pure.vector('u8', node.publicKey),
      tx.pure.vector('u8', node.networkPublicKey),
      tx.pure.vector('u8', node.proofOfPossession),
      tx.pure.u16(node.commissionRate),
      tx.pure.u64(node.storagePrice),
      tx.pure.u64(node.writePrice),
      tx.pure.u64(node.nodeCapacity),
    ],
  });
}

/** Delegates WAL to a node. @returns the `StakedWal`, to be transferred */
export function stakeWithPool(
  tx: Transaction,
  refs: ContractRefs,
  nodeId: Address,
  amount: bigint,
): TransactionResult {
  return tx.moveCall({
    target: `${refs.packageId}::staking::stake_with_pool`,
    arguments: [
      tx.object(refs.stakingObject),
      tx.add(coinWithBalance({ type: refs.walType, balance: amount })),
      tx.pure.id(nodeId),
    ],
  });
}

/** Ends voting: selects the next committee. */
export function votingEnd(tx: Transaction, refs: ContractRefs): void {
  tx.moveCall({
    target: `${refs.packageId}::staking::voting_end`,
    arguments: [tx.object(refs.stakingObject), tx.object.clock()],
  });
}

/** Performs the epoch change. */
export function initiateEpochChange(
  tx: Transaction,
  refs: ContractRefs,
  treasuryObject: Address,
): void {
  tx.moveCall({
    target: `${refs.packageId}::staking::initiate_epoch_change_v2`,
    arguments: [
      tx.object(refs.stakingObject),
      tx.object(refs.systemObject),
      tx.object(treasuryObject),
      tx.object.clock(),
    ],
  });
}

/** Reports that a node holds all its shards of an epoch. */
export function epochSyncDone(
  tx: Transaction,
  refs: ContractRefs,
  capability: Address,
  epoch: number,
): void {
  tx.moveCall({
    target: `${refs.packageId}::staking::epoch_sync_done`,
    arguments: [
      tx.object(refs.stakingObject),
      tx.object(capability),
      tx.pure.u32(epoch),
      tx.object.clock(),
    ],
  });
}
