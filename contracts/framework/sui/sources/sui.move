// SPDX-License-Identifier: Apache-2.0

/// The coin that pays for gas.
module sui::sui;

use sui::balance::{Self, Balance};

/// The transaction is not the genesis transaction.
const EAlreadyMinted: u64 = 0;
/// The sender is not `@0x0`.
const ENotSystemAddress: u64 = 1;

/// Whole SUI that exist.
const TOTAL_SUPPLY_SUI: u64 = 10_000_000_000;
/// MIST that exist; 10^9 MIST are one SUI.
const TOTAL_SUPPLY_MIST: u64 = TOTAL_SUPPLY_SUI * 1_000_000_000;

/// The coin type.
public struct SUI has drop {}

/// The whole supply, made once by the genesis transaction. Aborts with `ENotSystemAddress` or
/// `EAlreadyMinted`.
#[allow(unused_function, unused_mut_parameter)]
fun new(ctx: &mut TxContext): Balance<SUI> {
    assert!(ctx.sender() == @0x0, ENotSystemAddress);
    assert!(ctx.epoch() == 0, EAlreadyMinted);
    let mut supply = balance::create_supply(SUI {});
    let total = supply.increase_supply(TOTAL_SUPPLY_MIST);
    supply.destroy_supply();
    total
}

/// Gives a coin to an address.
public entry fun transfer(c: sui::coin::Coin<SUI>, recipient: address) {
    transfer::public_transfer(c, recipient)
}
