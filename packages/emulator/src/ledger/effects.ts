/** Builds effects (version 2), new objects and balance changes from what a transaction did. */

import { compareBytes } from '@walrus-ts/core';
import type { AdmittedTransaction, ChainFacts } from './admission.js';
import type { CommandResult } from './api.js';
import { encodeEffects, encodeEvents } from './codec/effects.js';
import { coinBalance } from './codec/object.js';
import { coinTypeOf } from './codec/type-tag.js';
import { base58ToDigest, digestOf } from './digest.js';
import type { ObjectChanges, PendingWrite } from './execution.js';
import type {
  BalanceChange,
  ExecutionStatus,
  GasCostSummary,
  LedgerEvent,
  LedgerObject,
  ObjectChange,
  TransactionEffects,
  UnchangedConsensusObject,
} from './types.js';

/** Everything a finished execution yields. */
export interface Outcome {
  readonly effects: TransactionEffects;
  readonly effectsBcs: Uint8Array;
  readonly effectsDigest: string;
  readonly events: readonly LedgerEvent[];
  readonly eventsBcs: Uint8Array | undefined;
  /** New versions by id. */
  readonly written: ReadonlyMap<string, LedgerObject>;
  /** Ids that no longer exist (deleted or wrapped). */
  readonly removed: readonly string[];
  readonly balanceChanges: readonly BalanceChange[];
  readonly objectTypes: ReadonlyMap<string, string>;
  readonly commandResults: readonly CommandResult[];
  readonly mockGasStorageCost: bigint;
}

/** Input of {@link buildEffects}. */
export interface EffectsInput {
  readonly tx: AdmittedTransaction;
  readonly digest: string;
  readonly chain: ChainFacts;
  readonly lamport: bigint;
  readonly status: ExecutionStatus;
  readonly gas: GasCostSummary;
  readonly changes: ObjectChanges;
  /** Objects that were read while running. */
  readonly loaded: ReadonlyMap<string, LedgerObject>;
  readonly finish: (write: PendingWrite) => LedgerObject;
  readonly commandResults: readonly CommandResult[];
  readonly gasCoinId: string;
  readonly mockGasStorageCost: bigint;
}

/** Builds the outcome of a user transaction. */
export function buildEffects(input: EffectsInput): Outcome {
  const { tx, changes, status, gas, digest } = input;
  const written = new Map<string, LedgerObject>();
  for (const [id, write] of changes.writes) written.set(id, input.finish(write));
  const changedObjects = changesOf(changes, written);
  const events = status.success ? changes.events : [];
  const eventsBcs = events.length === 0 ? undefined : encodeEvents(events);
  const effects: TransactionEffects = {
    status,
    epoch: input.chain.epoch,
    gasUsed: gas,
    transactionDigest: digest,
    gasObjectIndex: changedObjects.findIndex((change) => change.objectId === input.gasCoinId),
    eventsDigest: eventsBcs === undefined ? undefined : digestOf('events', eventsBcs),
    dependencies: dependenciesOf(tx, input.loaded),
    lamportVersion: input.lamport,
    changedObjects,
    unchangedConsensusObjects: readOnlyShared(tx),
  };
  return {
    ...seal(effects, events, eventsBcs),
    written,
    removed: [...changes.deleted, ...changes.wrapped],
    balanceChanges: balanceChangesOf(changedObjects, changes.before, written),
    objectTypes: typesOf(changedObjects, changes.before, written),
    commandResults: input.commandResults,
    mockGasStorageCost: input.mockGasStorageCost,
  };
}

/** Encodes effects and computes their digest. */
export function seal(
  effects: TransactionEffects,
  events: readonly LedgerEvent[],
  eventsBcs: Uint8Array | undefined,
): Pick<Outcome, 'effects' | 'effectsBcs' | 'effectsDigest' | 'events' | 'eventsBcs'> {
  const effectsBcs = encodeEffects(effects);
  return { effects, effectsBcs, effectsDigest: digestOf('effects', effectsBcs), events, eventsBcs };
}

