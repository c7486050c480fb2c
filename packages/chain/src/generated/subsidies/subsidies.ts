// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import {
  call,
  object,
  pure,
  type IntegerInput,
  type ObjectArgument,
  type PureArgument,
} from '../../move/call.js';
import { address, bcs, bool, coin, datatype, u16, u256, u32, u64, u8 } from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';

/**
 * Tells which package defined this version.
 *
 * Layout of `subsidies::subsidies::V3`.
 */
export const V3 = /* @__PURE__ */ datatype('subsidies::V3', () =>
  bcs.struct('V3', { dummyField: bool }),
);

/**
 * Right to set the rates of one object and to take its funds.
 *
 * Layout of `subsidies::subsidies::AdminCap`.
 */
export const AdminCap = /* @__PURE__ */ datatype('subsidies::AdminCap', () =>
  bcs.struct('AdminCap', { id: address, subsidiesId: address }),
);

/**
 * The pot and its rates. Shared.
 *
 * Layout of `subsidies::subsidies::Subsidies`.
 */
export const Subsidies = /* @__PURE__ */ datatype('subsidies::Subsidies', () =>
  bcs.struct('Subsidies', {
    id: address,
    buyerSubsidyRate: u16,
    systemSubsidyRate: u16,
    subsidyPool: u64,
    packageId: address,
    version: u64,
  }),
);

/**
 * The coin of a buyer with the pot in it, while the system takes its price out.
 *
 * Layout of `subsidies::subsidies::CombinedPayment`.
 */
export const CombinedPayment = /* @__PURE__ */ datatype('subsidies::CombinedPayment', () =>
  bcs.struct('CombinedPayment', { payment: coin, initialPaymentValue: u64, initialPoolValue: u64 }),
);

/**
 * Shares an object without funds that pays nothing, and returns its capability.
 *
 * Move: `public fun new(package_id: ID, ctx: &mut TxContext): AdminCap`
 */
export function new_(
  tx: Transaction,
  packageId: string,
  args: { readonly packageId: PureArgument<string> },
): TransactionResult {
  return call(tx, `${packageId}::subsidies::new`, [pure(tx, address, args.packageId)]);
}

/**
 * Shares an object with funds and rates in basis points, and returns its capability.
 *
 * Move: `public fun new_with_initial_rates_and_funds(package_id: ID, initial_buyer_subsidy_rate: u16, initial_system_subsidy_rate: u16, initial_funds: Coin<WAL>, ctx: &mut TxContext): AdminCap`
 */
export function newWithInitialRatesAndFunds(
  tx: Transaction,
  packageId: string,
  args: {
    readonly packageId: PureArgument<string>;
    readonly initialBuyerSubsidyRate: PureArgument<number>;
    readonly initialSystemSubsidyRate: PureArgument<number>;
    readonly initialFunds: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::subsidies::new_with_initial_rates_and_funds`, [
    pure(tx, address, args.packageId),
    pure(tx, u16, args.initialBuyerSubsidyRate),
    pure(tx, u16, args.initialSystemSubsidyRate),
    object(tx, args.initialFunds),
  ]);
}

/**
 * Adds a coin to the pot. Anyone may do this.
 *
 * Move: `public fun add_funds(self: &mut Subsidies, funds: Coin<WAL>)`
 */
export function addFunds(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly funds: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::subsidies::add_funds`, [
    object(tx, args.self),
    object(tx, args.funds),
  ]);
}

/**
 * Sets the part of prices that the pot pays for buyers, in basis points.
 *
 * Move: `public fun set_buyer_subsidy_rate(self: &mut Subsidies, cap: &AdminCap, new_rate: u16)`
 */
export function setBuyerSubsidyRate(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly cap: ObjectArgument;
    readonly newRate: PureArgument<number>;
  },
): TransactionResult {
  return call(tx, `${packageId}::subsidies::set_buyer_subsidy_rate`, [
    object(tx, args.self),
    object(tx, args.cap),
    pure(tx, u16, args.newRate),
  ]);
}

/**
 * Sets the part of prices that the pot gives to the nodes on top, in basis points.
 *
 * Move: `public fun set_system_subsidy_rate(self: &mut Subsidies, cap: &AdminCap, new_rate: u16)`
 */
export function setSystemSubsidyRate(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly cap: ObjectArgument;
    readonly newRate: PureArgument<number>;
  },
): TransactionResult {
  return call(tx, `${packageId}::subsidies::set_system_subsidy_rate`, [
    object(tx, args.self),
    object(tx, args.cap),
    pure(tx, u16, args.newRate),
  ]);
}

