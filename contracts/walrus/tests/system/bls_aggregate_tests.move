/// Committee arithmetic and certificates that are valid apart from bitmap, weight and header. Tests
/// that need a signature to be refused are in `bls_signature_tests`.
#[test_only]
module walrus::bls_aggregate_tests;

use std::unit_test::assert_eq;
use sui::bls12381;
use walrus::bls_aggregate::{Self, BlsCommittee};
use walrus::messages;
use walrus::system_fixtures::{bitmap, committee, even_committee, first, message, node_id, sign};

const EPOCH: u32 = 5;

fun verify_quorum(committee: &BlsCommittee, bitmap: vector<u8>, signers: vector<u64>): u16 {
    let message = message(1, EPOCH, x"0102");
    let verified = committee.verify_quorum_in_epoch(sign(message, signers), bitmap, message);
    assert_eq!(verified.intent_type(), 1);
    assert_eq!(verified.intent_version(), 0);
    assert_eq!(verified.cert_epoch(), EPOCH);
    assert_eq!(*verified.message(), x"0102");
    verified.stake_support()
}

fun verify_one_correct(committee: &BlsCommittee, signers: vector<u64>): u16 {
    let message = message(2, EPOCH, x"");
    committee
        .verify_one_correct_node_in_epoch(sign(message, signers), bitmap(signers), message)
        .stake_support()
}

// === Committee ===

#[test]
fun committee_knows_its_members() {
    let committee = committee(EPOCH, vector[1, 20, 300]);
    assert_eq!(committee.epoch(), EPOCH);
    assert_eq!(committee.n_shards(), 321);
    assert_eq!(committee.n_members(), 3);
    assert_eq!(committee.get_idx(2).node_id(), node_id(2));
    assert_eq!(committee.find_index(&node_id(1)), option::some(1));
    assert_eq!(committee.find_index(&node_id(3)), option::none());
    assert!(committee.contains(&node_id(0)));
    assert!(!committee.contains(&node_id(3)));
    assert_eq!(committee.get_member_weight(&node_id(1)), 20);
    assert_eq!(committee.get_member_weight(&node_id(3)), 0);
    let (ids, weights) = committee.to_vec_map().into_keys_values();
    assert_eq!(ids, vector[node_id(0), node_id(1), node_id(2)]);
    assert_eq!(weights, vector[1, 20, 300]);
}

#[test]
fun empty_committee_is_valid() {
    let committee = bls_aggregate::new_bls_committee(0, vector[]);
    assert_eq!(committee.n_shards(), 0);
    assert_eq!(committee.n_members(), 0);
    assert!(!committee.is_quorum(0));
    assert!(!committee.includes_one_correct_node(0));
}

#[test, expected_failure(abort_code = bls_aggregate::EIncorrectCommittee)]
fun member_without_shards_fails() {
    committee(EPOCH, vector[1, 0]);
}

#[test, expected_failure(arithmetic_error, location = walrus::bls_aggregate)]
fun too_many_shards_fail() {
    let key = bls12381::g1_to_uncompressed_g1(&bls12381::g1_generator());
    let members = vector[
        bls_aggregate::new_bls_committee_member(key, 65_535, node_id(0)),
        bls_aggregate::new_bls_committee_member(key, 1, node_id(1)),
    ];
    bls_aggregate::new_bls_committee(EPOCH, members);
}

#[test]
fun thresholds_match_the_table() {
    let shards = vector[1, 2, 3, 4, 5, 6, 7, 10, 100, 1000u16];
    let quorum = vector[1, 2, 3, 3, 4, 5, 5, 7, 67, 667u16];
    let one_correct = vector[1, 1, 2, 2, 2, 3, 3, 4, 34, 334u16];
    shards.length().do!(|i| {
        let committee = committee(EPOCH, vector[shards[i]]);
        assert!(committee.is_quorum(quorum[i]));
        assert!(!committee.is_quorum(quorum[i] - 1));
        assert!(committee.includes_one_correct_node(one_correct[i]));
        assert!(!committee.includes_one_correct_node(one_correct[i] - 1));
    });
}

#[test]
fun thresholds_do_not_overflow() {
    let committee = committee(EPOCH, vector[65_535]);
    assert!(committee.is_quorum(65_535));
    assert!(committee.is_quorum(43_691));
    assert!(!committee.is_quorum(43_690));
}

// === Certificates ===

