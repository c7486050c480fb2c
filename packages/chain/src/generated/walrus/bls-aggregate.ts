// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { address, bcs, bytes, datatype, u16, u32, vector } from '../../move/layout.js';

/**
 * A member of the committee.
 *
 * Layout of `walrus::bls_aggregate::BlsCommitteeMember`.
 */
export const BlsCommitteeMember = /* @__PURE__ */ datatype(
  'bls_aggregate::BlsCommitteeMember',
  () => bcs.struct('BlsCommitteeMember', { publicKey: bytes, weight: u16, nodeId: address }),
);

/**
 * The committee of an epoch. The order of the members defines the bits of the signer bitmap.
 *
 * Layout of `walrus::bls_aggregate::BlsCommittee`.
 */
export const BlsCommittee = /* @__PURE__ */ datatype('bls_aggregate::BlsCommittee', () =>
  bcs.struct('BlsCommittee', {
    members: vector(BlsCommitteeMember),
    nShards: u16,
    epoch: u32,
    totalAggregatedKey: bytes,
  }),
);

/**
 * How much weight a certificate needs.
 *
 * Layout of `walrus::bls_aggregate::RequiredWeight`.
 */
export const RequiredWeight = /* @__PURE__ */ datatype('bls_aggregate::RequiredWeight', () =>
  bcs.enum('RequiredWeight', { Quorum: null, OneCorrectNode: null }),
);
