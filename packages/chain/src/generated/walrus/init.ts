// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import {
  call,
  object,
  pure,
  type IntegerInput,
  type ObjectArgument,
  type PureArgument,
} from '../../move/call.js';
import { address, bcs, bool, datatype, publisher, u16, u32, u64 } from '../../move/layout.js';
import type { Transaction, TransactionResult } from '@mysten/sui/transactions';

/**
 * One-time witness of the package.
 *
 * Layout of `walrus::init::INIT`.
 */
export const INIT = /* @__PURE__ */ datatype('init::INIT', () =>
  bcs.struct('INIT', { dummyField: bool }),
);

/**
 * Right to initialise the network, given to the publisher.
 *
 * Layout of `walrus::init::InitCap`.
 */
export const InitCap = /* @__PURE__ */ datatype('init::InitCap', () =>
  bcs.struct('InitCap', { id: address, publisher: publisher }),
);

/**
 * Creates and shares all objects of a new network and returns the emergency upgrade capability.
 *
 * Durations are milliseconds. `max_epochs_ahead` is the number of epochs for which storage can be
 * bought; it, the number of shards and the durations can never be changed.
 *
 * Move: `public fun initialize_walrus(init_cap: InitCap, upgrade_cap: UpgradeCap, epoch_zero_duration: u64, epoch_duration: u64, n_shards: u16, max_epochs_ahead: u32, clock: &Clock, ctx: &mut TxContext): EmergencyUpgradeCap`
 */
export function initializeWalrus(
  tx: Transaction,
  packageId: string,
  args: {
    readonly initCap: ObjectArgument;
    readonly upgradeCap: ObjectArgument;
    readonly epochZeroDuration: PureArgument<IntegerInput>;
    readonly epochDuration: PureArgument<IntegerInput>;
    readonly nShards: PureArgument<number>;
    readonly maxEpochsAhead: PureArgument<number>;
  },
): TransactionResult {
  return call(tx, `${packageId}::init::initialize_walrus`, [
    object(tx, args.initCap),
    object(tx, args.upgradeCap),
    pure(tx, u64, args.epochZeroDuration),
    pure(tx, u64, args.epochDuration),
    pure(tx, u16, args.nShards),
    pure(tx, u32, args.maxEpochsAhead),
    tx.object.clock(),
  ]);
}

/**
 * Replaced by `migrate_v2`; always aborts.
 *
 * Move: `public fun migrate(_staking: &mut Staking, _system: &mut System)`
 */
export function migrate(
  tx: Transaction,
  packageId: string,
  args: { readonly staking: ObjectArgument; readonly system: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::init::migrate`, [
    object(tx, args.staking),
    object(tx, args.system),
  ]);
}

/**
 * Moves the shared objects to the version of this package after an upgrade. Anyone may call this.
 *
 * Move: `entry fun migrate_v2(staking: &mut Staking, system: &mut System, _ctx: &mut TxContext)`
 */
export function migrateV2(
  tx: Transaction,
  packageId: string,
  args: { readonly staking: ObjectArgument; readonly system: ObjectArgument },
): TransactionResult {
  return call(tx, `${packageId}::init::migrate_v2`, [
    object(tx, args.staking),
    object(tx, args.system),
  ]);
}
