/**
 * RedStuff: the erasure code of Walrus. Turns a blob into two slivers per shard, commits to them with a blob ID, and
 * restores and verifies blobs and slivers. Pure: no network, no disk, Node and browsers alike.
 */
export type { BlobCodecInit } from './codec/create-codec.js';
export { computeBlobId } from './codec/commitment.js';
export { createCodec } from './create-codec.js';
export { RedstuffError, isRedstuffError, type RedstuffErrorCode } from './errors.js';
export { NODE_BYTES, proofLength } from './merkle/shape.js';
export { MerkleTree, innerHash, leafHash, verifyMerkleProof } from './merkle/tree.js';
export {
  decodeGeneralRecoverySymbol,
  decodeGeneralRecoverySymbols,
  decodeInconsistencyProof,
  decodeRecoverySymbol,
  encodeGeneralRecoverySymbol,
  encodeGeneralRecoverySymbols,
  encodeInconsistencyProof,
  encodeRecoverySymbol,
} from './recovery/bcs.js';
export type { BlobSink, SliverPart, SliverSink } from './sink/sink.js';
export { createBrowserTempStore } from './source/browser-temp-store.js';
export { sliversInMemory, type SliverEntry, type SliverSource } from './source/slivers.js';
export { memoryStore, type CreateTempStore, type TempStore } from './source/temp-store.js';
export { streamSource, type ByteStream, type StreamSourceOptions } from './source/stream-source.js';
export { blobSource, bytesSource, type BlobInput, type BlobSource } from './source/source.js';
export type {
  Backend,
  KernelVariant,
  BlobCodec,
  BlobCommitment,
  ConsistencyCheck,
  DecodingSymbol,
  EncodedBlob,
  EncodeOptions,
  GeneralRecoverySymbol,
  InconsistencyProof,
  MerkleNode,
  OperationOptions,
  Progress,
  RecoverySymbol,
  SinkEncoding,
  SliverRecovery,
  StoredEncoding,
} from './types.js';
