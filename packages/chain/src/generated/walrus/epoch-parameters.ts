// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { bcs, datatype, u64 } from '../../move/layout.js';

/**
 * Only the capacity takes effect at the epoch change: prices follow the votes immediately and are
 * set on the system object on their own.
 *
 * Layout of `walrus::epoch_parameters::EpochParams`.
 */
export const EpochParams = /* @__PURE__ */ datatype('epoch_parameters::EpochParams', () =>
  bcs.struct('EpochParams', {
    totalCapacitySize: u64,
    storagePricePerUnitSize: u64,
    writePricePerUnitSize: u64,
  }),
);
