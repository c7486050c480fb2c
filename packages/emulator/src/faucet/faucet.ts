/**
 * The faucet: gives SUI and, once the WAL token is deployed, also WAL, out of the genesis supply.
 *
 * It keeps no state of its own. Coins are looked up for every request, so it goes on after a restart
 * and next to a deployer that uses the same key; a transaction that lost a race for a coin is built
 * again.
 */

import { Inputs, Transaction } from '@mysten/sui/transactions';
import type { Signer } from '@mysten/sui/cryptography';
import { WalrusError, fromBase64, normalizeAddress } from '@walrus-ts/core';

import type { Ledger, LedgerObject, ObjectRef, TransactionRecord } from '../ledger/api.js';
import { SUI_TYPE, coinOf, normalizeType } from '../ledger/codec/type-tag.js';
import { LedgerError } from '../ledger/errors.js';
import { coinBalanceOf } from '../rpc/render/object.js';

/** MIST per SUI, and FROST per WAL. */
const BASE_UNITS = 1_000_000_000n;
/** Gas of one gift; what is not used comes back. */
const GAS_BUDGET = BASE_UNITS / 2n;
const MAX_COINS = 200;
const PAGE_ITEMS = 50;
const MAX_ATTEMPTS = 5;
const RACE_CODES = new Set(['LEDGER_OBJECT_VERSION', 'LEDGER_OBJECT_NOT_FOUND']);
const WAL_SUFFIX = '::wal::WAL';

/** Settings of the faucet. */
export interface FaucetInit {
  readonly ledger: Ledger;
  /** Key that owns the supply. */
  readonly signer: Signer;
  /** MIST per request; default 1000 SUI. */
  readonly suiAmount?: bigint | undefined;
  /** FROST per request; default 1000 WAL; 0 gives none. */
  readonly walAmount?: bigint | undefined;
  /** Type inside `Coin<…>` of WAL; by default any `…::wal::WAL` coin that the faucet owns. */
  readonly walType?: string | undefined;
  /** Most requests waiting at once; default 1000. */
  readonly maxWaiting?: number | undefined;
}

/** One coin that was given. */
export interface FaucetCoin {
  /** Base units: MIST or FROST. */
  readonly amount: bigint;
  readonly id: string;
  readonly transferTxDigest: string;
  /** Canonical type inside `Coin<…>`. */
  readonly coinType: string;
}

/** Gives coins. */
export interface Faucet {
  /** Address whose coins are given away. */
  readonly address: string;
  /**
   * Sends one gift. Requests are served one after another.
   *
   * @param recipient - address, short or long
   * @returns the coins made: SUI first, then WAL if the faucet has any
   * @throws {CORE_INVALID_ADDRESS} malformed recipient
   * @throws {FAUCET_EMPTY} not enough SUI left
   * @throws {FAUCET_BUSY} too many requests are waiting
   * @throws {FAUCET_FAILED} the transfer failed
   */
  request(recipient: string): Promise<FaucetCoin[]>;
}

/** Coins that together hold at least the wanted amount. */
interface Purse {
  readonly refs: readonly ObjectRef[];
  readonly total: bigint;
}

function collect(ledger: Ledger, owner: string, coinType: string, wanted: bigint): Purse {
  const refs: ObjectRef[] = [];
  let total = 0n;
  let afterToken: Uint8Array | undefined;
  do {
    const page = ledger.ownedObjects(owner, {
      type: coinOf(coinType),
      limit: PAGE_ITEMS,
      afterToken,
    });
    for (const coin of page.items) {
      if (total >= wanted || refs.length >= MAX_COINS) return { refs, total };
      refs.push(referenceOf(coin));
      total += coinBalanceOf(coin) ?? 0n;
    }
    afterToken = page.nextToken;
  } while (afterToken !== undefined);
  return { refs, total };
}

function referenceOf({ objectId, version, digest }: LedgerObject): ObjectRef {
  return { objectId, version, digest };
}

function clientReference(ref: ObjectRef) {
  return { objectId: ref.objectId, version: ref.version.toString(), digest: ref.digest };
}

function discoverWalType(ledger: Ledger, owner: string): string | undefined {
  let afterToken: Uint8Array | undefined;
  do {
    const page = ledger.balances(owner, { limit: PAGE_ITEMS, afterToken });
    const found = page.items.find((balance) => balance.coinType.endsWith(WAL_SUFFIX));
    if (found !== undefined) return found.coinType;
    afterToken = page.nextToken;
  } while (afterToken !== undefined);
  return undefined;
}

