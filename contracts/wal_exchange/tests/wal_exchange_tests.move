/// Rates, funding, exchange in both directions and administration.
#[test_only]
module wal_exchange::wal_exchange_tests;

use std::unit_test::{assert_eq, destroy};
use sui::coin::{Self, Coin};
use sui::sui::SUI;
use sui::test_scenario::{Self, Scenario};
use wal::wal::WAL;
use wal_exchange::wal_exchange::{Self, AdminCap, Exchange};

const OWNER: address = @0xA;
const MAX: u64 = 18_446_744_073_709_551_615;

/// An exchange with the given funds, taken by its owner.
fun start(wal: u64, sui: u64): (Scenario, Exchange, AdminCap) {
    let mut scenario = test_scenario::begin(OWNER);
    let cap = wal_exchange::new(scenario.ctx());
    scenario.next_tx(OWNER);
    let mut exchange: Exchange = scenario.take_shared();
    exchange.add_all_wal(coin::mint_for_testing(wal, scenario.ctx()));
    exchange.add_all_sui(coin::mint_for_testing(sui, scenario.ctx()));
    (scenario, exchange, cap)
}

fun finish(scenario: Scenario, exchange: Exchange, cap: AdminCap) {
    test_scenario::return_shared(exchange);
    destroy(cap);
    scenario.end();
}

fun check(exchange: &Exchange, wal: u64, sui: u64) {
    let (wal_funds, sui_funds) = exchange.funds_for_testing();
    assert_eq!(wal_funds, wal);
    assert_eq!(sui_funds, sui);
}

#[test]
fun new_exchange_is_empty_and_even() {
    let (mut scenario, mut exchange, cap) = start(0, 0);
    check(&exchange, 0, 0);
    exchange.add_all_wal(coin::mint_for_testing(10, scenario.ctx()));
    let sui = coin::mint_for_testing(10, scenario.ctx());
    let wal = exchange.exchange_all_for_wal(sui, scenario.ctx());
    assert_eq!(wal.burn_for_testing(), 10);
    check(&exchange, 0, 10);
    finish(scenario, exchange, cap);
}

#[test]
fun exchange_is_funded_from_a_coin() {
    let mut scenario = test_scenario::begin(OWNER);
    let mut coin: Coin<WAL> = coin::mint_for_testing(10, scenario.ctx());
    let cap = wal_exchange::new_funded(&mut coin, 7, scenario.ctx());
    assert_eq!(coin.burn_for_testing(), 3);
    scenario.next_tx(OWNER);
    let exchange: Exchange = scenario.take_shared();
    check(&exchange, 7, 0);
    finish(scenario, exchange, cap);
}

#[test]
fun parts_of_coins_are_added() {
    let (mut scenario, mut exchange, cap) = start(1, 2);
    let mut wal: Coin<WAL> = coin::mint_for_testing(10, scenario.ctx());
    let mut sui: Coin<SUI> = coin::mint_for_testing(10, scenario.ctx());
    exchange.add_wal(&mut wal, 4);
    exchange.add_sui(&mut sui, 10);
    check(&exchange, 5, 12);
    assert_eq!(wal.burn_for_testing(), 6);
    sui.destroy_zero();
    finish(scenario, exchange, cap);
}

#[test, expected_failure(abort_code = 2, location = sui::balance)]
fun more_than_a_coin_is_not_added() {
    let (mut scenario, mut exchange, _cap) = start(0, 0);
    let mut wal: Coin<WAL> = coin::mint_for_testing(10, scenario.ctx());
    exchange.add_wal(&mut wal, 11);
    abort
}

#[test]
fun amounts_are_rounded_down() {
    let (mut scenario, mut exchange, cap) = start(100, 100);
    // 2 FROST are worth 3 MIST.
    exchange.set_exchange_rate(2, 3, &cap);
    let sui = coin::mint_for_testing(10, scenario.ctx());
    assert_eq!(exchange.exchange_all_for_wal(sui, scenario.ctx()).burn_for_testing(), 6);
    check(&exchange, 94, 110);
    let wal = coin::mint_for_testing(5, scenario.ctx());
    assert_eq!(exchange.exchange_all_for_sui(wal, scenario.ctx()).burn_for_testing(), 7);
    check(&exchange, 99, 103);
    let sui = coin::mint_for_testing(1, scenario.ctx());
    assert_eq!(exchange.exchange_all_for_wal(sui, scenario.ctx()).burn_for_testing(), 0);
    finish(scenario, exchange, cap);
}

#[test]
fun parts_of_coins_are_exchanged() {
    let (mut scenario, mut exchange, cap) = start(100, 100);
    let mut sui: Coin<SUI> = coin::mint_for_testing(10, scenario.ctx());
    assert_eq!(exchange.exchange_for_wal(&mut sui, 4, scenario.ctx()).burn_for_testing(), 4);
    assert_eq!(exchange.exchange_for_wal(&mut sui, 6, scenario.ctx()).burn_for_testing(), 6);
    sui.destroy_zero();
    let mut wal: Coin<WAL> = coin::mint_for_testing(10, scenario.ctx());
    assert_eq!(exchange.exchange_for_sui(&mut wal, 3, scenario.ctx()).burn_for_testing(), 3);
    assert_eq!(wal.burn_for_testing(), 7);
    check(&exchange, 93, 107);
    finish(scenario, exchange, cap);
}

