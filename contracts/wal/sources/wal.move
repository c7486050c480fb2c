/// WAL, the token of Walrus.
///
/// The whole supply exists from the start. The right to mint is locked away in a shared object that
/// only lets holders burn their coins, so the supply can never grow.
module wal::wal;

use sui::coin::{Self, Coin, TreasuryCap};
use sui::dynamic_object_field;
use sui::url;

/// Supply in whole WAL.
const TOTAL_WAL_SUPPLY_TO_MINT: u64 = 5_000_000_000;
/// 1 WAL = 10^9 FROST.
const DECIMALS: u8 = 9;
const SYMBOL: vector<u8> = b"WAL";
const NAME: vector<u8> = b"WAL Token";
const DESCRIPTION: vector<u8> = b"Pays for storage on a Walrus network and secures it as stake.";
/// A square with a W, small enough to travel inside the coin metadata.
const ICON_URL: vector<u8> =
    b"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E%3Cpath fill='none' stroke='%23165' d='M1 2l1 4 2-3 2 3 1-4'/%3E%3C/svg%3E";

/// One-time witness and type of the coin.
public struct WAL has drop {}

/// Holds the minting right of WAL in a dynamic object field under `TreasuryCapKey {}`. Shared.
public struct ProtectedTreasury has key {
    id: UID,
}

/// Name of the field with the minting right.
public struct TreasuryCapKey has copy, drop, store {}

/// Creates the token when the package is published.
fun init(otw: WAL, ctx: &mut TxContext) {
    init_impl(otw, ctx)
}

/// Creates the currency, sends the whole supply to the publisher and locks the minting right away.
fun init_impl(otw: WAL, ctx: &mut TxContext) {
    let (mut cap, coin_metadata) = coin::create_currency(
        otw,
        DECIMALS,
        SYMBOL,
        NAME,
        DESCRIPTION,
        option::some(url::new_unsafe_from_bytes(ICON_URL)),
        ctx,
    );
    transfer::public_freeze_object(coin_metadata);

    let supply = cap.mint(TOTAL_WAL_SUPPLY_TO_MINT * 10u64.pow(DECIMALS), ctx);
    transfer::public_transfer(supply, ctx.sender());

    let mut treasury = ProtectedTreasury { id: object::new(ctx) };
    dynamic_object_field::add(&mut treasury.id, TreasuryCapKey {}, cap);
    transfer::share_object(treasury);
}

/// Current supply in FROST.
public fun total_supply(treasury: &ProtectedTreasury): u64 {
    treasury.borrow_cap().total_supply()
}

/// Destroys coins for good.
public fun burn(treasury: &mut ProtectedTreasury, coin: Coin<WAL>) {
    treasury.borrow_cap_mut().burn(coin);
}

/// The minting right.
fun borrow_cap(treasury: &ProtectedTreasury): &TreasuryCap<WAL> {
    dynamic_object_field::borrow(&treasury.id, TreasuryCapKey {})
}

/// The minting right, for changes of the supply.
fun borrow_cap_mut(treasury: &mut ProtectedTreasury): &mut TreasuryCap<WAL> {
    dynamic_object_field::borrow_mut(&mut treasury.id, TreasuryCapKey {})
}

/// Does what publishing does, for tests of this and other packages.
#[test_only]
public fun init_for_testing(ctx: &mut TxContext) {
    init_impl(sui::test_utils::create_one_time_witness<WAL>(), ctx)
}
