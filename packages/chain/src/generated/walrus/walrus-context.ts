// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { address, bcs, bool, datatype, u16, u32, vecMap, vector } from '../../move/layout.js';

/**
 * Snapshot of the staking state, valid for one call.
 *
 * Layout of `walrus::walrus_context::WalrusContext`.
 */
export const WalrusContext = /* @__PURE__ */ datatype('walrus_context::WalrusContext', () =>
  bcs.struct('WalrusContext', {
    epoch: u32,
    committeeSelected: bool,
    committee: vecMap(address, vector(u16)),
  }),
);