#[test]
fun exchange_may_be_emptied() {
    let (mut scenario, mut exchange, cap) = start(5, 6);
    let sui = coin::mint_for_testing(5, scenario.ctx());
    exchange.exchange_all_for_wal(sui, scenario.ctx()).burn_for_testing();
    let wal = coin::mint_for_testing(11, scenario.ctx());
    exchange.exchange_all_for_sui(wal, scenario.ctx()).burn_for_testing();
    check(&exchange, 11, 0);
    finish(scenario, exchange, cap);
}

#[test, expected_failure(abort_code = wal_exchange::EInsufficientFundsInExchange)]
fun more_wal_than_there_is_fails() {
    let (mut scenario, mut exchange, _cap) = start(5, 0);
    let sui = coin::mint_for_testing(6, scenario.ctx());
    exchange.exchange_all_for_wal(sui, scenario.ctx()).burn_for_testing();
    abort
}

#[test, expected_failure(abort_code = wal_exchange::EInsufficientFundsInExchange)]
fun more_sui_than_there_is_fails() {
    let (mut scenario, mut exchange, _cap) = start(0, 5);
    let wal = coin::mint_for_testing(6, scenario.ctx());
    exchange.exchange_all_for_sui(wal, scenario.ctx()).burn_for_testing();
    abort
}

#[test, expected_failure(abort_code = wal_exchange::EInsufficientInputBalance)]
fun more_sui_than_in_the_coin_fails() {
    let (mut scenario, mut exchange, _cap) = start(5, 5);
    let mut sui: Coin<SUI> = coin::mint_for_testing(1, scenario.ctx());
    exchange.exchange_for_wal(&mut sui, 2, scenario.ctx()).burn_for_testing();
    abort
}

#[test, expected_failure(abort_code = wal_exchange::EInsufficientInputBalance)]
fun more_wal_than_in_the_coin_fails() {
    let (mut scenario, mut exchange, _cap) = start(5, 5);
    let mut wal: Coin<WAL> = coin::mint_for_testing(1, scenario.ctx());
    exchange.exchange_for_sui(&mut wal, 2, scenario.ctx()).burn_for_testing();
    abort
}

#[test, expected_failure(arithmetic_error, location = wal_exchange)]
fun product_that_overflows_fails() {
    let (mut scenario, mut exchange, cap) = start(5, 5);
    exchange.set_exchange_rate(MAX, 1, &cap);
    let sui = coin::mint_for_testing(2, scenario.ctx());
    exchange.exchange_all_for_wal(sui, scenario.ctx()).burn_for_testing();
    abort
}

#[test, expected_failure(abort_code = wal_exchange::EInvalidExchangeRate)]
fun rate_without_wal_fails() {
    wal_exchange::new_exchange_rate(0, 1);
}

#[test, expected_failure(abort_code = wal_exchange::EInvalidExchangeRate)]
fun rate_without_sui_fails() {
    let (_scenario, mut exchange, cap) = start(0, 0);
    exchange.set_exchange_rate(1, 0, &cap);
    abort
}

#[test]
fun rates_are_plain_values() {
    assert_eq!(wal_exchange::new_exchange_rate(1, 2), wal_exchange::new_exchange_rate(1, 2));
    assert!(wal_exchange::new_exchange_rate(1, 2) != wal_exchange::new_exchange_rate(2, 1));
}

#[test]
fun administrator_takes_funds_out() {
    let (mut scenario, mut exchange, cap) = start(5, 6);
    let wal = exchange.withdraw_wal(5, &cap, scenario.ctx());
    let sui = exchange.withdraw_sui(4, &cap, scenario.ctx());
    assert_eq!(wal.burn_for_testing(), 5);
    assert_eq!(sui.burn_for_testing(), 4);
    check(&exchange, 0, 2);
    finish(scenario, exchange, cap);
}

#[test, expected_failure(abort_code = wal_exchange::EInsufficientFundsInExchange)]
fun administrator_takes_no_more_wal_than_there_is() {
    let (mut scenario, mut exchange, cap) = start(5, 6);
    exchange.withdraw_wal(6, &cap, scenario.ctx()).burn_for_testing();
    abort
}

#[test, expected_failure(abort_code = wal_exchange::EInsufficientFundsInExchange)]
fun administrator_takes_no_more_sui_than_there_is() {
    let (mut scenario, mut exchange, cap) = start(5, 6);
    exchange.withdraw_sui(7, &cap, scenario.ctx()).burn_for_testing();
    abort
}

#[test, expected_failure(abort_code = wal_exchange::EUnauthorizedAdminCap)]
fun other_administrators_take_no_wal() {
    let (mut scenario, mut exchange, _cap) = start(5, 6);
    let other = wal_exchange::new(scenario.ctx());
    exchange.withdraw_wal(1, &other, scenario.ctx()).burn_for_testing();
    abort
}

#[test, expected_failure(abort_code = wal_exchange::EUnauthorizedAdminCap)]
fun other_administrators_take_no_sui() {
    let (mut scenario, mut exchange, _cap) = start(5, 6);
    let other = wal_exchange::new(scenario.ctx());
    exchange.withdraw_sui(1, &other, scenario.ctx()).burn_for_testing();
    abort
}

#[test, expected_failure(abort_code = wal_exchange::EUnauthorizedAdminCap)]
fun other_administrators_set_no_rate() {
    let (mut scenario, mut exchange, _cap) = start(5, 6);
    let other = wal_exchange::new(scenario.ctx());
    exchange.set_exchange_rate(0, 0, &other);
    abort
}
