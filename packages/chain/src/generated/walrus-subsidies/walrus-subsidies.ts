// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import {
  call,
  object,
  pure,
  type IntegerInput,
  type ObjectArgument,
  type PureArgument,
} from '../../move/call.js';
import { address, bcs, bool, datatype, u32, u64 } from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';

/**
 * Tells which package defined version 1.
 *
 * Layout of `walrus_subsidies::walrus_subsidies::V1`.
 */
export const V1 = /* @__PURE__ */ datatype('walrus_subsidies::V1', () =>
  bcs.struct('V1', { dummyField: bool }),
);

/**
 * Tells which package defined version 2.
 *
 * Layout of `walrus_subsidies::walrus_subsidies::V2`.
 */
export const V2 = /* @__PURE__ */ datatype('walrus_subsidies::V2', () =>
  bcs.struct('V2', { dummyField: bool }),
);

/**
 * Tells which package defined version 3.
 *
 * Layout of `walrus_subsidies::walrus_subsidies::V3`.
 */
export const V3 = /* @__PURE__ */ datatype('walrus_subsidies::V3', () =>
  bcs.struct('V3', { dummyField: bool }),
);

/**
 * Name of the dynamic field with the state.
 *
 * Layout of `walrus_subsidies::walrus_subsidies::SubsidiesInnerKey`.
 */
export const SubsidiesInnerKey = /* @__PURE__ */ datatype(
  'walrus_subsidies::SubsidiesInnerKey',
  () => bcs.struct('SubsidiesInnerKey', { dummyField: bool }),
);

/**
 * Right to set the rates of one object.
 *
 * Layout of `walrus_subsidies::walrus_subsidies::AdminCap`.
 */
export const AdminCap = /* @__PURE__ */ datatype('walrus_subsidies::AdminCap', () =>
  bcs.struct('AdminCap', { id: address, subsidiesId: address }),
);

/**
 * The pot and its rates. Shared.
 *
 * Layout of `walrus_subsidies::walrus_subsidies::WalrusSubsidies`.
 */
export const WalrusSubsidies = /* @__PURE__ */ datatype('walrus_subsidies::WalrusSubsidies', () =>
  bcs.struct('WalrusSubsidies', { id: address, version: u64, packageId: address }),
);

/**
 * Shares an object without funds and returns its capability. Only payments from now on count.
 *
 * The rate is in basis points of the payments, the fixed subsidies are in FROST per epoch.
 *
 * Move: `public fun new(system: &System, staking: &Staking, system_subsidy_rate: u32, base_subsidy: u64, subsidy_per_shard: u64, ctx: &mut TxContext): AdminCap`
 */
export function new_(
  tx: Transaction,
  packageId: string,
  args: {
    readonly system: ObjectArgument;
    readonly staking: ObjectArgument;
    readonly systemSubsidyRate: PureArgument<number>;
    readonly baseSubsidy: PureArgument<IntegerInput>;
    readonly subsidyPerShard: PureArgument<IntegerInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::walrus_subsidies::new`, [
    object(tx, args.system),
    object(tx, args.staking),
    pure(tx, u32, args.systemSubsidyRate),
    pure(tx, u64, args.baseSubsidy),
    pure(tx, u64, args.subsidyPerShard),
  ]);
}

/**
 * Adds a coin to the pot. Anyone may do this.
 *
 * Move: `public fun add_coin(self: &mut WalrusSubsidies, funds: Coin<WAL>)`
 */
export function addCoin(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly funds: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::walrus_subsidies::add_coin`, [
    object(tx, args.self),
    object(tx, args.funds),
  ]);
}

/**
 * Adds WAL to the pot. Anyone may do this.
 *
 * Move: `public fun add_balance(self: &mut WalrusSubsidies, balance: Balance<WAL>)`
 */
export function addBalance(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument; readonly balance: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::walrus_subsidies::add_balance`, [
    object(tx, args.self),
    object(tx, args.balance),
  ]);
}

/**
 * Sets what the pot adds to payments, in basis points.
 *
 * Move: `public fun set_system_subsidy_rate(self: &mut WalrusSubsidies, admin_cap: &AdminCap, new_rate: u32)`
 */
export function setSystemSubsidyRate(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly adminCap: ObjectArgument;
    readonly newRate: PureArgument<number>;
  },
): TransactionResult {
  return call(tx, `${packageId}::walrus_subsidies::set_system_subsidy_rate`, [
    object(tx, args.self),
    object(tx, args.adminCap),
    pure(tx, u32, args.newRate),
  ]);
}

/**
 * Sets the FROST per node and epoch.
 *
 * Move: `public fun set_base_subsidy(self: &mut WalrusSubsidies, admin_cap: &AdminCap, base_subsidy: u64)`
 */
export function setBaseSubsidy(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly adminCap: ObjectArgument;
    readonly baseSubsidy: PureArgument<IntegerInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::walrus_subsidies::set_base_subsidy`, [
    object(tx, args.self),
    object(tx, args.adminCap),
    pure(tx, u64, args.baseSubsidy),
  ]);
}

/**
 * Sets the FROST per shard and epoch.
 *
 * Move: `public fun set_per_shard_subsidy(self: &mut WalrusSubsidies, admin_cap: &AdminCap, subsidy_per_shard: u64)`
 */
export function setPerShardSubsidy(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly adminCap: ObjectArgument;
    readonly subsidyPerShard: PureArgument<IntegerInput>;
  },
): TransactionResult {
  return call(tx, `${packageId}::walrus_subsidies::set_per_shard_subsidy`, [
    object(tx, args.self),
    object(tx, args.adminCap),
    pure(tx, u64, args.subsidyPerShard),
  ]);
}

/**
 * Pays all that is due. Anyone may do this.
 *
 * Move: `public fun process_subsidies(self: &mut WalrusSubsidies, staking: &mut Staking, system: &mut System, clock: &Clock)`
 */
export function processSubsidies(
  tx: Transaction,
  packageId: string,
  args: {
    readonly self: ObjectArgument;
    readonly staking: ObjectArgument;
    readonly system: ObjectArgument;
  },
): TransactionResult {
  return call(tx, `${packageId}::walrus_subsidies::process_subsidies`, [
    object(tx, args.self),
    object(tx, args.staking),
    object(tx, args.system),
    tx.object.clock(),
  ]);
}

/**
 * Takes an object of an older version over to this one. Anyone may do this.
 *
 * Move: `public fun migrate(self: &mut WalrusSubsidies)`
 */
export function migrate(
  tx: Transaction,
  packageId: string,
  args: { readonly self: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::walrus_subsidies::migrate`, [object(tx, args.self)]);
}
