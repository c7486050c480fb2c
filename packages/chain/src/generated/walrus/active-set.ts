// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { address, bcs, datatype, u16, u64, vector } from '../../move/layout.js';

/**
 * A node and its stake.
 *
 * Layout of `walrus::active_set::ActiveSetEntry`.
 */
export const ActiveSetEntry = /* @__PURE__ */ datatype('active_set::ActiveSetEntry', () =>
  bcs.struct('ActiveSetEntry', { nodeId: address, stakedAmount: u64 }),
);

/**
 * Nodes with stake, at most `max_size` of them.
 *
 * Layout of `walrus::active_set::ActiveSet`.
 */
export const ActiveSet = /* @__PURE__ */ datatype('active_set::ActiveSet', () =>
  bcs.struct('ActiveSet', {
    maxSize: u16,
    thresholdStake: u64,
    nodes: vector(ActiveSetEntry),
    totalStake: u64,
  }),
);
