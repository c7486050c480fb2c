// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { bcs, collection, datatype, option, u16, u32, u64 } from '../../move/layout.js';
import * as committeeModule from './committee.js';
import * as epochParametersModule from './epoch-parameters.js';
import * as extendedFieldModule from './extended-field.js';

/**
 * State of the staking side.
 *
 * Layout of `walrus::staking_inner::StakingInnerV1`.
 */
export const StakingInnerV1 = /* @__PURE__ */ datatype('staking_inner::StakingInnerV1', () =>
  bcs.struct('StakingInnerV1', {
    nShards: u16,
    epochDuration: u64,
    firstEpochStart: u64,
    pools: collection,
    epoch: u32,
    activeSet: extendedFieldModule.ExtendedField,
    nextCommittee: option(committeeModule.Committee),
    committee: committeeModule.Committee,
    previousCommittee: committeeModule.Committee,
    nextEpochParams: option(epochParametersModule.EpochParams),
    epochState: EpochState,
    nextEpochPublicKeys: extendedFieldModule.ExtendedField,
  }),
);

/**
 * Where the current epoch is. Times are milliseconds of the chain's clock.
 *
 * Layout of `walrus::staking_inner::EpochState`.
 */
export const EpochState = /* @__PURE__ */ datatype('staking_inner::EpochState', () =>
  bcs.enum('EpochState', { EpochChangeSync: u16, EpochChangeDone: u64, NextParamsSelected: u64 }),
);
