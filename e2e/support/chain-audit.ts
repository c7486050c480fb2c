/** Reads a whole chain over its API and checks that everything in it fits together. */

import { bcs } from '@mysten/sui/bcs';
import type { GrpcTypes } from '@mysten/sui/grpc';
import { toBase58 } from '@mysten/sui/utils';
import { createRpc, decodeEvents, type WalrusEvent } from '@walrus-ts/chain';
import { blake2b256, type Address } from '@walrus-ts/core';
import { expect } from 'vitest';

const WINDOW = 16;
const OBJECTS_AT_ONCE = 500;
const SUI_COIN = `0x${'2'.padStart(64, '0')}::coin::Coin<0x${'2'.padStart(64, '0')}::sui::SUI>`;
/** Length of `Coin`: id and balance. */
const COIN_BYTES = 40;

/** What a chain holds. */
export interface ChainContents {
  /** Digest of every transaction to the digest of its effects; each is in exactly one checkpoint. */
  readonly transactions: ReadonlyMap<string, string>;
  /** Digests of the transactions that failed. */
  readonly failed: ReadonlySet<string>;
  /** Walrus events in order. */
  readonly events: readonly WalrusEvent[];
}

function digestOf(kind: string, bytes: Uint8Array | undefined): string {
  return toBase58(blake2b256(new TextEncoder().encode(`${kind}::`), bytes ?? new Uint8Array()));
}

/** State of objects as the effects so far tell it. */
type State = Map<string, { readonly version: string; readonly digest: string }>;

/** Follows the changes of one transaction; every input must be as the last change left it. */
function applyEffects(state: State, bytes: Uint8Array): boolean {
  const effects = bcs.TransactionEffects.parse(bytes).V2;
  if (effects === undefined || effects === null) throw new Error('effects are not of version 2');
  const { lamportVersion, transactionDigest: digest } = effects;
  for (const [id, change] of effects.changedObjects) {
    const place = `${id} in ${digest}`;
    const known = state.get(id);
    if (change.inputState.Exist) {
      const [[version, objectDigest]] = change.inputState.Exist;
      expect({ version, digest: objectDigest }, place).toEqual(known);
      expect(BigInt(version), place).toBeLessThan(BigInt(lamportVersion));
    } else {
      expect(known, place).toBeUndefined();
    }
    const { outputState } = change;
    if (outputState.ObjectWrite) {
      state.set(id, { version: lamportVersion, digest: outputState.ObjectWrite[0] });
    } else if (outputState.PackageWrite) {
      const [version, objectDigest] = outputState.PackageWrite;
      state.set(id, { version, digest: objectDigest });
    } else {
      state.delete(id);
    }
  }
  return effects.status.Success !== undefined && effects.status.Success !== null;
}

/**
 * Checks checkpoints, digests and object versions of a chain from genesis to its newest checkpoint, and that no SUI
 * appeared or vanished.
 *
 * @param originalPackageId - package whose events are decoded
 * @param supply - MIST at genesis
 */
