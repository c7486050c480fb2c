// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { bcs, datatype, u64 } from '../../move/layout.js';
import * as blsAggregateModule from './bls-aggregate.js';
import * as eventBlobModule from './event-blob.js';
import * as extendedFieldModule from './extended-field.js';
import * as storageAccountingModule from './storage-accounting.js';

/**
 * State of the storage side, kept in a dynamic field of `System`.
 *
 * Layout of `walrus::system_state_inner::SystemStateInnerV1`.
 */
export const SystemStateInnerV1 = /* @__PURE__ */ datatype(
  'system_state_inner::SystemStateInnerV1',
  () =>
    bcs.struct('SystemStateInnerV1', {
      committee: blsAggregateModule.BlsCommittee,
      totalCapacitySize: u64,
      usedCapacitySize: u64,
      storagePricePerUnitSize: u64,
      writePricePerUnitSize: u64,
      futureAccounting: storageAccountingModule.FutureAccountingRingBuffer,
      eventBlobCertificationState: eventBlobModule.EventBlobCertificationState,
      denyListSizes: extendedFieldModule.ExtendedField,
    }),
);
