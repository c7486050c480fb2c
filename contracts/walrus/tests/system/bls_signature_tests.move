/// Tests that depend on real BLS arithmetic: refused signatures and exact keys. A Move VM whose
/// BLS functions are stubs fails them.
#[test_only]
module walrus::bls_signature_tests;

use std::unit_test::assert_eq;
use sui::bls12381;
use walrus::bls_aggregate::{Self, BlsCommittee};
use walrus::messages;
use walrus::system_fixtures::{
    bitmap,
    committee,
    even_committee,
    first,
    message,
    new_system,
    permanent_confirmation,
    public_key,
    register_sample,
    sign,
};

const EPOCH: u32 = 5;
const SENDER: address = @0xA11CE;

fun verify(committee: &BlsCommittee, signature: vector<u8>, bitmap: vector<u8>) {
    committee.verify_quorum_in_epoch(signature, bitmap, message(1, EPOCH, x"01"));
}

#[test]
fun bls_key_of_scalar_117() {
    let key = bls12381::g1_mul(&bls12381::scalar_from_u64(117), &bls12381::g1_generator());
    assert_eq!(
        *key.bytes(),
        x"95eacc3adc09c827593f581e8e2de068bf4cf5d0c0eb29e5372f0d23364788ee0f9beb112c8a7e9c2f0c720433705cf0",
    );
}

#[test]
fun bls_committee_key_is_the_sum_of_the_keys() {
    // Secret keys 1000, 1007 and 1014.
    let sum = bls12381::g1_mul(&bls12381::scalar_from_u64(3_021), &bls12381::g1_generator());
    let committee = committee(EPOCH, vector[3, 2, 1]);
    assert_eq!(*committee.total_aggregated_key_for_testing().bytes(), *sum.bytes());
}

#[test]
fun bls_key_of_the_empty_committee_is_the_identity() {
    let committee = bls_aggregate::new_bls_committee(0, vector[]);
    assert_eq!(
        *committee.total_aggregated_key_for_testing().bytes(),
        *bls12381::g1_identity().bytes(),
    );
}

#[test]
fun bls_all_subsets_of_a_small_committee() {
    let committee = committee(EPOCH, vector[1, 1, 1, 1]);
    let message = message(1, EPOCH, x"01");
    vector[vector[0, 1, 2], vector[0, 1, 3], vector[0, 2, 3], vector[1, 2, 3]].do!(|signers| {
        verify(&committee, sign(message, signers), bitmap(signers));
    });
}

#[test, expected_failure(abort_code = bls_aggregate::ESigVerification)]
fun bls_signature_of_fewer_members_than_claimed_fails() {
    let message = message(1, EPOCH, x"01");
    verify(&even_committee(EPOCH), sign(message, first(7)), bitmap(first(8)));
}

#[test, expected_failure(abort_code = bls_aggregate::ESigVerification)]
fun bls_signature_of_more_members_than_claimed_fails() {
    let message = message(1, EPOCH, x"01");
    verify(&even_committee(EPOCH), sign(message, first(8)), bitmap(first(7)));
}

#[test, expected_failure(abort_code = bls_aggregate::ESigVerification)]
fun bls_signature_of_another_message_fails() {
    let message = message(1, EPOCH, x"02");
    verify(&even_committee(EPOCH), sign(message, first(7)), bitmap(first(7)));
}

#[test, expected_failure(abort_code = bls_aggregate::ESigVerification)]
fun bls_signature_of_wrong_length_fails() {
    verify(&even_committee(EPOCH), x"c0", bitmap(first(7)));
}

#[test, expected_failure(abort_code = bls_aggregate::ESigVerification)]
fun bls_infinity_signature_fails() {
    verify(&even_committee(EPOCH), *bls12381::g2_identity().bytes(), bitmap(first(7)));
}

#[test, expected_failure(abort_code = bls_aggregate::ESigVerification)]
fun bls_signature_is_checked_before_the_header() {
    let message = message(1, EPOCH + 1, x"01");
    even_committee(EPOCH).verify_quorum_in_epoch(sign(message, first(6)), x"7f", message);
}

#[test, expected_failure(abort_code = bls_aggregate::ESigVerification)]
fun bls_blob_is_not_certified_with_a_wrong_signature() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut blob = register_sample(&mut system, 1, false, ctx);
    let message = permanent_confirmation(1, blob.blob_id());
    system.certify_blob(&mut blob, sign(message, first(6)), bitmap(first(7)), message);
    abort
}

#[test, expected_failure(abort_code = bls_aggregate::ESigVerification)]
fun bls_blob_id_is_not_invalidated_with_a_wrong_signature() {
    let ctx = &mut tx_context::dummy();
    let system = new_system(ctx);
    let message = message(2, 1, x"");
    system.invalidate_blob_id(sign(message, first(3)), bitmap(first(4)), message);
    abort
}

// === Proof of possession ===

#[test]
fun bls_proof_of_possession_holds_only_for_what_was_signed() {
    let key = public_key(3);
    let proof = messages::new_proof_of_possession_msg(EPOCH, SENDER, key);
    let signature = sign(proof.to_bcs(), vector[3]);
    assert!(proof.verify_proof_of_possession(signature));
    assert!(!proof.verify_proof_of_possession(sign(proof.to_bcs(), vector[4])));
    assert!(!proof.verify_proof_of_possession(x""));

    let other_epoch = messages::new_proof_of_possession_msg(EPOCH + 1, SENDER, key);
    assert!(!other_epoch.verify_proof_of_possession(signature));
    let other_sender = messages::new_proof_of_possession_msg(EPOCH, @0xB0B, key);
    assert!(!other_sender.verify_proof_of_possession(signature));
    let other_key = messages::new_proof_of_possession_msg(EPOCH, SENDER, public_key(4));
    assert!(!other_key.verify_proof_of_possession(signature));
}
