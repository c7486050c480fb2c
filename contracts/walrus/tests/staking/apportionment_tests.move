/// Distribution of shards by stake, the queue behind it, and the quorum votes.
#[test_only]
module walrus::apportionment_tests;

use std::unit_test::assert_eq;
use std::uq64_64;
use walrus::apportionment_queue;
use walrus::staking_inner;

fun check(n_shards: u16, stake: vector<u64>, expected: vector<u16>) {
    assert_eq!(staking_inner::dhondt_for_testing(n_shards, stake), expected);
}

#[test]
fun equal_stakes() {
    let stake = vector[25000, 25000, 25000, 25000];
    check(4, stake, vector[1, 1, 1, 1]);
    check(778, stake, vector[195, 195, 194, 194]);
    check(7, stake, vector[2, 2, 2, 1]);
    check(6, stake, vector[2, 2, 1, 1]);
}

#[test]
fun unequal_stakes() {
    let stake = vector[50000, 30000, 15000, 5000];
    check(4, stake, vector[2, 2, 0, 0]);
    check(777, stake, vector[389, 234, 116, 38]);
    check(1000, stake, vector[500, 300, 150, 50]);
}

#[test]
fun partly_equal_stakes() {
    let stake = vector[50000, 50000, 30000, 15000, 15000, 5000];
    check(777, stake, vector[236, 236, 142, 70, 70, 23]);
    check(1000, stake, vector[303, 303, 182, 91, 91, 30]);
    check(9, vector[200, 200, 200, 100, 100, 100], vector[2, 2, 2, 1, 1, 1]);
}

#[test]
fun exact_seats() {
    check(18, vector[780_000, 650_000, 520_000, 390_000, 260_000], vector[6, 5, 4, 2, 1]);
    check(3, vector[1_000_000, 999_999], vector[2, 1]);
}

#[test]
fun no_shards() {
    check(0, vector[100, 90, 80], vector[0, 0, 0]);
}

#[test]
fun nodes_without_stake_fill_up_above_the_cap() {
    check(5, vector[1, 0, 0], vector[4, 1, 0]);
}

#[test]
fun large_stakes() {
    check(500, vector[1_000_000_000_000, 900_000_000_000, 100_000_000_000], vector[250, 225, 25]);
    // The sum is above 64 bits.
    let huge = 18_446_744_073_709_551_615;
    check(9, vector[huge, huge, huge], vector[3, 3, 3]);
}

#[test]
fun cap_with_few_nodes() {
    check(1000, vector[600, 100, 200, 100], vector[500, 125, 250, 125]);
}

#[test]
fun cap_with_many_nodes() {
    let mut stake = vector[200];
    20u64.do!(|_| stake.push_back(20));
    let mut expected = vector[100];
    20u64.do!(|_| expected.push_back(45));
    check(1000, stake, expected);
}

#[test]
fun cap_at_the_border_of_twenty_nodes() {
    // 19 nodes: ceil(1000 * 20 / 190) = 106. 20 nodes: 100.
    let mut stake = vector[1_000_000];
    18u64.do!(|_| stake.push_back(1_000));
    assert_eq!(staking_inner::dhondt_for_testing(1000, stake)[0], 106);
    stake.push_back(1_000);
    assert_eq!(staking_inner::dhondt_for_testing(1000, stake)[0], 100);
}

#[test]
fun thousand_shards_over_hundred_nodes() {
    let stake = vector::tabulate!(100, |i| 1_000_000_000 * (i + 1));
    let shards = staking_inner::dhondt_for_testing(1000, stake);
    let mut total = 0u64;
    let mut i = 0;
    while (i < 100) {
        total = total + (shards[i] as u64);
        // More stake never means fewer shards.
        if (i > 0) assert!(shards[i - 1] <= shards[i]);
        i = i + 1;
    };
    assert_eq!(total, 1000);
    assert_eq!(shards[99], 20);
}

#[test, expected_failure(abort_code = staking_inner::ENoStake)]
fun no_stake() {
    check(10, vector[0, 0], vector[]);
}

#[test, expected_failure(abort_code = staking_inner::ENoStake)]
fun no_nodes() {
    check(10, vector[], vector[]);
}

// === Queue ===

#[test]
fun queue_orders_by_priority_then_tie_breaker() {
    let mut queue = apportionment_queue::new<u64>();
    queue.insert(uq64_64::from_quotient(1, 3), 1, 10);
    queue.insert(uq64_64::from_quotient(1, 2), 1, 11);
    queue.insert(uq64_64::from_quotient(1, 3), 3, 12);
    queue.insert(uq64_64::from_quotient(7, 2), 0, 13);
    queue.insert(uq64_64::from_quotient(1, 3), 2, 14);
    queue.insert(uq64_64::from_int(0), 9, 15);
    let mut values = vector[];
    6u64.do!(|_| {
        let (_, _, value) = queue.pop_max();
        values.push_back(value);
    });
    assert_eq!(values, vector[13, 11, 12, 14, 10, 15]);
}

#[test]
fun queue_returns_all_parts() {
    let mut queue = apportionment_queue::new<vector<u8>>();
    let priority = uq64_64::from_quotient(22, 7);
    queue.insert(priority, 5, b"value");
    let (p, tie_breaker, value) = queue.pop_max();
    assert_eq!(p, priority);
    assert_eq!(tie_breaker, 5);
    assert_eq!(value, b"value");
}

#[test]
fun queue_sorts_many() {
    let mut queue = apportionment_queue::new<u64>();
    // A full cycle of a linear congruence visits every number once.
    let mut x = 0;
    64u64.do!(|_| {
        x = (x * 5 + 3) % 64;
        queue.insert(uq64_64::from_int(x / 2), x, x);
    });
    64u64.do!(|i| {
        let (_, _, value) = queue.pop_max();
        assert_eq!(value, 63 - i);
    });
}

#[test, expected_failure(abort_code = apportionment_queue::EPopFromEmptyHeap)]
fun pop_from_empty_queue() {
    let mut queue = apportionment_queue::new<u64>();
    let (_, _, _) = queue.pop_max();
}

// === Quorum votes ===

fun votes(): vector<u64> {
    vector[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
}

#[test]
fun quorum_above() {
    let weights = vector[5, 5, 4, 6, 3, 7, 2, 8, 1, 9];
    assert_eq!(staking_inner::quorum_above_for_testing(votes(), weights, 50), 4);
    let weights = vector[17, 1, 1, 1, 3, 7, 2, 8, 1, 9];
    assert_eq!(staking_inner::quorum_above_for_testing(votes(), weights, 50), 1);
    assert_eq!(staking_inner::quorum_above_for_testing(vector[7], vector[50], 50), 7);
}

#[test]
fun quorum_below() {
    let weights = vector[5, 5, 4, 6, 3, 7, 4, 6, 1, 9];
    assert_eq!(staking_inner::quorum_below_for_testing(votes(), weights, 50), 7);
    let weights = vector[5, 5, 4, 6, 3, 7, 1, 1, 1, 17];
    assert_eq!(staking_inner::quorum_below_for_testing(votes(), weights, 50), 10);
    assert_eq!(staking_inner::quorum_below_for_testing(vector[7], vector[50], 50), 7);
}