/**
 * Empties the pot.
 *
 * Move: `public fun withdraw_balance(self: &mut Subsidies, cap: &AdminCap): Balance<WAL>`
 */
export function withdrawBalance(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly cap: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::subsidies::withdraw_balance`, [
    object(tx, args.self),
    object(tx, args.cap),
  ]);
}

/**
 * Buys storage like `system::reserve_space`, with the help of the pot.
 *
 * Move: `public fun reserve_space(self: &mut Subsidies, system: &mut System, storage_amount: u64, epochs_ahead: u32, payment: &mut Coin<WAL>, ctx: &mut TxContext): Storage`
 */
export function reserveSpace(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly system: ObjectArgument;
    readonly storageAmount: PureArgument<IntegerInput>;
    readonly epochsAhead: PureArgument<number>;
    readonly payment: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::subsidies::reserve_space`, [
    object(tx, args.self),
    object(tx, args.system),
    pure(tx, u64, args.storageAmount),
    pure(tx, u32, args.epochsAhead),
    object(tx, args.payment),
  ]);
}

/**
 * Extends a blob like `system::extend_blob`, with the help of the pot.
 *
 * Move: `public fun extend_blob(self: &mut Subsidies, system: &mut System, blob: &mut Blob, epochs_ahead: u32, payment: &mut Coin<WAL>, ctx: &mut TxContext)`
 */
export function extendBlob(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly system: ObjectArgument;
    readonly blob: ObjectArgument;
    readonly epochsAhead: PureArgument<number>;
    readonly payment: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::subsidies::extend_blob`, [
    object(tx, args.self),
    object(tx, args.system),
    object(tx, args.blob),
    pure(tx, u32, args.epochsAhead),
    object(tx, args.payment),
  ]);
}

/**
 * Registers a blob like `system::register_blob`; the pot does not take part.
 *
 * Move: `public fun register_blob(self: &mut Subsidies, system: &mut System, storage: Storage, blob_id: u256, root_hash: u256, size: u64, encoding_type: u8, deletable: bool, write_payment: &mut Coin<WAL>, ctx: &mut TxContext): Blob`
 */
export function registerBlob(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly system: ObjectArgument;
    readonly storage: ObjectArgument;
    readonly blobId: PureArgument<IntegerInput>;
    readonly rootHash: PureArgument<IntegerInput>;
    readonly size: PureArgument<IntegerInput>;
    readonly encodingType: PureArgument<number>;
    readonly deletable: PureArgument<boolean>;
    readonly writePayment: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::subsidies::register_blob`, [
    object(tx, args.self),
    object(tx, args.system),
    object(tx, args.storage),
    pure(tx, u256, args.blobId),
    pure(tx, u256, args.rootHash),
    pure(tx, u64, args.size),
    pure(tx, u8, args.encodingType),
    pure(tx, bool, args.deletable),
    object(tx, args.writePayment),
  ]);
}

/**
 * Takes an object of an older version over to this one. Anyone may do this. The rates are zero
 * afterwards.
 *
 * Move: `entry fun migrate(subsidies: &mut Subsidies, system: &System)`
 */
export function migrate(
  tx: Transaction,
  packageId: string,
  args: { readonly subsidies: ObjectArgument; readonly system: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::subsidies::migrate`, [
    object(tx, args.subsidies),
    object(tx, args.system),
  ]);
}

/**
 * ID of the object that a capability is for.
 *
 * Move: `public fun admin_cap_subsidies_id(admin_cap: &AdminCap): ID`
 */
export function adminCapSubsidiesId(
  tx: Transaction,
  packageId: string,
  args: { readonly adminCap: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::subsidies::admin_cap_subsidies_id`, [object(tx, args.adminCap)]);
}

/**
 * FROST in the pot.
 *
 * Move: `public fun subsidy_pool_value(self: &Subsidies): u64`
 */
export function subsidyPoolValue(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::subsidies::subsidy_pool_value`, [object(tx, args.self)]);
}

/**
 * Part of prices that the pot pays for buyers, in basis points.
 *
 * Move: `public fun buyer_subsidy_rate(self: &Subsidies): u16`
 */
export function buyerSubsidyRate(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::subsidies::buyer_subsidy_rate`, [object(tx, args.self)]);
}

/**
 * Part of prices that the pot gives to the nodes on top, in basis points.
 *
 * Move: `public fun system_subsidy_rate(self: &Subsidies): u16`
 */
export function systemSubsidyRate(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::subsidies::system_subsidy_rate`, [object(tx, args.self)]);
}
