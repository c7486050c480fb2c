#[test_only]
module wal::wal_tests;

use std::unit_test::assert_eq;
use sui::coin::{Coin, CoinMetadata};
use sui::test_scenario::{Self, Scenario};
use wal::wal::{Self, ProtectedTreasury, WAL};

const PUBLISHER: address = @0xA11CE;
const SUPPLY: u64 = 5_000_000_000_000_000_000;

fun publish(): Scenario {
    let mut scenario = test_scenario::begin(PUBLISHER);
    wal::init_for_testing(scenario.ctx());
    scenario.next_tx(PUBLISHER);
    scenario
}

#[test]
fun publisher_receives_the_whole_supply() {
    let scenario = publish();
    let coin: Coin<WAL> = scenario.take_from_sender();
    assert_eq!(coin.value(), SUPPLY);
    let treasury: ProtectedTreasury = scenario.take_shared();
    assert_eq!(treasury.total_supply(), SUPPLY);

    test_scenario::return_shared(treasury);
    scenario.return_to_sender(coin);
    scenario.end();
}

#[test]
fun metadata_is_frozen_and_complete() {
    let scenario = publish();
    let metadata: CoinMetadata<WAL> = scenario.take_immutable();
    assert_eq!(metadata.get_decimals(), 9);
    assert_eq!(metadata.get_symbol(), b"WAL".to_ascii_string());
    assert_eq!(metadata.get_name(), b"WAL Token".to_string());
    assert!(metadata.get_description().length() > 0);
    assert!(metadata.get_icon_url().is_some());
    test_scenario::return_immutable(metadata);
    scenario.end();
}

#[test]
fun anybody_may_burn_coins() {
    let mut scenario = publish();
    let mut coin: Coin<WAL> = scenario.take_from_sender();
    let part = coin.split(1_000, scenario.ctx());
    transfer::public_transfer(part, @0xB0B);
    scenario.return_to_sender(coin);

    scenario.next_tx(@0xB0B);
    let mut treasury: ProtectedTreasury = scenario.take_shared();
    let mut coin: Coin<WAL> = scenario.take_from_sender();
    treasury.burn(coin.split(1, scenario.ctx()));
    assert_eq!(treasury.total_supply(), SUPPLY - 1);
    treasury.burn(coin);
    assert_eq!(treasury.total_supply(), SUPPLY - 1_000);

    test_scenario::return_shared(treasury);
    scenario.end();
}
