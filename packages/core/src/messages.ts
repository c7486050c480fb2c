import { bcs } from '@mysten/bcs';
import { decodeStrict } from './bcs.js';
import type { SliverAxis } from './encoding.js';
import { WalrusError } from './errors.js';
import {
  addressFromBytes,
  addressToBytes,
  blobIdFromBytes,
  blobIdToBytes,
  type Address,
  type BlobId,
} from './ids.js';
import { BLS_PUBLIC_KEY_LENGTH, BLS_SIGNATURE_LENGTH } from './bls.js';

/** Intent types: the first byte of every signed message (spec messages.md §1). */
export const MESSAGE_TYPES = {
  proofOfPossession: 0,
  storageConfirmation: 1,
  invalidBlobId: 2,
  syncShardRequest: 3,
} as const;

const APP_ID = 3;
const MESSAGE_VERSION = 0;

/** How a blob was registered, as a confirmation states it: deletable ones name the blob object. */
export type Persistence =
  | { readonly kind: 'permanent' }
  | { readonly kind: 'deletable'; readonly objectId: Address };

/** What a storage node states when it confirms a blob. */
export interface StorageConfirmation {
  /** Epoch of the committee that the signer is in. */
  readonly epoch: number;
  readonly blobId: BlobId;
  readonly persistence: Persistence;
}

/** A message and one BLS signature over exactly its bytes. */
export interface SignedMessage {
  readonly serializedMessage: Uint8Array;
  /** 96 bytes. */
  readonly signature: Uint8Array;
}

/** A request of a node for the slivers of a shard that moved to it. */
export interface SyncShardRequest {
  readonly epoch: number;
  readonly shard: number;
  readonly axis: SliverAxis;
  /** First blob wanted, in ascending order of ID bytes, inclusive. */
  readonly startingBlobId: BlobId;
  readonly sliverCount: number;
}

const PersistenceBcs = bcs.enum('Persistence', { Permanent: null, Deletable: bcs.bytes(32) });

const HeaderBcs = bcs.struct('MessageHeader', {
  type: bcs.u8(),
  version: bcs.u8(),
  app: bcs.u8(),
  epoch: bcs.u32(),
});

// A struct of structs has no bytes of its own, so header and body simply follow each other.
const StorageConfirmationBcs = bcs.struct('StorageConfirmation', {
  header: HeaderBcs,
  blobId: bcs.bytes(32),
  persistence: PersistenceBcs,
});

const ProofOfPossessionBcs = bcs.struct('ProofOfPossession', {
  header: HeaderBcs,
  address: bcs.bytes(32),
  publicKey: bcs.bytes(BLS_PUBLIC_KEY_LENGTH),
});

const InvalidBlobIdBcs = bcs.struct('InvalidBlobId', { header: HeaderBcs, blobId: bcs.bytes(32) });

const SyncShardRequestBcs = bcs.struct('SyncShardRequest', {
  header: HeaderBcs,
  request: bcs.enum('SyncShardRequestBody', {
    V1: bcs.struct('SyncShardRequestV1', {
      shard: bcs.u16(),
      axis: bcs.enum('SliverType', { primary: null, secondary: null }),
      startingBlobId: bcs.bytes(32),
      sliverCount: bcs.u64(),
      epoch: bcs.u32(),
    }),
  }),
});

const SignedMessageBcs = bcs.struct('SignedMessage', {
  serializedMessage: bcs.byteVector(),
  signature: bcs.bytes(BLS_SIGNATURE_LENGTH),
});

type MessageHeader = ReturnType<typeof HeaderBcs.parse>;

function header(type: number, epoch: number): MessageHeader {
  return { type, version: MESSAGE_VERSION, app: APP_ID, epoch };
}

function checkHeader(actual: MessageHeader, type: number): void {
  if (actual.type !== type || actual.version !== MESSAGE_VERSION || actual.app !== APP_ID) {
    throw new WalrusError(
      'CORE_INVALID_MESSAGE',
      `a message of type ${actual.type}, version ${actual.version}, app ${actual.app} where type ${type} was expected`,
    );
  }
}

/**
 * Encodes a storage confirmation: 40 bytes for a permanent blob, 72 for a deletable one.
 *
 * @returns exactly the bytes that are signed
 * @see spec messages.md §2, type 1
 */
