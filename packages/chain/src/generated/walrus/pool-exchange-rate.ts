// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { bcs, datatype, u128 } from '../../move/layout.js';

/**
 * Ratio of WAL to shares.
 *
 * Layout of `walrus::pool_exchange_rate::PoolExchangeRate`.
 */
export const PoolExchangeRate = /* @__PURE__ */ datatype(
  'pool_exchange_rate::PoolExchangeRate',
  () =>
    bcs.enum('PoolExchangeRate', {
      Flat: null,
      Variable: bcs.struct('Variable', { walAmount: u128, shareAmount: u128 }),
    }),
);
