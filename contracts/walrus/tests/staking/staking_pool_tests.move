/// Checks, parameters and authorisation of a pool. Its accounting is in `stake_accounting_tests`.
#[test_only]
module walrus::staking_pool_tests;

use std::string::String;
use std::unit_test::{assert_eq, destroy};
use sui::balance;
use sui::bls12381;
use sui::clock;
use wal::wal::WAL;
use walrus::auth;
use walrus::node_metadata;
use walrus::staking_fixtures::{
    frost,
    network_key,
    node_id,
    open,
    pool,
    proof_of_possession,
    public_key,
    selected,
    text,
    wal_balance,
};
use walrus::staking_pool::{Self, StakingPool};
use walrus::storage_node;

/// A pool in epoch 0 with the given texts, network key and commission rate.
fun pool_with(
    name: String,
    address: String,
    network_key: vector<u8>,
    commission_rate: u16,
    ctx: &mut TxContext,
): StakingPool {
    let proof = proof_of_possession(0, 117, ctx);
    staking_pool::new(
        name,
        address,
        node_metadata::default(),
        public_key(117),
        network_key,
        proof,
        commission_rate,
        11,
        12,
        13,
        &open(0),
        ctx,
    )
}

/// An uncompressed key for a secret number.
fun uncompressed(secret: u64): sui::group_ops::Element<bls12381::UncompressedG1> {
    bls12381::g1_to_uncompressed_g1(&bls12381::g1_from_bytes(&public_key(secret)))
}

#[test]
fun new_pool() {
    let ctx = &mut tx_context::dummy();
    let pool = pool_with(b"name".to_string(), b"host:1".to_string(), network_key(), 500, ctx);
    assert!(pool.is_active());
    assert!(!pool.is_withdrawing());
    assert!(pool.is_empty());
    assert_eq!(pool.activation_epoch(), 0);
    assert_eq!(pool.wal_balance(), 0);
    assert_eq!(pool.commission_rate(), 500);
    assert_eq!(pool.storage_price(), 11);
    assert_eq!(pool.write_price(), 12);
    assert_eq!(pool.node_capacity(), 13);
    assert_eq!(pool.rewards_amount(), 0);
    assert_eq!(pool.commission_amount(), 0);
    assert_eq!(*pool.commission_receiver(), auth::authorized_address(ctx.sender()));
    assert_eq!(*pool.governance_authorized(), auth::authorized_address(ctx.sender()));
    assert_eq!(pool.node_info().id(), object::id(&pool));
    assert_eq!(*pool.node_info().public_key(), uncompressed(117));
    let (name, address, key) = pool.node_info().contact_for_testing();
    assert_eq!(name, b"name".to_string());
    assert_eq!(address, b"host:1".to_string());
    assert_eq!(key, network_key());
    pool.destroy_empty();
}

#[test]
fun new_pool_after_selection_activates_later() {
    let ctx = &mut tx_context::dummy();
    let pool = pool(0, &selected(4), ctx);
    assert_eq!(pool.activation_epoch(), 5);
    pool.destroy_empty();
}

#[test]
fun texts_of_the_largest_length() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool_with(text(100), text(259), network_key(), 10_000, ctx);
    pool.set_name(text(100));
    pool.set_network_address(text(259));
    pool.set_name(text(0));
    pool.set_network_address(text(0));
    pool.destroy_empty();
}

#[test, expected_failure(abort_code = staking_pool::EInvalidNameLength)]
fun name_too_long() {
    let ctx = &mut tx_context::dummy();
    let pool = pool_with(text(101), text(1), network_key(), 0, ctx);
    destroy(pool);
}

#[test, expected_failure(abort_code = staking_pool::EInvalidNetworkAddressLength)]
fun address_too_long() {
    let ctx = &mut tx_context::dummy();
    let pool = pool_with(text(100), text(260), network_key(), 0, ctx);
    destroy(pool);
}