export async function auditChain(
  rpcUrl: string,
  originalPackageId: Address,
  supply: bigint,
): Promise<ChainContents> {
  const { sui } = createRpc(rpcUrl);
  const { response: info } = await sui.ledgerService.getServiceInfo({});
  const height = info.checkpointHeight ?? 0n;
  expect(info.lowestAvailableCheckpoint).toBe(0n);
  const read = async (sequenceNumber: bigint): Promise<GrpcTypes.Checkpoint> => {
    const { response } = await sui.ledgerService.getCheckpoint({
      checkpointId: { oneofKind: 'sequenceNumber', sequenceNumber },
      readMask: {
        paths: [
          'digest',
          'sequence_number',
          'summary',
          'contents',
          'transactions.digest',
          'transactions.transaction.bcs',
          'transactions.effects.bcs',
          'transactions.events',
        ],
      },
    });
    if (response.checkpoint === undefined) throw new Error(`no checkpoint ${sequenceNumber}`);
    return response.checkpoint;
  };

  const state: State = new Map();
  const removed = new Set<string>();
  const transactions = new Map<string, string>();
  const failed = new Set<string>();
  const events: WalrusEvent[] = [];
  let previous: GrpcTypes.Checkpoint | undefined;
  let burnt = 0n;
  for (let first = 0n; first <= height; first += BigInt(WINDOW)) {
    const numbers = Array.from({ length: WINDOW }, (_, i) => first + BigInt(i));
    const window = await Promise.all(numbers.filter((number) => number <= height).map(read));
    for (const checkpoint of window) {
      checkCheckpoint(checkpoint, previous);
      previous = checkpoint;
      checkpoint.transactions.forEach((transaction, i) => {
        const listed = checkpoint.contents?.transactions[i];
        const digest = transaction.digest ?? '';
        const effectsBcs = transaction.effects?.bcs?.value ?? new Uint8Array();
        expect(listed?.transaction).toBe(digest);
        expect(digestOf('TransactionData', transaction.transaction?.bcs?.value)).toBe(digest);
        expect(digestOf('TransactionEffects', effectsBcs)).toBe(listed?.effects);
        expect(transactions.has(digest), `${digest} twice`).toBe(false);
        transactions.set(digest, listed?.effects ?? '');
        const before = new Set(state.keys());
        if (!applyEffects(state, effectsBcs)) failed.add(digest);
        for (const id of before) if (!state.has(id)) removed.add(id);
        const list = transaction.events?.events ?? [];
        if (list.length > 0) {
          const digestInEffects = bcs.TransactionEffects.parse(effectsBcs).V2?.eventsDigest;
          expect(digestOf('TransactionEvents', transaction.events?.bcs?.value)).toBe(
            digestInEffects,
          );
        }
        events.push(
          ...decodeEvents(
            originalPackageId,
            digest,
            list.map((event) => ({
              eventType: event.eventType ?? '',
              contents: event.contents?.value ?? new Uint8Array(),
            })),
          ),
        );
      });
      const gas = checkpoint.summary?.epochRollingGasCostSummary;
      burnt = (gas?.computationCost ?? 0n) + (gas?.nonRefundableStorageFee ?? 0n);
    }
  }
  expect(BigInt(transactions.size)).toBe(previous?.summary?.totalNetworkTransactions);
  const held = await checkObjects(sui.ledgerService, state, removed);
  expect(held + burnt).toBe(supply);
  return { transactions, failed, events };
}

function checkCheckpoint(
  checkpoint: GrpcTypes.Checkpoint,
  previous: GrpcTypes.Checkpoint | undefined,
): void {
  const { summary, contents } = checkpoint;
  const place = `checkpoint ${checkpoint.sequenceNumber}`;
  expect(digestOf('CheckpointSummary', summary?.bcs?.value), place).toBe(checkpoint.digest);
  expect(digestOf('CheckpointContents', contents?.bcs?.value), place).toBe(summary?.contentDigest);
  expect(summary?.previousDigest, place).toBe(previous?.digest);
  expect(contents?.transactions.length, place).toBe(checkpoint.transactions.length);
  const total =
    (previous?.summary?.totalNetworkTransactions ?? 0n) + BigInt(checkpoint.transactions.length);
  expect(summary?.totalNetworkTransactions, place).toBe(total);
}

/** Compares the living objects with what the effects say. @returns SUI in coins and storage deposits, MIST */
async function checkObjects(
  ledger: ReturnType<typeof createRpc>['sui']['ledgerService'],
  state: State,
  removed: ReadonlySet<string>,
): Promise<bigint> {
  let held = 0n;
  const ids = [...new Set([...state.keys(), ...removed])];
  for (let first = 0; first < ids.length; first += OBJECTS_AT_ONCE) {
    const part = ids.slice(first, first + OBJECTS_AT_ONCE);
    const { response } = await ledger.batchGetObjects({
      requests: part.map((objectId) => ({ objectId })),
      readMask: {
        paths: [
          'object_id',
          'version',
          'digest',
          'bcs',
          'object_type',
          'storage_rebate',
          'contents',
        ],
      },
    });
    response.objects.forEach(({ result }, i) => {
      const id = part[i] ?? '';
      const expected = state.get(id);
      if (result.oneofKind !== 'object') {
        expect(expected, `${id} is missing`).toBeUndefined();
        return;
      }
      const { object } = result;
      expect({ version: String(object.version), digest: object.digest }, id).toEqual(expected);
      expect(digestOf('Object', object.bcs?.value), id).toBe(object.digest);
      held += object.storageRebate ?? 0n;
      const contents = object.contents?.value;
      if (object.objectType === SUI_COIN && contents?.length === COIN_BYTES) {
        held += Buffer.from(contents).readBigUInt64LE(32);
      }
    });
  }
  return held;
}
