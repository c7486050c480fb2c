/// A shared pot in which test networks exchange SUI for WAL and back at a fixed rate.
module wal_exchange::wal_exchange;

use sui::balance::{Self, Balance};
use sui::coin::Coin;
use sui::sui::SUI;
use wal::wal::WAL;

/// The pot holds too little.
const EInsufficientFundsInExchange: u64 = 0;
/// The coin holds less than the amount to exchange.
const EInsufficientInputBalance: u64 = 1;
/// The capability is for another exchange.
const EUnauthorizedAdminCap: u64 = 2;
/// Both sides of a rate must be positive.
const EInvalidExchangeRate: u64 = 3;

/// The pot. Shared.
public struct Exchange has key, store {
    id: UID,
    wal: Balance<WAL>,
    sui: Balance<SUI>,
    rate: ExchangeRate,
    /// ID of the capability of the administrator.
    admin: ID,
}

/// Right to change the rate and to take funds out of one exchange.
public struct AdminCap has key, store {
    id: UID,
}

/// `wal` FROST are worth `sui` MIST.
public struct ExchangeRate has copy, drop, store {
    wal: u64,
    sui: u64,
}

// === Rates ===

/// A rate of `wal` FROST for `sui` MIST.
public fun new_exchange_rate(wal: u64, sui: u64): ExchangeRate {
    assert!(wal > 0 && sui > 0, EInvalidExchangeRate);
    ExchangeRate { wal, sui }
}

/// MIST for an amount of FROST, rounded down.
fun wal_to_sui(self: &ExchangeRate, amount: u64): u64 {
    amount * self.sui / self.wal
}

/// FROST for an amount of MIST, rounded down.
fun sui_to_wal(self: &ExchangeRate, amount: u64): u64 {
    amount * self.wal / self.sui
}

// === Creation and funding ===

/// Shares an empty exchange with the rate 1:1 and returns its capability.
public fun new(ctx: &mut TxContext): AdminCap {
    new_with_wal(balance::zero(), ctx)
}

/// The same with `amount` FROST out of a coin.
public fun new_funded(wal: &mut Coin<WAL>, amount: u64, ctx: &mut TxContext): AdminCap {
    new_with_wal(wal.balance_mut().split(amount), ctx)
}

fun new_with_wal(wal: Balance<WAL>, ctx: &mut TxContext): AdminCap {
    let admin_cap = AdminCap { id: object::new(ctx) };
    transfer::share_object(Exchange {
        id: object::new(ctx),
        wal,
        sui: balance::zero(),
        rate: new_exchange_rate(1, 1),
        admin: object::id(&admin_cap),
    });
    admin_cap
}

/// Adds `amount` FROST out of a coin. Anyone may do this.
public fun add_wal(self: &mut Exchange, wal: &mut Coin<WAL>, amount: u64) {
    self.wal.join(wal.balance_mut().split(amount));
}

/// Adds `amount` MIST out of a coin. Anyone may do this.
public fun add_sui(self: &mut Exchange, sui: &mut Coin<SUI>, amount: u64) {
    self.sui.join(sui.balance_mut().split(amount));
}

/// Adds a coin. Anyone may do this.
public fun add_all_wal(self: &mut Exchange, wal: Coin<WAL>) {
    self.wal.join(wal.into_balance());
}

/// Adds a coin. Anyone may do this.
public fun add_all_sui(self: &mut Exchange, sui: Coin<SUI>) {
    self.sui.join(sui.into_balance());
}

// === Administration ===

/// Aborts if the capability is for another exchange.
fun check_admin(self: &Exchange, admin_cap: &AdminCap) {
    assert!(self.admin == object::id(admin_cap), EUnauthorizedAdminCap);
}

/// Takes WAL out of the exchange.
public fun withdraw_wal(
    self: &mut Exchange,
    amount: u64,
    admin_cap: &AdminCap,
    ctx: &mut TxContext,
): Coin<WAL> {
    self.check_admin(admin_cap);
    self.take_wal(amount, ctx)
}

/// Takes SUI out of the exchange.
public fun withdraw_sui(
    self: &mut Exchange,
    amount: u64,
    admin_cap: &AdminCap,
    ctx: &mut TxContext,
): Coin<SUI> {
    self.check_admin(admin_cap);
    self.take_sui(amount, ctx)
}

/// Makes `wal` FROST worth `sui` MIST.
public fun set_exchange_rate(self: &mut Exchange, wal: u64, sui: u64, admin_cap: &AdminCap) {
    self.check_admin(admin_cap);
    self.rate = new_exchange_rate(wal, sui);
}

// === Exchange ===

/// Exchanges a coin of SUI for WAL.
public fun exchange_all_for_wal(
    self: &mut Exchange,
    sui: Coin<SUI>,
    ctx: &mut TxContext,
): Coin<WAL> {
    let amount = self.rate.sui_to_wal(sui.value());
    self.add_all_sui(sui);
    self.take_wal(amount, ctx)
}

/// Exchanges `amount_sui` MIST out of a coin for WAL.
public fun exchange_for_wal(
    self: &mut Exchange,
    sui: &mut Coin<SUI>,
    amount_sui: u64,
    ctx: &mut TxContext,
): Coin<WAL> {
    assert!(amount_sui <= sui.value(), EInsufficientInputBalance);
    let part = sui.split(amount_sui, ctx);
    self.exchange_all_for_wal(part, ctx)
}

/// Exchanges a coin of WAL for SUI.
public fun exchange_all_for_sui(
    self: &mut Exchange,
    wal: Coin<WAL>,
    ctx: &mut TxContext,
): Coin<SUI> {
    let amount = self.rate.wal_to_sui(wal.value());
    self.add_all_wal(wal);
    self.take_sui(amount, ctx)
}

/// Exchanges `amount_wal` FROST out of a coin for SUI.
public fun exchange_for_sui(
    self: &mut Exchange,
    wal: &mut Coin<WAL>,
    amount_wal: u64,
    ctx: &mut TxContext,
): Coin<SUI> {
    assert!(amount_wal <= wal.value(), EInsufficientInputBalance);
    let part = wal.split(amount_wal, ctx);
    self.exchange_all_for_sui(part, ctx)
}

fun take_wal(self: &mut Exchange, amount: u64, ctx: &mut TxContext): Coin<WAL> {
    assert!(amount <= self.wal.value(), EInsufficientFundsInExchange);
    self.wal.split(amount).into_coin(ctx)
}

fun take_sui(self: &mut Exchange, amount: u64, ctx: &mut TxContext): Coin<SUI> {
    assert!(amount <= self.sui.value(), EInsufficientFundsInExchange);
    self.sui.split(amount).into_coin(ctx)
}

// === Tests ===

/// FROST and MIST in the exchange.
#[test_only]
public fun funds_for_testing(self: &Exchange): (u64, u64) {
    (self.wal.value(), self.sui.value())
}
