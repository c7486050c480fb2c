// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { datatype, u32, u64, vecMap } from '../../move/layout.js';

/**
 * Amount by epoch.
 *
 * Layout of `walrus::pending_values::PendingValues`.
 */
export const PendingValues = /* @__PURE__ */ datatype('pending_values::PendingValues', () =>
  vecMap(u32, u64),
);