#[test, expected_failure(abort_code = staking_pool::EIncorrectCommissionRate)]
fun commission_above_all() {
    let ctx = &mut tx_context::dummy();
    let pool = pool_with(text(1), text(1), network_key(), 10_001, ctx);
    destroy(pool);
}

#[test, expected_failure(abort_code = storage_node::EInvalidNetworkPublicKey)]
fun network_key_too_short() {
    let ctx = &mut tx_context::dummy();
    let pool = pool_with(text(1), text(1), vector::tabulate!(32, |i| i as u8), 0, ctx);
    destroy(pool);
}

#[test, expected_failure(abort_code = staking_pool::EInvalidNameLength)]
fun name_is_checked_before_the_rest() {
    let ctx = &mut tx_context::dummy();
    let pool = pool_with(text(101), text(260), vector[], 10_001, ctx);
    destroy(pool);
}

#[test, expected_failure(abort_code = staking_pool::EInvalidNetworkAddressLength)]
fun address_is_checked_before_commission() {
    let ctx = &mut tx_context::dummy();
    let pool = pool_with(text(100), text(260), vector[], 10_001, ctx);
    destroy(pool);
}

#[test, expected_failure(abort_code = walrus::messages::EInvalidKeyLength)]
fun key_of_wrong_length() {
    let ctx = &mut tx_context::dummy();
    let pool = staking_pool::new(
        text(1),
        text(1),
        node_metadata::default(),
        vector::tabulate!(47, |_| 0),
        network_key(),
        vector[],
        0,
        0,
        0,
        0,
        &open(0),
        ctx,
    );
    destroy(pool);
}

/// Needs real signature verification, see the list of expected differences.
#[test, expected_failure(abort_code = staking_pool::EInvalidProofOfPossession)]
fun bls_proof_with_other_key() {
    let ctx = &mut tx_context::dummy();
    let proof = proof_of_possession(0, 118, ctx);
    register_with_proof(proof, ctx);
}

/// Needs real signature verification, see the list of expected differences.
#[test, expected_failure(abort_code = staking_pool::EInvalidProofOfPossession)]
fun bls_proof_for_other_epoch() {
    let ctx = &mut tx_context::dummy();
    let proof = proof_of_possession(1, 117, ctx);
    register_with_proof(proof, ctx);
}

/// Needs real signature verification, see the list of expected differences.
#[test, expected_failure(abort_code = staking_pool::EInvalidProofOfPossession)]
fun bls_proof_of_other_sender() {
    let other = &tx_context::new_from_hint(@0xB0B, 1, 0, 0, 0);
    let proof = proof_of_possession(0, 117, other);
    let ctx = &mut tx_context::new_from_hint(@0xA11CE, 1, 0, 0, 0);
    register_with_proof(proof, ctx);
}

fun register_with_proof(proof: vector<u8>, ctx: &mut TxContext) {
    let pool = staking_pool::new(
        // Too long, but the proof is checked first.
        text(101),
        text(1),
        node_metadata::default(),
        public_key(117),
        network_key(),
        proof,
        0,
        0,
        0,
        0,
        &open(0),
        ctx,
    );
    destroy(pool);
}

#[test]
fun bls_public_key_of_the_known_secret() {
    assert_eq!(
        public_key(117),
        x"95eacc3adc09c827593f581e8e2de068bf4cf5d0c0eb29e5372f0d23364788ee0f9beb112c8a7e9c2f0c720433705cf0",
    );
}

// === Parameters ===

#[test]
fun votes_are_stored_at_once() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    pool.set_next_storage_price(21);
    pool.set_next_write_price(22);
    pool.set_next_node_capacity(23);
    assert_eq!(pool.storage_price(), 21);
    assert_eq!(pool.write_price(), 22);
    assert_eq!(pool.node_capacity(), 23);
    pool.destroy_empty();
}