export function encodeStorageConfirmation(confirmation: StorageConfirmation): Uint8Array {
  const { persistence } = confirmation;
  return StorageConfirmationBcs.serialize({
    header: header(MESSAGE_TYPES.storageConfirmation, confirmation.epoch),
    blobId: blobIdToBytes(confirmation.blobId),
    persistence:
      persistence.kind === 'permanent'
        ? { Permanent: true }
        : { Deletable: addressToBytes(persistence.objectId) },
  }).toBytes();
}

/**
 * Decodes a storage confirmation strictly.
 *
 * @throws CORE_INVALID_BCS, CORE_INVALID_MESSAGE
 */
export function decodeStorageConfirmation(bytes: Uint8Array): StorageConfirmation {
  const value = decodeStrict(StorageConfirmationBcs, bytes, 'storage confirmation');
  checkHeader(value.header, MESSAGE_TYPES.storageConfirmation);
  return {
    epoch: value.header.epoch,
    blobId: blobIdFromBytes(Uint8Array.from(value.blobId)),
    persistence: value.persistence.Deletable
      ? {
          kind: 'deletable',
          objectId: addressFromBytes(Uint8Array.from(value.persistence.Deletable)),
        }
      : { kind: 'permanent' },
  };
}

/**
 * Encodes the message that proves possession of a BLS key to the staking contract.
 *
 * @param proof - epoch of the staking contract, sender of the registering transaction, 48-byte key
 * @see spec messages.md §2, type 0
 */
export function encodeProofOfPossession(proof: {
  readonly epoch: number;
  readonly address: Address;
  readonly publicKey: Uint8Array;
}): Uint8Array {
  return ProofOfPossessionBcs.serialize({
    header: header(MESSAGE_TYPES.proofOfPossession, proof.epoch),
    address: addressToBytes(proof.address),
    publicKey: proof.publicKey,
  }).toBytes();
}

/**
 * Encodes the statement that a blob ID is inconsistent.
 *
 * @see spec messages.md §2, type 2
 */
export function encodeInvalidBlobId(message: {
  readonly epoch: number;
  readonly blobId: BlobId;
}): Uint8Array {
  return InvalidBlobIdBcs.serialize({
    header: header(MESSAGE_TYPES.invalidBlobId, message.epoch),
    blobId: blobIdToBytes(message.blobId),
  }).toBytes();
}

/**
 * Encodes a request for the slivers of a shard.
 *
 * @see spec messages.md §2, type 3
 */
export function encodeSyncShardRequest(request: SyncShardRequest): Uint8Array {
  return SyncShardRequestBcs.serialize({
    header: header(MESSAGE_TYPES.syncShardRequest, request.epoch),
    request: {
      V1: {
        shard: request.shard,
        axis: request.axis === 'primary' ? { primary: true } : { secondary: true },
        startingBlobId: blobIdToBytes(request.startingBlobId),
        sliverCount: request.sliverCount,
        epoch: request.epoch,
      },
    },
  }).toBytes();
}

/** Encodes a message with its signature (length-prefixed message, raw signature). */
export function encodeSignedMessage(message: SignedMessage): Uint8Array {
  return SignedMessageBcs.serialize(message).toBytes();
}

/**
 * Decodes a message with its signature; the signature is not verified.
 *
 * @throws CORE_INVALID_BCS
 */
export function decodeSignedMessage(bytes: Uint8Array): SignedMessage {
  const value = decodeStrict(SignedMessageBcs, bytes, 'signed message');
  return {
    serializedMessage: value.serializedMessage,
    signature: Uint8Array.from(value.signature),
  };
}

/**
 * Builds the signer bitmap that the contract takes: bit `i mod 8`, least significant first, of byte `i / 8`.
 *
 * @param signers - indices into the committee's member list, any order
 * @param memberCount - members of the committee
 * @throws CORE_INVALID_SIGNERS for a repeated index or one outside the committee
 * @see spec messages.md §5
 */
export function signersToBitmap(signers: readonly number[], memberCount: number): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(memberCount / 8));
  for (const signer of signers) {
    const byte = Math.floor(signer / 8);
    const bit = 1 << (signer % 8);
    if (!Number.isInteger(signer) || signer < 0 || signer >= memberCount) {
      throw new WalrusError('CORE_INVALID_SIGNERS', `signer ${signer} of ${memberCount} members`);
    }
    const current = bitmap[byte] ?? 0;
    if ((current & bit) !== 0) {
      throw new WalrusError('CORE_INVALID_SIGNERS', `signer ${signer} is listed twice`);
    }
    bitmap[byte] = current | bit;
  }
  return bitmap;
}
