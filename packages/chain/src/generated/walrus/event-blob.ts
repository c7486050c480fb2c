// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { bcs, datatype, option, u16, u256, u32, u64, vecMap } from '../../move/layout.js';

/**
 * The last attestation of a node, kept in its capability.
 *
 * Layout of `walrus::event_blob::EventBlobAttestation`.
 */
export const EventBlobAttestation = /* @__PURE__ */ datatype(
  'event_blob::EventBlobAttestation',
  () => bcs.struct('EventBlobAttestation', { checkpointSequenceNum: u64, epoch: u32 }),
);

/**
 * An event blob together with the last checkpoint whose events it contains.
 *
 * Layout of `walrus::event_blob::EventBlob`.
 */
export const EventBlob = /* @__PURE__ */ datatype('event_blob::EventBlob', () =>
  bcs.struct('EventBlob', { blobId: u256, endingCheckpointSequenceNumber: u64 }),
);

/**
 * Progress of the certification.
 *
 * Layout of `walrus::event_blob::EventBlobCertificationState`.
 */
export const EventBlobCertificationState = /* @__PURE__ */ datatype(
  'event_blob::EventBlobCertificationState',
  () =>
    bcs.struct('EventBlobCertificationState', {
      latestCertifiedBlob: option(EventBlob),
      aggregateWeightPerBlob: vecMap(EventBlob, u16),
    }),
);