#[test]
fun node_info_setters() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    pool.set_name(b"other".to_string());
    pool.set_network_address(b"example.com:9".to_string());
    let key = vector::tabulate!(33, |_| 7);
    pool.set_network_public_key(key);
    let metadata = node_metadata::new(
        b"image".to_string(),
        b"project".to_string(),
        b"description".to_string(),
    );
    pool.set_node_metadata(metadata);
    let (name, address, stored_key) = pool.node_info().contact_for_testing();
    assert_eq!(name, b"other".to_string());
    assert_eq!(address, b"example.com:9".to_string());
    assert_eq!(stored_key, key);
    assert_eq!(pool.node_info().metadata(), metadata);
    pool.destroy_empty();
}

#[test, expected_failure(abort_code = staking_pool::EInvalidNameLength)]
fun set_name_too_long() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    pool.set_name(text(101));
    destroy(pool);
}

#[test, expected_failure(abort_code = staking_pool::EInvalidNetworkAddressLength)]
fun set_address_too_long() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    pool.set_network_address(text(260));
    destroy(pool);
}

#[test, expected_failure(abort_code = storage_node::EInvalidNetworkPublicKey)]
fun set_network_key_too_long() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    pool.set_network_public_key(vector::tabulate!(34, |_| 7));
    destroy(pool);
}

#[test]
fun next_public_key_takes_over_with_the_next_epoch() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    assert_eq!(*pool.node_info().next_epoch_public_key(), uncompressed(117));

    pool.set_next_public_key(public_key(200), proof_of_possession(0, 200, ctx), &open(0), ctx);
    pool.set_next_public_key(public_key(201), proof_of_possession(0, 201, ctx), &open(0), ctx);
    assert_eq!(*pool.node_info().public_key(), uncompressed(117));
    assert_eq!(*pool.node_info().next_epoch_public_key(), uncompressed(201));

    pool.advance_epoch(balance::zero(), &open(1));
    assert_eq!(*pool.node_info().public_key(), uncompressed(201));
    assert_eq!(*pool.node_info().next_epoch_public_key(), uncompressed(201));
    pool.destroy_empty();
}

/// Needs real signature verification, see the list of expected differences.
#[test, expected_failure(abort_code = staking_pool::EInvalidProofOfPossession)]
fun bls_next_public_key_with_stale_proof() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let proof = proof_of_possession(0, 200, ctx);
    pool.set_next_public_key(public_key(200), proof, &open(1), ctx);
    destroy(pool);
}

#[test]
fun commission_rate_changes_after_two_epochs() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(1_000, &open(0), ctx);
    pool.set_next_commission(2_000, &open(0));
    pool.set_next_commission(3_000, &open(0));
    pool.advance_epoch(balance::zero(), &open(1));
    assert_eq!(pool.commission_rate(), 1_000);
    pool.set_next_commission(10_000, &open(1));
    pool.advance_epoch(balance::zero(), &open(2));
    assert_eq!(pool.commission_rate(), 3_000);
    pool.advance_epoch(balance::zero(), &open(3));
    assert_eq!(pool.commission_rate(), 10_000);
    pool.advance_epoch(balance::zero(), &open(4));
    assert_eq!(pool.commission_rate(), 10_000);
    pool.destroy_empty();
}

#[test]
fun commission_rate_is_not_lost_outside_the_committee() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(1_000, &open(0), ctx);
    pool.set_next_commission(2_000, &open(0));
    pool.set_next_commission(3_000, &open(1));
    pool.advance_epoch(balance::zero(), &open(7));
    assert_eq!(pool.commission_rate(), 3_000);
    pool.destroy_empty();
}

#[test, expected_failure(abort_code = staking_pool::EIncorrectCommissionRate)]
fun next_commission_above_all() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    pool.set_next_commission(10_001, &open(0));
    destroy(pool);
}

#[test]
fun closing() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    pool.set_withdrawing(&open(0));
    assert!(!pool.is_active());
    assert!(pool.is_withdrawing());
    pool.destroy_empty();
}

