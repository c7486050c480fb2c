/**
 * The words and sums that every part of the system shares: identifiers, sizes, BCS types, signed
 * messages, hashes and BLS signatures. Pure: no network, no disk, Node and browsers alike.
 */
export { onAbort } from './abort.js';
export { WalrusError, errorMessage, isWalrusError, type WalrusErrorOptions } from './errors.js';
export {
  compareBytes,
  concatBytes,
  equalBytes,
  fromBase58,
  fromBase64,
  fromBase64Url,
  fromHex,
  shorten,
  toBase58,
  toBase64,
  toBase64Url,
  toHex,
} from './bytes.js';
export {
  ID_LENGTH,
  addressFromBytes,
  addressToBytes,
  blobIdFromBytes,
  blobIdFromInt,
  blobIdToBytes,
  blobIdToInt,
  normalizeAddress,
  parseBlobId,
  type Address,
  type BlobId,
} from './ids.js';
export {
  MAX_SHARDS,
  MAX_SYMBOL_SIZE,
  MIN_SHARDS,
  STORAGE_UNIT_BYTES,
  certificationWeight,
  encodedLength,
  encodingParameters,
  isQuorum,
  isValidity,
  maxBlobSize,
  pairIndexOfSliver,
  pairOfShard,
  rotation,
  shardOfPair,
  sliverDataLength,
  sliverIndexOfPair,
  sliversToDecode,
  storageUnits,
  symbolSize,
  type EncodingParameters,
  type SliverAxis,
} from './encoding.js';
export { blake2b256 } from './hash.js';
export {
  blobMetadataMaxBytes,
  decodeBlobMetadata,
  decodeBlobMetadataWithId,
  decodeStrict,
  encodeBlobMetadata,
  encodeBlobMetadataWithId,
  type BlobMetadata,
  type SliverPairHashes,
} from './bcs.js';
export { decodeSliver, encodeSliver, type SliverData } from './sliver.js';
export {
  BLS_DST,
  BLS_PUBLIC_KEY_LENGTH,
  BLS_SECRET_KEY_LENGTH,
  BLS_SIGNATURE_LENGTH,
  BLS_UNCOMPRESSED_KEY_LENGTH,
  loadBls,
  type Bls,
} from './bls.js';
export { KEY_FLAGS, decodeNodeKey, encodeNodeKey, type NodeKeyKind } from './keys.js';
export {
  MESSAGE_TYPES,
  decodeSignedMessage,
  decodeStorageConfirmation,
  encodeInvalidBlobId,
  encodeProofOfPossession,
  encodeSignedMessage,
  encodeStorageConfirmation,
  encodeSyncShardRequest,
  signersToBitmap,
  type Persistence,
  type SignedMessage,
  type StorageConfirmation,
  type SyncShardRequest,
} from './messages.js';
