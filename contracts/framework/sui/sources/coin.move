// SPDX-License-Identifier: Apache-2.0

/// Coins: balances that are objects, the right to mint them, and what wallets show about them.
/// Coins that an issuer can freeze are not part of this framework; their structs are, for types.
module sui::coin;

use std::ascii;
use std::string;
use sui::balance::{Self, Balance, Supply};
use sui::url::{Self, Url};

/// `cap.into_supply()`.
public use fun treasury_into_supply as TreasuryCap.into_supply;

/// The witness is not a one-time witness.
const EBadWitness: u64 = 0;
/// Zero parts, or more parts than units.
const EInvalidArg: u64 = 1;
/// The coin holds less than needed.
const ENotEnough: u64 = 2;

/// An amount of `T` with an identity.
public struct Coin<phantom T> has key, store {
    id: UID,
    balance: Balance<T>,
}

/// What to show about coins of type `T`.
public struct CoinMetadata<phantom T> has key, store {
    id: UID,
    /// Digits after the decimal point.
    decimals: u8,
    name: string::String,
    symbol: ascii::String,
    description: string::String,
    icon_url: Option<Url>,
}

/// Marks a coin type as regulated.
#[allow(unused_field)]
public struct RegulatedCoinMetadata<phantom T> has key {
    id: UID,
    coin_metadata_object: ID,
    deny_cap_object: ID,
}

/// The right to mint and burn.
public struct TreasuryCap<phantom T> has key, store {
    id: UID,
    total_supply: Supply<T>,
}

/// The right to freeze coins of addresses.
#[allow(unused_field)]
public struct DenyCapV2<phantom T> has key, store {
    id: UID,
    allow_global_pause: bool,
}

/// Formerly an event of `create_currency`; no longer emitted.
#[allow(unused_field)]
public struct CurrencyCreated<phantom T> has copy, drop {
    decimals: u8,
}

/// The former right to freeze coins.
#[allow(unused_field)]
public struct DenyCap<phantom T> has key, store {
    id: UID,
}

/// The amount in circulation.
public fun total_supply<T>(cap: &TreasuryCap<T>): u64 {
    cap.total_supply.value()
}

/// Gives up the right to mint by the cap; what remains is the supply.
public fun treasury_into_supply<T>(treasury: TreasuryCap<T>): Supply<T> {
    let TreasuryCap { id, total_supply } = treasury;
    id.delete();
    total_supply
}

/// The supply inside the cap.
public fun supply_immut<T>(treasury: &TreasuryCap<T>): &Supply<T> {
    &treasury.total_supply
}

/// The supply inside the cap, mutable.
public fun supply_mut<T>(treasury: &mut TreasuryCap<T>): &mut Supply<T> {
    &mut treasury.total_supply
}

/// The amount of a coin.
public fun value<T>(self: &Coin<T>): u64 {
    self.balance.value()
}

/// The balance inside a coin.
public fun balance<T>(coin: &Coin<T>): &Balance<T> {
    &coin.balance
}

/// The balance inside a coin, mutable.
public fun balance_mut<T>(coin: &mut Coin<T>): &mut Balance<T> {
    &mut coin.balance
}

/// A coin of this balance.
public fun from_balance<T>(balance: Balance<T>, ctx: &mut TxContext): Coin<T> {
    Coin { id: object::new(ctx), balance }
}

/// The balance of this coin, whose identity ends.
public fun into_balance<T>(coin: Coin<T>): Balance<T> {
    let Coin { id, balance } = coin;
    id.delete();
    balance
}

/// A coin of `value` taken from a balance. Aborts with the code of `balance::split`.
public fun take<T>(balance: &mut Balance<T>, value: u64, ctx: &mut TxContext): Coin<T> {
    from_balance(balance.split(value), ctx)
}

/// Adds a coin to a balance.
public fun put<T>(balance: &mut Balance<T>, coin: Coin<T>) {
    balance.join(coin.into_balance());
}

/// Adds coin `c` to this one.
public entry fun join<T>(self: &mut Coin<T>, c: Coin<T>) {
    self.balance.join(c.into_balance());
}

/// A new coin of `split_amount` taken from this one. Aborts with the code of
/// `balance::split`.
public fun split<T>(self: &mut Coin<T>, split_amount: u64, ctx: &mut TxContext): Coin<T> {
    take(&mut self.balance, split_amount, ctx)
}

/// Splits off `n - 1` coins of an `n`th part each; the rest stays. Aborts with `EInvalidArg` or
/// `ENotEnough`.
public fun divide_into_n<T>(self: &mut Coin<T>, n: u64, ctx: &mut TxContext): vector<Coin<T>> {
    assert!(n > 0, EInvalidArg);
    assert!(n <= self.value(), ENotEnough);
    let part = self.value() / n;
    vector::tabulate!(n - 1, |_| self.split(part, ctx))
}

