import { equalBytes } from '@walrus-ts/core';
import type { ContractChain, ExecuteOptions, LedgerObject, TransactionRecord } from './chain.js';
import type { Signer } from '@mysten/sui/cryptography';
import type { Transaction } from '@mysten/sui/transactions';

const CLOCK = `0x${'6'.padStart(64, '0')}`;

/** Everything that exists on a chain at one moment, to be compared with it later. */
export type ChainState = ReadonlyMap<string, LedgerObject>;

/**
 * Lists what a failed transaction changed that it must not change.
 *
 * Allowed are: less SUI in the gas coin, by exactly the net gas; a new version, with the old contents, for mutable
 * inputs (Sui rewrites them); the time in the clock object.
 *
 * @param before - state before the transaction
 * @param record - the transaction
 * @returns one line per violation; empty if nothing but gas changed
 */
export function changesBesideGas(
  chain: ContractChain,
  before: ChainState,
  record: TransactionRecord,
): string[] {
  const { effects, transaction } = record;
  const found: string[] = [];
  if (effects.status.success) found.push('the transaction succeeded');
  if (record.events.length > 0) found.push(`${record.events.length} events`);

  const gasCoin = transaction.gas.payment[0]?.objectId ?? '';
  const inputs = new Set<string>([gasCoin]);
  if (transaction.kind.kind === 'programmable') {
    for (const input of transaction.kind.inputs) {
      if (input.kind === 'immutableOrOwned') inputs.add(input.ref.objectId);
      if (input.kind === 'shared' && input.mutable) inputs.add(input.objectId);
    }
  }
  for (const { objectId, idOperation } of effects.changedObjects) {
    if (idOperation !== 'none') found.push(`${objectId} was ${idOperation}`);
    if (!inputs.has(objectId)) found.push(`${objectId} was written and is no input`);
  }

  const after = chain.state();
  for (const id of after.keys()) if (!before.has(id)) found.push(`${id} came into being`);
  for (const [id, old] of before) {
    if (id === CLOCK) continue;
    const now = after.get(id);
    if (now === undefined) found.push(`${id} is gone`);
    else if (id === gasCoin) {
      const { computationCost, storageCost, storageRebate } = effects.gasUsed;
      const paid = computationCost + storageCost - storageRebate;
      if (coinValue(old) - coinValue(now) !== paid) found.push(`the gas coin did not pay ${paid}`);
      if (!isSameOwner(old, now)) found.push('the gas coin changed hands');
    } else {
      if (!isSameContents(old, now)) found.push(`${id} has other contents`);
      if (!isSameOwner(old, now)) found.push(`${id} has another owner`);
      if (old.version !== now.version && !inputs.has(id)) found.push(`${id} has a new version`);
    }
  }
  return found;
}

/**
 * Sends a transaction that must be refused before it is executed, both to the RPC port and to the ledger behind it.
 *
 * @returns the error codes of both, and what changed on the chain (must be empty)
 */
export async function refusal(
  chain: ContractChain,
  signer: Signer,
  build: (tx: Transaction) => void,
  options: ExecuteOptions & { readonly signature?: string } = {},
): Promise<{ readonly status: string; readonly code: string; readonly changed: string[] }> {
  const before = chain.state();
  const { bytes, signature } = await chain.sign(signer, build, options);
  const signatures = [options.signature ?? signature];
  const codeOf = async (send: () => Promise<unknown>): Promise<string> => {
    try {
      await send();
      return 'executed';
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : String(error);
    }
  };
  const status = await codeOf(() =>
    chain.client.core.executeTransaction({ transaction: bytes, signatures }),
  );
  const code = await codeOf(() =>
    chain.ledger.execute(
      bytes,
      signatures.map((text) => Uint8Array.from(Buffer.from(text, 'base64'))),
    ),
  );
  const after = chain.state();
  const changed = [...after.keys(), ...before.keys()].filter(
    (id) => id !== CLOCK && after.get(id)?.digest !== before.get(id)?.digest,
  );
  return { status, code, changed: [...new Set(changed)] };
}

/** Balance of a coin: the eight bytes after its ID. */
function coinValue({ data }: LedgerObject): bigint {
  if (data.kind !== 'move') return 0n;
  const { contents } = data;
  return new DataView(contents.buffer, contents.byteOffset).getBigUint64(32, true);
}

function isSameContents(a: LedgerObject, b: LedgerObject): boolean {
  if (a.data.kind === 'move' && b.data.kind === 'move') {
    return a.data.type === b.data.type && equalBytes(a.data.contents, b.data.contents);
  }
  return a.digest === b.digest;
}

function isSameOwner(a: LedgerObject, b: LedgerObject): boolean {
  const text = ({ owner }: LedgerObject): string =>
    JSON.stringify(owner, (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
  return text(a) === text(b);
}
