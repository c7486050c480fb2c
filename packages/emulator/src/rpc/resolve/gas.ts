/**
 * Gas of a transaction that is being resolved: budget estimate and choice of the payment coins
 * (sui-rpc.md c).
 */

import type {
  CallArg,
  Ledger,
  LedgerObject,
  ObjectRef,
  SimulationResult,
  TransactionData,
} from '../../ledger/api.js';
import { SUI_TYPE, coinOf } from '../../ledger/codec/type-tag.js';
import { coinBalanceOf } from '../render/object.js';
import { invalidArgument } from '../status.js';

/** Largest budget a transaction may have, MIST: 50 SUI. */
export const MAX_BUDGET = 50_000_000_000n;

const SUI_COIN_TYPE = coinOf(SUI_TYPE);
/** Most coins one transaction pays with. */
const MAX_PAYMENT_COINS = 256;
/** Most objects one transaction reads, payment included. */
const MAX_INPUT_OBJECTS = 2048;
/** Safety margin of the estimate, gas units. */
const OVERHEAD_UNITS = 1000n;
/** Gas units charged for loading one more gas coin: 15 × 134 bytes, rounded up (move-vm.md 10.1). */
const UNITS_PER_EXTRA_COIN = 3n;
/** Page size of the coin search. */
const PAGE_ITEMS = 256;

/** Coins found to pay with. */
export interface PaymentCandidates {
  readonly coins: readonly LedgerObject[];
  /** Sum of their balances, MIST. */
  readonly balance: bigint;
}

/**
 * Finds the coins that can pay: all `Coin<SUI>` of the owner that are not inputs, largest first.
 *
 * @param ledger - owned objects
 * @param gasOwner - who pays
 * @param inputs - complete inputs
 * @returns up to 256 coins
 */
export function findPayment(
  ledger: Ledger,
  gasOwner: string,
  inputs: readonly CallArg[],
): PaymentCandidates {
  const taken = new Set<string>();
  for (const input of inputs) {
    if (input.kind === 'immutableOrOwned' || input.kind === 'receiving') {
      taken.add(input.ref.objectId);
    }
  }
  const inputObjects = inputs.filter((input) => input.kind !== 'pure').length;
  const limit = Math.min(MAX_PAYMENT_COINS, MAX_INPUT_OBJECTS - inputObjects);
  const coins: LedgerObject[] = [];
  let balance = 0n;
  let afterToken: Uint8Array | undefined;
  do {
    const page = ledger.ownedObjects(gasOwner, {
      type: SUI_COIN_TYPE,
      limit: PAGE_ITEMS,
      afterToken,
    });
    for (const coin of page.items) {
      if (coins.length >= limit) return { coins, balance };
      if (taken.has(coin.objectId) || coin.owner.kind !== 'address') continue;
      coins.push(coin);
      balance += coinBalanceOf(coin) ?? 0n;
    }
    afterToken = page.nextToken;
  } while (afterToken !== undefined);
  return { coins, balance };
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/**
 * Computes a budget from a run with a made-up gas coin.
 *
 * The storage cost of the made-up coin is left out as far as the rebate of the coin that will really pay
 * makes up for it; coins from genesis carry no rebate.
 *
 * @param result - the run
 * @param price - MIST per gas unit
 * @param payment - coins that will pay; empty = unknown
 * @returns the budget, MIST, at most 50 SUI
 */
export function budgetFromRun(
  result: SimulationResult,
  price: bigint,
  payment: readonly { readonly storageRebate: bigint }[],
): bigint {
  const { computationCost, storageCost, storageRebate } = result.record.effects.gasUsed;
  const offset = smaller(
    result.mockGasStorageCost,
    payment[0]?.storageRebate ?? result.mockGasStorageCost,
  );
  const net = computationCost + storageCost - offset - storageRebate;
  const extraCoins = BigInt(Math.max(0, payment.length - 1));
  const overhead = (extraCoins * UNITS_PER_EXTRA_COIN + OVERHEAD_UNITS) * price;
  return smaller(larger(computationCost, net) + overhead, MAX_BUDGET);
}

function referenceOf({ objectId, version, digest }: LedgerObject): ObjectRef {
  return { objectId, version, digest };
}

/** What to complete about the gas of a transaction. */
export interface GasRequest {
  /** Whether the caller fixed the budget. */
  readonly hasBudget: boolean;
  /** Whether the server chooses coins when the payment is empty. */
  readonly doGasSelection: boolean;
}

/**
 * Completes budget and payment.
 *
 * @param ledger - for the trial run and the coins
 * @param transaction - all else complete; a budget of 0 stands for a missing one
 * @param request - what the caller left open
 * @returns the transaction with budget, and with payment if coins were to be chosen
 * @throws {RpcFailure} INVALID_ARGUMENT when the coins do not cover the budget
 * @throws {LedgerError} the trial run was refused
 */
export function completeGas(
  ledger: Ledger,
  transaction: TransactionData,
  request: GasRequest,
): TransactionData {
  const { gas } = transaction;
  const isSelecting = request.doGasSelection && gas.payment.length === 0;
  const inputs = transaction.kind.kind === 'programmable' ? transaction.kind.inputs : [];
  const candidates = isSelecting
    ? findPayment(ledger, gas.owner, inputs)
    : {
        coins: gas.payment.flatMap(({ objectId }) => ledger.getObject(objectId) ?? []),
        balance: 0n,
      };
  let { budget } = gas;
  if (!request.hasBudget) {
    const trial: TransactionData = {
      ...transaction,
      gas: { ...gas, payment: [], budget: MAX_BUDGET },
    };
    const result = ledger.simulate(trial, { checks: 'enabled', mockGas: true });
    budget = budgetFromRun(result, gas.price, candidates.coins);
  }
  if (isSelecting && candidates.balance < budget) {
    throw invalidArgument(
      'Unable to perform gas selection due to insufficient SUI balance ' +
        `(in address ${gas.owner}: have ${candidates.balance} MIST, need ${budget} MIST)`,
    );
  }
  const payment = isSelecting ? candidates.coins.map(referenceOf) : gas.payment;
  return { ...transaction, gas: { ...gas, budget, payment } };
}