#[test, expected_failure(abort_code = staking_pool::EPoolAlreadyWithdrawing)]
fun closing_twice() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    pool.set_withdrawing(&open(0));
    pool.set_withdrawing(&open(0));
    destroy(pool);
}

#[test, expected_failure(abort_code = staking_pool::EPoolIsNotActive)]
fun stake_with_closing_pool() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    pool.set_withdrawing(&open(0));
    let sw = pool.stake(balance::zero(), &open(0), ctx);
    destroy(sw);
    destroy(pool);
}

#[test, expected_failure(abort_code = staking_pool::EPoolNotEmpty)]
fun destroy_with_pending_stake() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let sw = pool.stake(wal_balance(1), &open(0), ctx);
    destroy(sw);
    pool.destroy_empty();
}

#[test, expected_failure(abort_code = staking_pool::EPoolNotEmpty)]
fun destroy_with_commission() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    pool.add_commission(wal_balance(1), false);
    pool.destroy_empty();
}

// === Authorisation ===

#[test]
fun hand_over_rights() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    // Any object can be named; whoever can pass it may act.
    let key = clock::create_for_testing(ctx);
    let rule = auth::authorized_object(object::id(&key));
    pool.set_commission_receiver(auth::authenticate_sender(ctx), rule);
    pool.set_governance_authorized(auth::authenticate_sender(ctx), rule);
    assert_eq!(*pool.commission_receiver(), rule);
    assert_eq!(*pool.governance_authorized(), rule);

    let back = auth::authorized_address(@0xB0B);
    pool.set_commission_receiver(auth::authenticate_with_object(&key), back);
    pool.set_governance_authorized(auth::authenticate_with_object(&key), back);
    assert_eq!(*pool.commission_receiver(), back);
    assert_eq!(*pool.governance_authorized(), back);
    key.destroy_for_testing();
    pool.destroy_empty();
}

#[test, expected_failure(abort_code = staking_pool::EAuthorizationFailure)]
fun receiver_set_by_stranger() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let stranger = &tx_context::new_from_hint(@0xB0B, 1, 0, 0, 0);
    let rule = auth::authorized_address(@0xB0B);
    pool.set_commission_receiver(auth::authenticate_sender(stranger), rule);
    destroy(pool);
}

#[test, expected_failure(abort_code = staking_pool::EAuthorizationFailure)]
fun governance_set_by_stranger() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let stranger = &tx_context::new_from_hint(@0xB0B, 1, 0, 0, 0);
    let rule = auth::authorized_address(@0xB0B);
    pool.set_governance_authorized(auth::authenticate_sender(stranger), rule);
    destroy(pool);
}

#[test, expected_failure(abort_code = staking_pool::EAuthorizationFailure)]
fun commission_collected_by_stranger() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    let stranger = &tx_context::new_from_hint(@0xB0B, 1, 0, 0, 0);
    let payout = pool.collect_commission(auth::authenticate_sender(stranger));
    destroy(payout);
    destroy(pool);
}

#[test]
fun matching_needs_kind_and_value() {
    let ctx = &mut tx_context::dummy();
    let sender = auth::authenticate_sender(ctx);
    assert!(sender.matches(&auth::authorized_address(ctx.sender())));
    assert!(!sender.matches(&auth::authorized_address(@0xB0B)));
    // An object with the ID of the sender's address is something else.
    assert!(!sender.matches(&auth::authorized_object(ctx.sender().to_id())));

    let key = clock::create_for_testing(ctx);
    let object = auth::authenticate_with_object(&key);
    assert!(object.matches(&auth::authorized_object(object::id(&key))));
    assert!(!object.matches(&auth::authorized_object(node_id(1))));
    assert!(!object.matches(&auth::authorized_address(object::id(&key).to_address())));
    key.destroy_for_testing();
}

// === Commission ===