function changesOf(
  changes: ObjectChanges,
  written: ReadonlyMap<string, LedgerObject>,
): ObjectChange[] {
  const list: ObjectChange[] = [];
  const inputOf = (id: string): ObjectChange['input'] => {
    const object = changes.before.get(id);
    return object === undefined
      ? undefined
      : { version: object.version, digest: object.digest, owner: object.owner };
  };
  for (const [id, object] of written) {
    list.push({
      objectId: id,
      input: changes.created.has(id) ? undefined : inputOf(id),
      output:
        object.data.kind === 'package'
          ? { kind: 'package', digest: object.digest, version: object.version }
          : { kind: 'object', digest: object.digest, owner: object.owner, version: object.version },
      idOperation: changes.created.has(id) ? 'created' : 'none',
    });
  }
  for (const id of changes.deleted) {
    list.push({ objectId: id, input: inputOf(id), output: undefined, idOperation: 'deleted' });
  }
  for (const id of changes.wrapped) {
    list.push({ objectId: id, input: inputOf(id), output: undefined, idOperation: 'none' });
  }
  return list.sort((a, b) => (a.objectId < b.objectId ? -1 : 1));
}

function dependenciesOf(
  tx: AdmittedTransaction,
  loaded: ReadonlyMap<string, LedgerObject>,
): string[] {
  const digests = new Set<string>();
  for (const input of tx.inputs)
    if (input.kind !== 'pure') digests.add(input.object.previousTransaction);
  if (!tx.isMockGas) for (const coin of tx.gasCoins) digests.add(coin.previousTransaction);
  for (const object of tx.packages) digests.add(object.previousTransaction);
  for (const object of loaded.values()) digests.add(object.previousTransaction);
  return sortDigests(digests);
}

/** Sorts base58 digests by their bytes. */
function sortDigests(digests: Iterable<string>): string[] {
  return [...digests]
    .map((text) => ({ text, bytes: base58ToDigest(text) }))
    .sort((a, b) => compareBytes(a.bytes, b.bytes))
    .map(({ text }) => text);
}

function readOnlyShared(tx: AdmittedTransaction): UnchangedConsensusObject[] {
  const list: UnchangedConsensusObject[] = [];
  for (const input of tx.inputs) {
    if (input.kind !== 'object' || input.access !== 'sharedRead') continue;
    const { objectId, version, digest } = input.object;
    list.push({ objectId, kind: 'readOnlyRoot', version, digest });
  }
  return list.sort((a, b) => (a.objectId < b.objectId ? -1 : 1));
}

function balanceChangesOf(
  changed: readonly ObjectChange[],
  before: ReadonlyMap<string, LedgerObject>,
  written: ReadonlyMap<string, LedgerObject>,
): BalanceChange[] {
  const sums = new Map<string, { address: string; coinType: string; amount: bigint }>();
  const add = (object: LedgerObject | undefined, sign: 1n | -1n): void => {
    if (object?.data.kind !== 'move') return;
    const coinType = coinTypeOf(object.data.type);
    const { owner } = object;
    if (coinType === undefined || (owner.kind !== 'address' && owner.kind !== 'consensusAddress'))
      return;
    const key = `${owner.address} ${coinType}`;
    const sum = sums.get(key) ?? { address: owner.address, coinType, amount: 0n };
    sum.amount += sign * coinBalance(object.data.contents);
    sums.set(key, sum);
  };
  for (const { objectId, input } of changed) {
    if (input !== undefined) add(before.get(objectId), -1n);
    add(written.get(objectId), 1n);
  }
  return [...sums]
    .filter(([, sum]) => sum.amount !== 0n)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, sum]) => sum);
}

function typesOf(
  changed: readonly ObjectChange[],
  before: ReadonlyMap<string, LedgerObject>,
  written: ReadonlyMap<string, LedgerObject>,
): Map<string, string> {
  const types = new Map<string, string>();
  for (const { objectId } of changed) {
    const data = (written.get(objectId) ?? before.get(objectId))?.data;
    if (data !== undefined) types.set(objectId, data.kind === 'package' ? 'package' : data.type);
  }
  return types;
}
