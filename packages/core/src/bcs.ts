import { bcs, type BcsType } from '@mysten/bcs';
import { equalBytes } from './bytes.js';
import { WalrusError } from './errors.js';
import { blobIdFromBytes, blobIdToBytes, type BlobId } from './ids.js';

/** The two hashes that metadata holds for one sliver pair: Merkle roots of 32 bytes. */
export interface SliverPairHashes {
  readonly primaryHash: Uint8Array;
  readonly secondaryHash: Uint8Array;
}

/**
 * What the blob ID commits to.
 *
 * @see spec redstuff.md §8 and §10
 */
export interface BlobMetadata {
  readonly encodingType: 'RS2';
  /** Size of the blob in bytes. */
  readonly unencodedLength: number;
  /** One entry per sliver pair, in pair order. */
  readonly hashes: readonly SliverPairHashes[];
}

/**
 * Decodes BCS strictly: nothing may follow, and the bytes must be the canonical ones.
 *
 * The library forgives trailing bytes and long forms of lengths, so the value is written again and compared.
 *
 * @param type - schema
 * @param bytes - untrusted bytes
 * @param name - what the bytes should be, for the error
 * @throws CORE_INVALID_BCS
 */
export function decodeStrict<T extends Input, Input>(
  type: BcsType<T, Input>,
  bytes: Uint8Array,
  name: string,
): T {
  // A copy of its own: the library's reader may otherwise run past the end of a view.
  const own =
    bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.prototype.slice.call(bytes);
  let value: T;
  let canonical: Uint8Array;
  try {
    value = type.parse(own);
    canonical = type.serialize(value, { initialSize: own.length + 16 }).toBytes();
  } catch (cause) {
    throw new WalrusError('CORE_INVALID_BCS', `not a valid ${name}`, { cause });
  }
  if (!equalBytes(canonical, own)) {
    throw new WalrusError('CORE_INVALID_BCS', `not the canonical bytes of a ${name}`);
  }
  return value;
}

const MerkleNodeBcs = bcs.enum('MerkleNode', { Empty: null, Digest: bcs.bytes(32) });

const BlobMetadataBcs = bcs.enum('BlobMetadata', {
  V1: bcs.struct('BlobMetadataV1', {
    encodingType: bcs.enum('EncodingType', { RedStuff: null, RS2: null }),
    unencodedLength: bcs.u64(),
    hashes: bcs.vector(
      bcs.struct('SliverPairMetadata', {
        primaryHash: MerkleNodeBcs,
        secondaryHash: MerkleNodeBcs,
      }),
    ),
  }),
});

const BlobMetadataWithIdBcs = bcs.struct('BlobMetadataWithId', {
  blobId: bcs.bytes(32),
  metadata: BlobMetadataBcs,
});

type MetadataInput = Parameters<typeof BlobMetadataBcs.serialize>[0];
type MetadataValue = ReturnType<typeof BlobMetadataBcs.parse>;

/** Bytes that encoded metadata takes for a number of pairs, at most. */
export function blobMetadataMaxBytes(nShards: number): number {
  return 1 + 1 + 8 + 5 + 66 * nShards;
}

function toMetadataInput(metadata: BlobMetadata): MetadataInput {
  return {
    V1: {
      encodingType: { RS2: true },
      unencodedLength: BigInt(metadata.unencodedLength),
      hashes: metadata.hashes.map((pair) => ({
        primaryHash: { Digest: pair.primaryHash },
        secondaryHash: { Digest: pair.secondaryHash },
      })),
    },
  };
}

function digest(node: { Digest?: Iterable<number> } | null | undefined): Uint8Array {
  if (!node?.Digest) {
    throw new WalrusError('CORE_INVALID_METADATA', 'metadata holds an empty sliver hash');
  }
  return Uint8Array.from(node.Digest);
}

function fromMetadataValue(value: MetadataValue): BlobMetadata {
  const v1 = value.V1;
  if (v1.encodingType.$kind !== 'RS2') {
    throw new WalrusError(
      'CORE_UNSUPPORTED_ENCODING',
      `encoding type ${v1.encodingType.$kind} is not supported`,
    );
  }
  const unencodedLength = Number(v1.unencodedLength);
  if (!Number.isSafeInteger(unencodedLength)) {
    throw new WalrusError(
      'CORE_INVALID_METADATA',
      `metadata states an impossible blob size: ${v1.unencodedLength}`,
    );
  }
  return {
    encodingType: 'RS2',
    unencodedLength,
    hashes: v1.hashes.map((pair) => ({
      primaryHash: digest(pair.primaryHash),
      secondaryHash: digest(pair.secondaryHash),
    })),
  };
}

/** Encodes metadata (the body of PUT metadata). */
export function encodeBlobMetadata(metadata: BlobMetadata): Uint8Array {
  return BlobMetadataBcs.serialize(toMetadataInput(metadata), {
    initialSize: blobMetadataMaxBytes(metadata.hashes.length),
  }).toBytes();
}

/**
 * Decodes metadata; it is not checked against any blob ID.
 *
 * @throws CORE_INVALID_BCS, CORE_INVALID_METADATA, CORE_UNSUPPORTED_ENCODING
 */
export function decodeBlobMetadata(bytes: Uint8Array): BlobMetadata {
  return fromMetadataValue(decodeStrict(BlobMetadataBcs, bytes, 'blob metadata'));
}

/** Encodes metadata with its blob ID in front (the answer of GET metadata). */
export function encodeBlobMetadataWithId(blobId: BlobId, metadata: BlobMetadata): Uint8Array {
  return BlobMetadataWithIdBcs.serialize(
    { blobId: blobIdToBytes(blobId), metadata: toMetadataInput(metadata) },
    { initialSize: 32 + blobMetadataMaxBytes(metadata.hashes.length) },
  ).toBytes();
}

/**
 * Decodes metadata with its blob ID; whether the two belong together is not checked.
 *
 * @throws CORE_INVALID_BCS, CORE_INVALID_METADATA, CORE_UNSUPPORTED_ENCODING
 */
export function decodeBlobMetadataWithId(bytes: Uint8Array): {
  blobId: BlobId;
  metadata: BlobMetadata;
} {
  const value = decodeStrict(BlobMetadataWithIdBcs, bytes, 'blob metadata with ID');
  return {
    blobId: blobIdFromBytes(Uint8Array.from(value.blobId)),
    metadata: fromMetadataValue(value.metadata),
  };
}