#[test]
fun blocked_commission_cannot_be_collected() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    assert_eq!(pool.add_commission(wal_balance(5), false), frost(5));
    assert_eq!(pool.add_commission(wal_balance(2), true), frost(7));
    assert_eq!(pool.add_commission(wal_balance(1), true), frost(8));
    assert_eq!(pool.blocked_commission_for_testing(), frost(3));
    assert_eq!(collect(&mut pool, ctx), frost(5));
    assert_eq!(collect(&mut pool, ctx), 0);
    assert_eq!(pool.commission_amount(), frost(3));

    pool.clear_blocked_commission();
    assert_eq!(collect(&mut pool, ctx), frost(3));
    pool.clear_blocked_commission();
    pool.destroy_empty();
}

#[test]
fun block_above_the_commission() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    pool.increase_blocked_commission(frost(2));
    pool.add_commission(wal_balance(1), false);
    assert_eq!(collect(&mut pool, ctx), 0);
    assert_eq!(pool.commission_amount(), frost(1));
    destroy(pool);
}

#[test]
fun extracting_takes_the_blocked_part_too() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    pool.add_commission(wal_balance(5), false);
    pool.add_commission(wal_balance(2), true);
    let burnt = pool.extract_commission_to_burn();
    assert_eq!(burnt.destroy_for_testing(), frost(7));
    assert_eq!(pool.blocked_commission_for_testing(), 0);
    pool.destroy_empty();
}

#[test]
fun empty_pool_may_have_a_block() {
    let ctx = &mut tx_context::dummy();
    let mut pool = pool(0, &open(0), ctx);
    pool.increase_blocked_commission(1);
    pool.destroy_empty();
}

fun collect(pool: &mut StakingPool, ctx: &TxContext): u64 {
    let payout: balance::Balance<WAL> = pool.collect_commission(auth::authenticate_sender(ctx));
    payout.destroy_for_testing()
}

// === Metadata and capability ===

#[test]
fun metadata_setters() {
    let mut metadata = node_metadata::default();
    assert_eq!(metadata.image_url(), b"".to_string());
    metadata.set_image_url(b"a".to_string());
    metadata.set_project_url(b"b".to_string());
    metadata.set_description(b"c".to_string());
    let extra = sui::vec_map::from_keys_values(
        vector[b"k".to_string()],
        vector[b"v".to_string()],
    );
    metadata.set_extra_fields(extra);
    assert_eq!(metadata.image_url(), b"a".to_string());
    assert_eq!(metadata.project_url(), b"b".to_string());
    assert_eq!(metadata.description(), b"c".to_string());
    assert_eq!(*metadata.extra_fields(), extra);
    metadata.set_extra_fields(sui::vec_map::empty());
    assert_eq!(
        metadata,
        node_metadata::new(b"a".to_string(), b"b".to_string(), b"c".to_string()),
    );
}

#[test]
fun fresh_capability() {
    let ctx = &mut tx_context::dummy();
    let mut cap = storage_node::new_cap(node_id(5), ctx);
    assert_eq!(cap.node_id(), node_id(5));
    assert_eq!(cap.last_epoch_sync_done(), 0);
    assert!(cap.last_event_blob_attestation().is_none());
    assert_eq!(cap.deny_list_root(), 0);
    assert_eq!(cap.deny_list_sequence(), 0);
    assert_eq!(cap.deny_list_size_for_testing(), 0);

    cap.set_last_epoch_sync_done(3);
    cap.set_deny_list_properties(7, 8, 9);
    let attestation = walrus::event_blob::new_attestation(10, 11);
    cap.set_last_event_blob_attestation(attestation);
    assert_eq!(cap.last_epoch_sync_done(), 3);
    assert_eq!(cap.deny_list_root(), 7);
    assert_eq!(cap.deny_list_sequence(), 8);
    assert_eq!(cap.deny_list_size_for_testing(), 9);
    assert_eq!(cap.last_event_blob_attestation(), option::some(attestation));
    cap.destroy_cap_for_testing();
}
