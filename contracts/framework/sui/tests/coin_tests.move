// SPDX-License-Identifier: Apache-2.0

#[test_only]
module sui::coin_tests;

use std::unit_test::{assert_eq, destroy};
use sui::balance;
use sui::coin;
use sui::sui::SUI;
use sui::test_utils;
use sui::url;

public struct COIN_TESTS has drop {}

public struct NotAWitness has drop {
    value: u64,
}

#[test]
fun balances_are_split_and_joined() {
    let mut balance = balance::create_for_testing<SUI>(10);
    let part = balance.split(4);
    assert_eq!(part.value(), 4);
    assert_eq!(balance.join(part), 10);
    let all = balance.withdraw_all();
    assert_eq!(balance.value(), 0);
    balance.destroy_zero();
    balance::zero<SUI>().destroy_zero();
    assert_eq!(all.destroy_for_testing(), 10);
}

#[test]
fun supply_grows_and_shrinks() {
    let mut supply = balance::create_supply(test_utils::create_one_time_witness<COIN_TESTS>());
    let balance = supply.increase_supply(5);
    assert_eq!(supply.value(), 5);
    assert_eq!(supply.decrease_supply(balance), 5);
    assert_eq!(supply.supply_value(), 0);
    destroy(supply);
}

#[test, expected_failure(abort_code = balance::ENotEnough)]
fun no_more_is_split_than_there_is() {
    let mut balance = balance::create_for_testing<SUI>(10);
    destroy(balance.split(11));
    abort
}

#[test, expected_failure(abort_code = balance::ENonZero)]
fun money_is_not_destroyed() {
    balance::create_for_testing<SUI>(1).destroy_zero();
}

#[test, expected_failure(abort_code = balance::EOverflow)]
fun supply_does_not_overflow() {
    let mut supply = balance::create_supply_for_testing<SUI>();
    destroy(supply.increase_supply(std::u64::max_value!() - 1));
    destroy(supply.increase_supply(1));
    abort
}

#[test, expected_failure(abort_code = balance::EOverflow)]
fun supply_does_not_become_negative() {
    let mut supply = balance::create_supply_for_testing<SUI>();
    supply.decrease_supply(balance::create_for_testing(1));
    abort
}

#[test]
fun coins_are_split_joined_and_divided() {
    let ctx = &mut tx_context::dummy();
    let mut coin = coin::mint_for_testing<SUI>(10, ctx);
    let part = coin.split(3, ctx);
    assert_eq!(part.value(), 3);
    assert_eq!(coin.balance().value(), 7);
    coin.join(part);
    let parts = coin.divide_into_n(3, ctx);
    assert_eq!(parts.map_ref!(|part| part.value()), vector[3, 3]);
    assert_eq!(coin.value(), 4);
    parts.do!(|part| coin.balance_mut().join(part.into_balance()).max(0));
    let mut balance = coin.into_balance();
    let taken = coin::take(&mut balance, 1, ctx);
    coin::put(&mut balance, taken);
    assert_eq!(balance.into_coin(ctx).burn_for_testing(), 10);
    coin::zero<SUI>(ctx).destroy_zero();
}

#[test, expected_failure(abort_code = coin::EInvalidArg)]
fun coin_is_not_divided_into_nothing() {
    let ctx = &mut tx_context::dummy();
    let mut coin = coin::mint_for_testing<SUI>(10, ctx);
    destroy(coin.divide_into_n(0, ctx));
    abort
}

#[test, expected_failure(abort_code = coin::ENotEnough)]
fun coin_is_not_divided_into_less_than_units() {
    let ctx = &mut tx_context::dummy();
    let mut coin = coin::mint_for_testing<SUI>(10, ctx);
    destroy(coin.divide_into_n(11, ctx));
    abort
}

#[test]
fun currency_is_minted_burned_and_described() {
    let ctx = &mut tx_context::dummy();
    let (mut cap, mut metadata) = coin::create_currency(
        test_utils::create_one_time_witness<COIN_TESTS>(),
        6,
        b"SYM",
        b"Name",
        b"Description",
        option::some(url::new_unsafe_from_bytes(b"https://example.org")),
        ctx,
    );
    let coin = cap.mint(50, ctx);
    assert_eq!(cap.total_supply(), 50);
    assert_eq!(cap.burn(coin), 50);
    let balance = cap.mint_balance(7);
    assert_eq!(cap.supply_immut().value(), 7);
    assert_eq!(cap.supply_mut().decrease_supply(balance), 7);
    assert_eq!(metadata.get_decimals(), 6);
    assert_eq!(metadata.get_symbol(), b"SYM".to_ascii_string());
    assert_eq!(metadata.get_name(), b"Name".to_string());
    assert_eq!(metadata.get_description(), b"Description".to_string());
    let mut icon = metadata.get_icon_url().destroy_some();
    assert_eq!(icon.inner_url(), b"https://example.org".to_ascii_string());
    icon.update(b"other".to_ascii_string());
    cap.update_icon_url(&mut metadata, icon.inner_url());
    cap.update_name(&mut metadata, b"New name".to_string());
    cap.update_symbol(&mut metadata, b"NEW".to_ascii_string());
    cap.update_description(&mut metadata, b"New description".to_string());
    assert_eq!(metadata.get_icon_url(), option::some(icon));
    assert_eq!(metadata.get_name(), b"New name".to_string());
    assert_eq!(metadata.get_symbol(), b"NEW".to_ascii_string());
    assert_eq!(metadata.get_description(), b"New description".to_string());
    destroy(cap.into_supply());
    destroy(metadata);
}

#[test, expected_failure(abort_code = coin::EBadWitness)]
fun currency_needs_a_one_time_witness() {
    let ctx = &mut tx_context::dummy();
    let (_cap, _metadata) = coin::create_currency(
        NotAWitness { value: 1 },
        6,
        b"",
        b"",
        b"",
        option::none(),
        ctx,
    );
    abort
}