/**
 * Makes a faucet over a ledger.
 *
 * @param init - ledger, key, amounts
 * @returns the faucet
 */
export function createFaucet(init: FaucetInit): Faucet {
  const { ledger, signer } = init;
  const address = normalizeAddress(signer.toSuiAddress());
  const suiAmount = init.suiAmount ?? 1000n * BASE_UNITS;
  const walAmount = init.walAmount ?? 1000n * BASE_UNITS;
  const configuredWalType = init.walType === undefined ? undefined : normalizeType(init.walType);
  const maxWaiting = init.maxWaiting ?? 1000;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  /** WAL coins that cover one gift, if there are any. */
  const findWal = (): { coinType: string; purse: Purse } | undefined => {
    if (walAmount === 0n) return undefined;
    const coinType = configuredWalType ?? discoverWalType(ledger, address);
    if (coinType === undefined) return undefined;
    const purse = collect(ledger, address, coinType, walAmount);
    return purse.total < walAmount ? undefined : { coinType, purse };
  };

  const attempt = async (recipient: string): Promise<FaucetCoin[]> => {
    const sui = collect(ledger, address, SUI_TYPE, suiAmount + GAS_BUDGET);
    if (sui.total < suiAmount + GAS_BUDGET) {
      throw new WalrusError('FAUCET_EMPTY', 'the faucet has no SUI left', {
        data: { address, balance: sui.total.toString() },
      });
    }
    const wal = findWal();
    const transaction = new Transaction();
    transaction.setSender(address);
    transaction.setGasPrice(ledger.referenceGasPrice());
    transaction.setGasBudget(GAS_BUDGET);
    transaction.setGasPayment(sui.refs.map(clientReference));
    const gifts = [transaction.splitCoins(transaction.gas, [suiAmount])];
    const [source, ...rest] = (wal?.purse.refs ?? []).map((ref) =>
      transaction.object(Inputs.ObjectRef(clientReference(ref))),
    );
    if (source !== undefined) {
      if (rest.length > 0) transaction.mergeCoins(source, rest);
      gifts.push(transaction.splitCoins(source, [walAmount]));
    }
    transaction.transferObjects(gifts, recipient);
    const bytes = await transaction.build();
    const { signature } = await signer.signTransaction(bytes);
    const record = await ledger.execute(bytes, [fromBase64(signature)]);
    const amounts = new Map([[SUI_TYPE, suiAmount]]);
    if (wal !== undefined) amounts.set(wal.coinType, walAmount);
    return coinsOf(record, recipient, amounts);
  };

  const serve = async (recipient: string): Promise<FaucetCoin[]> => {
    for (let attempts = 1; ; attempts++) {
      try {
        return await attempt(recipient);
      } catch (error) {
        // Somebody else with this key spent one of the coins between the look-up and the execution.
        const isRace = error instanceof LedgerError && RACE_CODES.has(error.code);
        if (attempts >= MAX_ATTEMPTS || !isRace) throw error;
      }
    }
  };

  return {
    address,
    async request(recipientText) {
      const recipient = normalizeAddress(recipientText);
      if (waiting >= maxWaiting) {
        throw new WalrusError('FAUCET_BUSY', 'too many faucet requests are waiting', {
          retryable: true,
        });
      }
      waiting += 1;
      const turn = last.then(() => serve(recipient));
      last = turn.catch(() => {});
      try {
        return await turn;
      } finally {
        waiting -= 1;
      }
    },
  };
}

function coinsOf(
  record: TransactionRecord,
  recipient: string,
  amounts: ReadonlyMap<string, bigint>,
): FaucetCoin[] {
  const { effects, objectTypes, digest } = record;
  if (!effects.status.success) {
    throw new WalrusError('FAUCET_FAILED', `the transfer failed: ${effects.status.description}`, {
      data: { digest },
    });
  }
  const coins: FaucetCoin[] = [];
  for (const [coinType, amount] of amounts) {
    for (const change of effects.changedObjects) {
      const owner = change.output?.kind === 'object' ? change.output.owner : undefined;
      if (change.idOperation !== 'created' || owner?.kind !== 'address') continue;
      if (owner.address !== recipient) continue;
      if (objectTypes.get(change.objectId) !== coinOf(coinType)) continue;
      coins.push({ amount, id: change.objectId, transferTxDigest: digest, coinType });
    }
  }
  return coins;
}