/// A coin of amount zero.
public fun zero<T>(ctx: &mut TxContext): Coin<T> {
    from_balance(balance::zero(), ctx)
}

/// Ends an empty coin. Aborts with the code of `balance::destroy_zero`.
public fun destroy_zero<T>(c: Coin<T>) {
    c.into_balance().destroy_zero()
}

/// Registers `T`, whose one-time witness is consumed, as a coin type. Aborts with `EBadWitness`.
public fun create_currency<T: drop>(
    witness: T,
    decimals: u8,
    symbol: vector<u8>,
    name: vector<u8>,
    description: vector<u8>,
    icon_url: Option<Url>,
    ctx: &mut TxContext,
): (TreasuryCap<T>, CoinMetadata<T>) {
    assert!(sui::types::is_one_time_witness(&witness), EBadWitness);
    let treasury = TreasuryCap {
        id: object::new(ctx),
        total_supply: balance::create_supply(witness),
    };
    let metadata = CoinMetadata {
        id: object::new(ctx),
        decimals,
        name: name.to_string(),
        symbol: symbol.to_ascii_string(),
        description: description.to_string(),
        icon_url,
    };
    (treasury, metadata)
}

/// A new coin of amount `value`. Aborts with the code of `balance::increase_supply`.
public fun mint<T>(cap: &mut TreasuryCap<T>, value: u64, ctx: &mut TxContext): Coin<T> {
    from_balance(cap.mint_balance(value), ctx)
}

/// A new balance of amount `value`. Aborts with the code of `balance::increase_supply`.
public fun mint_balance<T>(cap: &mut TreasuryCap<T>, value: u64): Balance<T> {
    cap.total_supply.increase_supply(value)
}

/// Destroys a coin; returns its amount.
public entry fun burn<T>(cap: &mut TreasuryCap<T>, c: Coin<T>): u64 {
    cap.total_supply.decrease_supply(c.into_balance())
}

/// Mints a coin and gives it to an address.
public entry fun mint_and_transfer<T>(
    c: &mut TreasuryCap<T>,
    amount: u64,
    recipient: address,
    ctx: &mut TxContext,
) {
    transfer::public_transfer(c.mint(amount, ctx), recipient)
}

/// Changes the name.
public entry fun update_name<T>(
    _treasury: &TreasuryCap<T>,
    metadata: &mut CoinMetadata<T>,
    name: string::String,
) {
    metadata.name = name
}

/// Changes the symbol.
public entry fun update_symbol<T>(
    _treasury: &TreasuryCap<T>,
    metadata: &mut CoinMetadata<T>,
    symbol: ascii::String,
) {
    metadata.symbol = symbol
}

/// Changes the description.
public entry fun update_description<T>(
    _treasury: &TreasuryCap<T>,
    metadata: &mut CoinMetadata<T>,
    description: string::String,
) {
    metadata.description = description
}

/// Changes the icon.
public entry fun update_icon_url<T>(
    _treasury: &TreasuryCap<T>,
    metadata: &mut CoinMetadata<T>,
    url: ascii::String,
) {
    metadata.icon_url = option::some(url::new_unsafe(url))
}

/// Digits after the decimal point.
public fun get_decimals<T>(metadata: &CoinMetadata<T>): u8 {
    metadata.decimals
}

/// The name.
public fun get_name<T>(metadata: &CoinMetadata<T>): string::String {
    metadata.name
}

/// The symbol.
public fun get_symbol<T>(metadata: &CoinMetadata<T>): ascii::String {
    metadata.symbol
}

/// The description.
public fun get_description<T>(metadata: &CoinMetadata<T>): string::String {
    metadata.description
}

/// The icon.
public fun get_icon_url<T>(metadata: &CoinMetadata<T>): Option<Url> {
    metadata.icon_url
}

/// A coin out of nothing.
#[test_only]
public fun mint_for_testing<T>(value: u64, ctx: &mut TxContext): Coin<T> {
    from_balance(balance::create_for_testing(value), ctx)
}

/// Ends any coin; returns its amount.
#[test_only]
public fun burn_for_testing<T>(coin: Coin<T>): u64 {
    coin.into_balance().destroy_for_testing()
}

/// A treasury without witness.
#[test_only]
public fun create_treasury_cap_for_testing<T>(ctx: &mut TxContext): TreasuryCap<T> {
    TreasuryCap { id: object::new(ctx), total_supply: balance::create_supply_for_testing() }
}
