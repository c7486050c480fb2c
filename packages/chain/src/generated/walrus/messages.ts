// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { address, bcs, bytes, datatype, u16, u256, u32, u64, u8 } from '../../move/layout.js';

/**
 * What a node signs with a key to prove that it owns it.
 *
 * Layout of `walrus::messages::ProofOfPossessionMessage`.
 */
export const ProofOfPossessionMessage = /* @__PURE__ */ datatype(
  'messages::ProofOfPossessionMessage',
  () =>
    bcs.struct('ProofOfPossessionMessage', {
      intentType: u8,
      intentVersion: u8,
      intentApp: u8,
      epoch: u32,
      suiAddress: address,
      blsKey: bytes,
    }),
);

/**
 * A message whose signatures and header have been verified.
 *
 * Layout of `walrus::messages::CertifiedMessage`.
 */
export const CertifiedMessage = /* @__PURE__ */ datatype('messages::CertifiedMessage', () =>
  bcs.struct('CertifiedMessage', {
    intentType: u8,
    intentVersion: u8,
    certEpoch: u32,
    message: bytes,
    stakeSupport: u16,
  }),
);

/**
 * Confirmation that a blob is stored.
 *
 * Layout of `walrus::messages::CertifiedBlobMessage`.
 */
export const CertifiedBlobMessage = /* @__PURE__ */ datatype('messages::CertifiedBlobMessage', () =>
  bcs.struct('CertifiedBlobMessage', { blobId: u256, blobPersistenceType: BlobPersistenceType }),
);

/**
 * Attestation that a blob ID is invalid.
 *
 * Layout of `walrus::messages::CertifiedInvalidBlobId`.
 */
export const CertifiedInvalidBlobId = /* @__PURE__ */ datatype(
  'messages::CertifiedInvalidBlobId',
  () => bcs.struct('CertifiedInvalidBlobId', { blobId: u256 }),
);

/**
 * Agreement on a protocol version.
 *
 * Layout of `walrus::messages::ProtocolVersionMessage`.
 */
export const ProtocolVersionMessage = /* @__PURE__ */ datatype(
  'messages::ProtocolVersionMessage',
  () => bcs.struct('ProtocolVersionMessage', { startEpoch: u32, protocolVersion: u64 }),
);

/**
 * Acceptance of a node's deny list.
 *
 * Layout of `walrus::messages::DenyListUpdateMessage`.
 */
export const DenyListUpdateMessage = /* @__PURE__ */ datatype(
  'messages::DenyListUpdateMessage',
  () =>
    bcs.struct('DenyListUpdateMessage', {
      storageNodeId: address,
      denyListSequenceNumber: u64,
      denyListSize: u64,
      denyListRoot: u256,
    }),
);

/**
 * Attestation that a blob was removed because of deny lists.
 *
 * Layout of `walrus::messages::DenyListBlobDeleted`.
 */
export const DenyListBlobDeleted = /* @__PURE__ */ datatype('messages::DenyListBlobDeleted', () =>
  bcs.struct('DenyListBlobDeleted', { blobId: u256 }),
);

/**
 * Whether a confirmation holds for the blob ID or only for one registration of it.
 *
 * Layout of `walrus::messages::BlobPersistenceType`.
 */
export const BlobPersistenceType = /* @__PURE__ */ datatype('messages::BlobPersistenceType', () =>
  bcs.enum('BlobPersistenceType', {
    Permanent: null,
    Deletable: bcs.struct('Deletable', { objectId: address }),
  }),
);
