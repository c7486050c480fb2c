// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { bcs, datatype, u32, u64, vector } from '../../move/layout.js';

/**
 * An amount for one epoch.
 *
 * Layout of `walrus_subsidies::epoch_balance::EpochBalance`.
 */
export const EpochBalance = /* @__PURE__ */ datatype('epoch_balance::EpochBalance', () =>
  bcs.struct('EpochBalance', { epoch: u32, balance: u64 }),
);

/**
 * Amounts for consecutive epochs. The first is at `current_index`; the ring wraps around.
 *
 * Layout of `walrus_subsidies::epoch_balance::EpochBalanceRingBuffer`.
 */
export const EpochBalanceRingBuffer = /* @__PURE__ */ datatype(
  'epoch_balance::EpochBalanceRingBuffer',
  () =>
    bcs.struct('EpochBalanceRingBuffer', { currentIndex: u32, ringBuffer: vector(EpochBalance) }),
);
