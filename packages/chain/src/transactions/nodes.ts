import type { Transaction, TransactionResult } from '@mysten/sui/transactions';
import * as nodeMetadata from '../generated/walrus/node-metadata.js';
import * as staking from '../generated/walrus/staking.js';
import { call, type ObjectArgument } from '../move/call.js';
import { string } from '../move/layout.js';
import type { ContractRefs } from './payment.js';

/** What a node tells about itself. */
export interface NodeDescription {
  readonly imageUrl?: string;
  readonly projectUrl?: string;
  readonly description?: string;
  /** Further facts. */
  readonly extraFields?: ReadonlyMap<string, string>;
}

/** What a node states about itself when it registers. */
export interface NodeRegistration extends Omit<NodeDescription, 'extraFields'> {
  readonly name: string;
  /** `host:port`. */
  readonly networkAddress: string;
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

function newNodeMetadata(
  tx: Transaction,
  refs: ContractRefs,
  { imageUrl = '', projectUrl = '', description = '', extraFields }: NodeDescription,
): TransactionResult {
  const metadata = nodeMetadata.new_(tx, refs.packageId, { imageUrl, projectUrl, description });
  if (extraFields !== undefined && extraFields.size > 0) {
    const types = ['0x1::string::String', '0x1::string::String'];
    const fields = call(tx, '0x2::vec_map::empty', [], types);
    for (const [key, value] of extraFields) {
      const pair = [tx.pure(string.serialize(key)), tx.pure(string.serialize(value))];
      call(tx, '0x2::vec_map::insert', [fields, ...pair], types);
    }
    nodeMetadata.setExtraFields(tx, refs.packageId, { metadata, extraFields: fields });
  }
  return metadata;
}

/** Registers a node as a candidate. @returns its `StorageNodeCap`, to be transferred to the sender */
export function registerCandidate(
  tx: Transaction,
  refs: ContractRefs,
  node: NodeRegistration,
): TransactionResult {
  const { imageUrl, projectUrl, description, ...parameters } = node;
  const described = {
    ...(imageUrl === undefined ? {} : { imageUrl }),
    ...(projectUrl === undefined ? {} : { projectUrl }),
    ...(description === undefined ? {} : { description }),
  };
  return staking.registerCandidate(tx, refs.packageId, {
    staking: refs.stakingObject,
    metadata: newNodeMetadata(tx, refs, described),
    ...parameters,
  });
}

/** What a node may change; what is absent stays. */
export interface NodeUpdate {
  readonly name?: string | undefined;
  /** `host:port`. */
  readonly networkAddress?: string | undefined;
  /** 33 bytes; counts at once. */
  readonly networkPublicKey?: Uint8Array | undefined;
  /** BLS key of the next epoch, 48 bytes, with its proof of possession, 96 bytes. */
  readonly nextPublicKey?:
    | { readonly publicKey: Uint8Array; readonly proofOfPossession: Uint8Array }
    | undefined;
  readonly metadata?: NodeDescription | undefined;
  /** Basis points; counts from the second next epoch on. */
  readonly commissionRate?: number | undefined;
  /** Vote: FROST per unit and epoch. */
  readonly storagePrice?: bigint | undefined;
  /** Vote: FROST per unit. */
  readonly writePrice?: bigint | undefined;
  /** Vote: bytes that this node offers. */
  readonly nodeCapacity?: bigint | undefined;
}

/**
 * Changes a node's parameters, keys, description and votes.
 *
 * Prices on chain follow votes at the next epoch change or {@link updatePrices}.
 *
 * @param capability - the node's `StorageNodeCap`
 */
export function updateNode(
  tx: Transaction,
  refs: ContractRefs,
  capability: ObjectArgument,
  update: NodeUpdate,
): void {
  const to = { self: refs.stakingObject, cap: capability };
  const { packageId } = refs;
  const { name, networkAddress, networkPublicKey, nextPublicKey, metadata } = update;
  const { commissionRate, storagePrice, writePrice, nodeCapacity } = update;
  if (name !== undefined) staking.setName(tx, packageId, { ...to, name });
  if (networkAddress !== undefined) {
    staking.setNetworkAddress(tx, packageId, { ...to, networkAddress });
  }
  if (networkPublicKey !== undefined) {
    staking.setNetworkPublicKey(tx, packageId, { ...to, networkPublicKey });
  }
  if (nextPublicKey !== undefined) {
    staking.setNextPublicKey(tx, packageId, { ...to, ...nextPublicKey });
  }
  if (metadata !== undefined) {
    const made = newNodeMetadata(tx, refs, metadata);
    staking.setNodeMetadata(tx, packageId, { ...to, metadata: made });
  }
  if (commissionRate !== undefined) {
    staking.setNextCommission(tx, packageId, {
      staking: refs.stakingObject,
      cap: capability,
      commissionRate,
    });
  }
  if (storagePrice !== undefined) {
    staking.setStoragePriceVote(tx, packageId, { ...to, storagePrice });
  }
  if (writePrice !== undefined) staking.setWritePriceVote(tx, packageId, { ...to, writePrice });
  if (nodeCapacity !== undefined) {
    staking.setNodeCapacityVote(tx, packageId, { ...to, nodeCapacity });
  }
}

/** Makes the votes of the present committee the prices; anybody may ask for it. */
export function updatePrices(tx: Transaction, refs: ContractRefs): void {
  staking.updatePrices(tx, refs.packageId, {
    staking: refs.stakingObject,
    system: refs.systemObject,
  });
}

/** Has a node enter the active set if its stake is enough. */
export function tryJoinActiveSet(
  tx: Transaction,
  refs: ContractRefs,
  capability: ObjectArgument,
): void {
  staking.tryJoinActiveSet(tx, refs.packageId, { staking: refs.stakingObject, cap: capability });
}
