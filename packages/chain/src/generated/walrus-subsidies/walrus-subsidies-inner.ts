// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { bcs, collection, datatype, u32, u64 } from '../../move/layout.js';
import * as epochBalanceModule from './epoch-balance.js';

/**
 * The pot, its rates, and what was paid already.
 *
 * Layout of `walrus_subsidies::walrus_subsidies_inner::WalrusSubsidiesInnerV1`.
 */
export const WalrusSubsidiesInnerV1 = /* @__PURE__ */ datatype(
  'walrus_subsidies_inner::WalrusSubsidiesInnerV1',
  () =>
    bcs.struct('WalrusSubsidiesInnerV1', {
      systemSubsidyRate: u32,
      subsidyPool: u64,
      baseSubsidy: u64,
      subsidyPerShard: u64,
      latestEpoch: u32,
      alreadySubsidizedBalances: epochBalanceModule.EpochBalanceRingBuffer,
      lastSubsidizedTs: u64,
      extraFields: collection,
    }),
);
