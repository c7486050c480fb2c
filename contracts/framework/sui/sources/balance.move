// SPDX-License-Identifier: Apache-2.0

/// Amounts of a coin type, without identity.
module sui::balance;

/// `balance.into_coin(ctx)`.
public use fun sui::coin::from_balance as Balance.into_coin;

/// `supply.value()`.
public use fun supply_value as Supply.value;

/// The balance is not zero.
const ENonZero: u64 = 0;
/// The supply would exceed the range of `u64`.
const EOverflow: u64 = 1;
/// The balance is smaller than the amount.
const ENotEnough: u64 = 2;

/// The total amount of `T` in existence and the right to change it.
public struct Supply<phantom T> has store {
    value: u64,
}

/// An amount of `T`.
public struct Balance<phantom T> has store {
    value: u64,
}

/// The amount.
public fun value<T>(self: &Balance<T>): u64 {
    self.value
}

/// The total amount.
public fun supply_value<T>(supply: &Supply<T>): u64 {
    supply.value
}

/// A supply of zero; consumes a witness of the type.
public fun create_supply<T: drop>(_: T): Supply<T> {
    Supply { value: 0 }
}

/// Makes `value` more of `T`. Aborts with `EOverflow`.
public fun increase_supply<T>(self: &mut Supply<T>, value: u64): Balance<T> {
    assert!(value < 0xFFFF_FFFF_FFFF_FFFF - self.value, EOverflow);
    self.value = self.value + value;
    Balance { value }
}

/// Destroys a balance; returns its amount. Aborts with `EOverflow` if it exceeds the supply.
public fun decrease_supply<T>(self: &mut Supply<T>, balance: Balance<T>): u64 {
    let Balance { value } = balance;
    assert!(self.value >= value, EOverflow);
    self.value = self.value - value;
    value
}

/// An amount of zero.
public fun zero<T>(): Balance<T> {
    Balance { value: 0 }
}

/// Adds a balance; returns the new amount.
public fun join<T>(self: &mut Balance<T>, balance: Balance<T>): u64 {
    let Balance { value } = balance;
    self.value = self.value + value;
    self.value
}

/// Takes an amount out. Aborts with `ENotEnough`.
public fun split<T>(self: &mut Balance<T>, value: u64): Balance<T> {
    assert!(value <= self.value, ENotEnough);
    self.value = self.value - value;
    Balance { value }
}

/// Takes everything out.
public fun withdraw_all<T>(self: &mut Balance<T>): Balance<T> {
    let value = self.value;
    self.split(value)
}

/// Ends an empty balance. Aborts with `ENonZero`.
public fun destroy_zero<T>(balance: Balance<T>) {
    let Balance { value } = balance;
    assert!(value == 0, ENonZero)
}

/// Ends a supply; returns the total amount, which can no longer change.
public(package) fun destroy_supply<T>(self: Supply<T>): u64 {
    let Supply { value } = self;
    value
}

/// A balance out of nothing.
#[test_only]
public fun create_for_testing<T>(value: u64): Balance<T> {
    Balance { value }
}

/// Ends any balance; returns its amount.
#[test_only]
public fun destroy_for_testing<T>(self: Balance<T>): u64 {
    let Balance { value } = self;
    value
}

/// A supply without witness.
#[test_only]
public fun create_supply_for_testing<T>(): Supply<T> {
    Supply { value: 0 }
}