#[test]
fun quorum_with_the_documented_bitmaps() {
    let committee = even_committee(EPOCH);
    assert_eq!(bitmap(vector[0, 1, 2, 3, 4, 7, 8]), x"9f01");
    assert_eq!(verify_quorum(&committee, x"9f01", vector[0, 1, 2, 3, 4, 7, 8]), 70);
    // The second byte may be left out.
    assert_eq!(verify_quorum(&committee, x"7f", first(7)), 70);
    assert_eq!(verify_quorum(&committee, x"7f00", first(7)), 70);
    assert_eq!(verify_quorum(&committee, x"ff03", first(10)), 100);
}

#[test]
fun quorum_counts_shards_not_members() {
    let committee = committee(EPOCH, vector[1, 1, 5]);
    assert_eq!(verify_quorum(&committee, x"04", vector[2]), 5);
}

#[test]
fun committee_that_fills_its_bitmap() {
    let committee = committee(EPOCH, vector[1, 1, 1, 1, 1, 1, 1, 1]);
    assert_eq!(verify_quorum(&committee, x"ff", first(8)), 8);
    assert_eq!(verify_quorum(&committee, x"fc", vector[2, 3, 4, 5, 6, 7]), 6);
}

#[test]
fun committee_of_nine_members() {
    let committee = committee(EPOCH, vector[1, 1, 1, 1, 1, 1, 1, 1, 10]);
    assert_eq!(verify_quorum(&committee, x"ff01", first(9)), 18);
    assert_eq!(verify_quorum(&committee, x"0701", vector[0, 1, 2, 8]), 13);
}

#[test]
fun one_correct_node_needs_more_than_a_third() {
    let committee = even_committee(EPOCH);
    assert_eq!(verify_one_correct(&committee, first(4)), 40);
    assert_eq!(verify_one_correct(&committee, vector[9, 8, 7, 6]), 40);
}

#[test, expected_failure(abort_code = bls_aggregate::ENotEnoughStake)]
fun one_correct_node_with_less_fails() {
    verify_one_correct(&even_committee(EPOCH), first(3));
}

#[test, expected_failure(abort_code = bls_aggregate::ENotEnoughStake)]
fun quorum_with_one_signer_less_fails() {
    verify_quorum(&even_committee(EPOCH), x"3f", first(6));
}

#[test, expected_failure(abort_code = bls_aggregate::ENotEnoughStake)]
fun no_signers_fail() {
    let message = message(1, EPOCH, x"");
    even_committee(EPOCH).verify_quorum_in_epoch(sign(message, first(7)), x"", message);
}

#[test, expected_failure(abort_code = bls_aggregate::ENotEnoughStake)]
fun empty_committee_certifies_nothing() {
    let message = message(1, EPOCH, x"");
    bls_aggregate::new_bls_committee(EPOCH, vector[]).verify_one_correct_node_in_epoch(
        sign(message, first(1)),
        x"",
        message,
    );
}

#[test, expected_failure(abort_code = bls_aggregate::EInvalidBitmap)]
fun bitmap_for_an_empty_committee_fails() {
    let message = message(1, EPOCH, x"");
    bls_aggregate::new_bls_committee(EPOCH, vector[]).verify_quorum_in_epoch(
        sign(message, first(1)),
        x"00",
        message,
    );
}

#[test, expected_failure(abort_code = bls_aggregate::EInvalidBitmap)]
fun bitmap_with_a_byte_too_many_fails() {
    verify_quorum(&even_committee(EPOCH), x"7f0000", first(7));
}

#[test, expected_failure(abort_code = bls_aggregate::EInvalidBitmap)]
fun bit_behind_the_last_member_fails() {
    verify_quorum(&even_committee(EPOCH), x"7f04", first(7));
}

#[test, expected_failure(abort_code = bls_aggregate::EInvalidBitmap)]
fun last_bit_of_the_bitmap_fails() {
    verify_quorum(&even_committee(EPOCH), x"7f80", first(7));
}

#[test, expected_failure(abort_code = bls_aggregate::EInvalidBitmap)]
fun bitmap_is_checked_before_the_weight() {
    verify_quorum(&even_committee(EPOCH), x"0104", first(1));
}

#[test, expected_failure(abort_code = messages::EIncorrectEpoch)]
fun message_of_the_previous_epoch_fails() {
    let message = message(1, EPOCH - 1, x"");
    even_committee(EPOCH).verify_quorum_in_epoch(sign(message, first(7)), x"7f", message);
}

#[test, expected_failure(abort_code = messages::EIncorrectEpoch)]
fun message_of_the_next_epoch_fails() {
    let message = message(2, EPOCH + 1, x"");
    even_committee(EPOCH).verify_one_correct_node_in_epoch(
        sign(message, first(7)),
        x"7f",
        message,
    );
}
