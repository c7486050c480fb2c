/** The first transaction and checkpoint of a chain (move-vm.md 5.8). */

import type { Address } from '@walrus-ts/core';
import { normalizeAddress } from '@walrus-ts/core';
import { freshObjectId, newTypeOrigins } from '../move/index.js';
import type { GenesisAllocation, GenesisPackage } from './api.js';
import { makeObject } from './codec/object.js';
import { encodeTransactionData } from './codec/transaction.js';
import { coinOf, SUI_FRAMEWORK, SUI_TYPE } from './codec/type-tag.js';
import { digestOf, ZERO_DIGEST } from './digest.js';
import { seal, type Outcome } from './effects.js';
import { ZERO_GAS } from './gas.js';
import type {
  GasData,
  LedgerObject,
  MoveData,
  ObjectChange,
  ObjectData,
  Owner,
  PackageData,
  TransactionData,
} from './types.js';

/** Id of the shared clock object. */
export const CLOCK_ID = `0x${'0'.repeat(63)}6`;
const ZERO_ADDRESS = `0x${'0'.repeat(64)}`;
const FIRST_VERSION = 1n;

/** Payment that system transactions name. */
const SYSTEM_GAS: GasData = {
  payment: [{ objectId: ZERO_ADDRESS, version: 0n, digest: ZERO_DIGEST }],
  owner: ZERO_ADDRESS,
  price: 1n,
  budget: 0n,
};

/** A system transaction with its outcome. */
export interface SystemTransaction {
  readonly data: TransactionData;
  readonly bcs: Uint8Array;
  readonly digest: string;
  readonly outcome: Outcome;
}

function systemTransaction(kind: TransactionData['kind']): Omit<SystemTransaction, 'outcome'> {
  const data: TransactionData = {
    kind,
    sender: ZERO_ADDRESS,
    gas: SYSTEM_GAS,
    expiration: { kind: 'none' },
  };
  const bcs = encodeTransactionData(data);
  return { data, bcs, digest: digestOf('transaction', bcs) };
}

function systemOutcome(
  digest: string,
  lamport: bigint,
  dependencies: readonly string[],
  objects: readonly { before: LedgerObject | undefined; after: LedgerObject }[],
): Outcome {
  const changedObjects = objects
    .map(({ before, after }): ObjectChange => {
      const { objectId, version } = after;
      return {
        objectId,
        input:
          before === undefined
            ? undefined
            : { version: before.version, digest: before.digest, owner: before.owner },
        output:
          after.data.kind === 'package'
            ? { kind: 'package', digest: after.digest, version }
            : { kind: 'object', digest: after.digest, owner: after.owner, version },
        idOperation: before === undefined ? 'created' : 'none',
      };
    })
    .sort((a, b) => (a.objectId < b.objectId ? -1 : 1));
  const effects = {
    status: { success: true },
    epoch: 0n,
    gasUsed: ZERO_GAS,
    transactionDigest: digest,
    gasObjectIndex: undefined,
    eventsDigest: undefined,
    dependencies,
    lamportVersion: lamport,
    changedObjects,
    unchangedConsensusObjects: [],
  } as const;
  const typeOf = (data: ObjectData): string => (data.kind === 'package' ? 'package' : data.type);
  return {
    ...seal(effects, [], undefined),
    written: new Map(objects.map(({ after }) => [after.objectId, after])),
    removed: [],
    balanceChanges: [],
    objectTypes: new Map(objects.map(({ after }) => [after.objectId, typeOf(after.data)])),
    commandResults: [],
    mockGasStorageCost: 0n,
  };
}

/**
 * Makes the genesis transaction: framework packages, the clock and the initial SUI.
 *
 * @param packages - packages in order of dependency, ids as they will be on chain
 * @param allocations - who gets SUI
 * @param timestampMs - first value of the clock, ms
 */
export function makeGenesis(
  packages: readonly GenesisPackage[],
  allocations: readonly GenesisAllocation[],
  timestampMs: bigint,
): SystemTransaction {
  const objects: { data: ObjectData; owner: Owner }[] = packages.map((pkg) => ({
    data: genesisPackage(pkg),
    owner: { kind: 'immutable' },
  }));
  objects.push({
    data: clockData(FIRST_VERSION, timestampMs),
    owner: { kind: 'shared', initialVersion: FIRST_VERSION },
  });
  let coins = 0n;
  for (const { address, coins: amounts } of allocations) {
    for (const amount of amounts) {
      const id = freshObjectId(new Uint8Array(32), coins++);
      objects.push({
        data: coinData(id, amount),
        owner: { kind: 'address', address: normalizeAddress(address) },
      });
    }
  }
  const transaction = systemTransaction({ kind: 'genesis', objects });
  const made = objects.map(({ data, owner }) => ({
    before: undefined,
    after: makeObject({ data, owner, previousTransaction: transaction.digest, storageRebate: 0n }),
  }));
  return { ...transaction, outcome: systemOutcome(transaction.digest, FIRST_VERSION, [], made) };
}

function genesisPackage(pkg: GenesisPackage): PackageData {
  const id = normalizeAddress(pkg.id);
  const named = pkg.modules.map(({ name, bytes }): [string, Uint8Array] => [name, bytes]);
  const modules = new Map(named.sort(([a], [b]) => (a < b ? -1 : 1)));
  const dependencies = pkg.dependencies.map((dependency) => normalizeAddress(dependency)).sort();
  return {
    kind: 'package',
    id,
    originalId: id,
    version: FIRST_VERSION,
    modules,
    typeOrigins: newTypeOrigins(modules, id),
    linkage: new Map(
      dependencies.map((dependency) => [dependency, { id: dependency, version: FIRST_VERSION }]),
    ),
  };
}

function coinData(id: Address, amount: bigint): MoveData {
  const contents = Buffer.alloc(40);
  contents.write(id.slice(2), 'hex');
  contents.writeBigUInt64LE(amount, 32);
  return {
    kind: 'move',
    type: coinOf(SUI_TYPE),
    hasPublicTransfer: true,
    version: FIRST_VERSION,
    contents: new Uint8Array(contents),
  };
}

/** Contents of the clock object at a time. */
export function clockData(version: bigint, timestampMs: bigint): MoveData {
  const contents = Buffer.alloc(40);
  contents.write(CLOCK_ID.slice(2), 'hex');
  contents.writeBigUInt64LE(timestampMs, 32);
  return {
    kind: 'move',
    type: `${SUI_FRAMEWORK}::clock::Clock`,
    hasPublicTransfer: false,
    version,
    contents: new Uint8Array(contents),
  };
}

/**
 * Makes the transaction that sets the clock, as the real network's consensus does.
 *
 * @param clock - clock object before
 * @param epoch - running epoch
 * @param round - number that makes the transaction unique: the checkpoint it goes into
 * @param timestampMs - new time, ms
 */
export function makePrologue(
  clock: LedgerObject,
  epoch: bigint,
  round: bigint,
  timestampMs: bigint,
): SystemTransaction {
  const transaction = systemTransaction({
    kind: 'consensusCommitPrologue',
    epoch,
    round,
    timestampMs,
  });
  const version = clock.version + 1n;
  const after = makeObject({
    data: clockData(version, timestampMs),
    owner: clock.owner,
    previousTransaction: transaction.digest,
    storageRebate: clock.storageRebate,
  });
  const outcome = systemOutcome(
    transaction.digest,
    version,
    [clock.previousTransaction],
    [{ before: clock, after }],
  );
  return { ...transaction, outcome };
}
