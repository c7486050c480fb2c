/** Facts of a chain that are fixed at genesis, and writing the genesis checkpoint. */

import type { ChainParameters, GenesisAllocation, GenesisPackage } from './api.js';
import { makeCheckpoint } from './codec/checkpoint.js';
import { LedgerError } from './errors.js';
import { ZERO_GAS } from './gas.js';
import { makeGenesis } from './genesis.js';
import { completeHistory } from './history.js';
import { makeRecord } from './record.js';
import type { LedgerStore } from './store.js';

/** The only epoch of a local chain. */
export const EPOCH = 0n;

const DEFAULT_GAS_PRICE = 1000n;
const DEFAULT_PROTOCOL_VERSION = 138n;

/** Facts fixed at genesis. */
export interface Chain {
  readonly chainId: string;
  readonly referenceGasPrice: bigint;
  readonly protocolVersion: bigint;
  readonly startTimestampMs: bigint;
}

/** What a new chain starts with. */
export interface GenesisInit {
  readonly packages: readonly GenesisPackage[];
  readonly allocations: readonly GenesisAllocation[];
  readonly chain?: ChainParameters;
}

/** Key of the difference between the chain's time and the wall clock, ms. */
export const CLOCK_OFFSET = 'clockOffsetMs';

/**
 * Writes checkpoint 0 with the genesis transaction into an empty store.
 *
 * @param timestampMs - time of the chain at its start
 * @param offsetMs - by which its clock differs from the wall clock from then on
 */
export async function writeGenesis(
  store: LedgerStore,
  init: GenesisInit,
  timestampMs: bigint,
  offsetMs: bigint,
): Promise<void> {
  const genesis = makeGenesis(init.packages, init.allocations, timestampMs);
  const placement = { checkpoint: 0n, indexInCheckpoint: 0, timestampMs };
  const record = makeRecord({ ...genesis, signatures: [] }, placement);
  const checkpoint = makeCheckpoint(
    {
      epoch: EPOCH,
      sequenceNumber: 0n,
      totalTransactions: 1n,
      previousDigest: undefined,
      epochGas: ZERO_GAS,
      timestampMs,
    },
    [{ transaction: record.digest, effects: record.effectsDigest, signatures: [] }],
  );
  const updates = [...genesis.outcome.written].map(([id, after]) => ({
    id,
    before: undefined,
    after,
  }));
  const chain = init.chain ?? {};
  const meta = new Map([
    ['chainId', checkpoint.digest],
    ['referenceGasPrice', (chain.referenceGasPrice ?? DEFAULT_GAS_PRICE).toString()],
    ['protocolVersion', (chain.protocolVersion ?? DEFAULT_PROTOCOL_VERSION).toString()],
    ['startTimestampMs', timestampMs.toString()],
    [CLOCK_OFFSET, offsetMs.toString()],
  ]);
  await store.commit(
    { checkpoint, transactions: [record], updates, intermediate: [], meta },
    completeHistory(),
  );
}

/** Reads the facts of the stored chain. @throws {LEDGER_STORAGE} one is missing */
export function readChain(store: LedgerStore): Chain {
  const read = (name: string): string => {
    const value = store.metaValue(name);
    if (value === undefined)
      throw new LedgerError('LEDGER_STORAGE', `the stored chain has no ${name}`);
    return value;
  };
  return {
    chainId: read('chainId'),
    referenceGasPrice: BigInt(read('referenceGasPrice')),
    protocolVersion: BigInt(read('protocolVersion')),
    startTimestampMs: BigInt(read('startTimestampMs')),
  };
}
