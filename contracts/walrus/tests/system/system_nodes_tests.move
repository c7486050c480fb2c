/// What storage nodes do with their capabilities: event blobs, deny lists, protocol versions.
#[test_only]
module walrus::system_nodes_tests;

use std::unit_test::{assert_eq, destroy};
use sui::bcs;
use sui::event;
use walrus::bls_aggregate;
use walrus::encoding;
use walrus::events::{
    BlobCertified,
    BlobRegistered,
    DenyListBlobDeleted,
    DenyListUpdate,
    ProtocolVersionUpdated,
    RegisterDenyListUpdate,
};
use walrus::messages;
use walrus::storage_node::StorageNodeCap;
use walrus::system::System;
use walrus::system_fixtures::{
    bitmap,
    cap,
    capacity,
    first,
    message,
    new_system,
    new_system_with_ring,
    next_epoch,
    node_id,
    sample_blob_id,
    sample_encoded_size,
    sample_root_hash,
    sample_size,
    sign,
    wal,
};
use walrus::system_state_inner;

const RS2: u8 = 1;

/// Attests for the sample blob in the current epoch.
fun attest(system: &mut System, cap: &mut StorageNodeCap, checkpoint: u64, ctx: &mut TxContext) {
    let epoch = system.epoch();
    attest_for(system, cap, sample_blob_id(), sample_root_hash(), checkpoint, epoch, ctx);
}

/// Attests for a blob of the sample's size.
fun attest_for(
    system: &mut System,
    cap: &mut StorageNodeCap,
    blob_id: u256,
    root_hash: u256,
    checkpoint: u64,
    epoch: u32,
    ctx: &mut TxContext,
) {
    system.certify_event_blob(
        cap,
        blob_id,
        root_hash,
        sample_size(),
        RS2,
        checkpoint,
        epoch,
        ctx,
    );
}

/// Capabilities of the members 0 to `n - 1`.
fun caps(n: u64, ctx: &mut TxContext): vector<StorageNodeCap> {
    vector::tabulate!(n, |i| cap(i, ctx))
}

/// Checkpoint of the newest certified event blob.
fun latest(system: &System): Option<u64> {
    system
        .inner()
        .event_blob_state_for_testing()
        .get_latest_certified_checkpoint_sequence_number()
}

/// Number of candidates.
fun tracked(system: &System): u64 {
    system.inner().event_blob_state_for_testing().get_num_tracked_blobs()
}

// === Event blobs ===

#[test]
fun seventh_of_ten_attestations_certifies() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system_with_ring(5, ctx);
    let mut caps = caps(10, ctx);
    10u64.do!(|i| {
        attest(&mut system, &mut caps[i], 100, ctx);
        let certified = i >= 6;
        assert_eq!(latest(&system).is_some(), certified);
        assert_eq!(tracked(&system), if (certified) 0 else 1);
        let attestation = caps[i].last_event_blob_attestation().destroy_some();
        assert_eq!(attestation.last_attested_event_blob_checkpoint_seq_num(), 100);
        assert_eq!(attestation.last_attested_event_blob_epoch(), 1);
    });
    assert_eq!(latest(&system), option::some(100));
    assert_eq!(
        system.inner().event_blob_state_for_testing().get_latest_certified_blob_id(),
        option::some(sample_blob_id()),
    );

    // Stored for the whole ring, free of charge.
    5u32.do!(|offset| {
        let slot = &system.future_accounting()[offset];
        assert_eq!(slot.used_capacity(), sample_encoded_size(100));
        assert_eq!(slot.rewards(), 0);
    });
    assert_eq!(system.used_capacity_size(), sample_encoded_size(100));

    let registered = bcs::to_bytes(&event::events_by_type<BlobRegistered>()[0]);
    let certified = bcs::to_bytes(&event::events_by_type<BlobCertified>()[0]);
    assert_eq!(event::num_events(), 2);
    let mut expected = x"01000000";
    expected.append(bcs::to_bytes(&sample_blob_id()));
    // Permanent until epoch 6.
    expected.append(x"0600000000");
    assert_eq!(vector::tabulate!(41, |i| certified[i]), expected);
    // Both are about the same object.
    assert_eq!(
        vector::tabulate!(32, |i| registered[50 + i]),
        vector::tabulate!(32, |i| certified[41 + i]),
    );
    destroy(caps);
    destroy(system);
}

#[test]
fun disagreeing_nodes_do_not_add_up() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut caps = caps(10, ctx);
    // Same blob, other checkpoint; other blob, same checkpoint.
    let other_id = walrus::blob::derive_blob_id(1, RS2, sample_size());
    4u64.do!(|i| attest(&mut system, &mut caps[i], 100, ctx));
    attest(&mut system, &mut caps[4], 101, ctx);
    attest(&mut system, &mut caps[5], 101, ctx);
    attest_for(&mut system, &mut caps[6], other_id, 1, 100, 1, ctx);
    attest_for(&mut system, &mut caps[7], other_id, 1, 100, 1, ctx);
    attest(&mut system, &mut caps[8], 100, ctx);
    assert_eq!(tracked(&system), 3);
    assert_eq!(latest(&system), option::none());
    destroy(caps);
    destroy(system);
}

#[test]
fun attestations_count_anew_in_every_epoch() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut caps = caps(10, ctx);
    6u64.do!(|i| attest(&mut system, &mut caps[i], 100, ctx));
    next_epoch(&mut system);
    assert_eq!(tracked(&system), 0);
    // The open attestations of the old epoch do not hinder, even for the same checkpoint.
    6u64.do!(|i| attest(&mut system, &mut caps[i], 100, ctx));
    assert_eq!(latest(&system), option::none());
    attest(&mut system, &mut caps[6], 100, ctx);
    assert_eq!(latest(&system), option::some(100));

    // The newest event blob stays known.
    next_epoch(&mut system);
    assert_eq!(latest(&system), option::some(100));
    destroy(caps);
    destroy(system);
}

#[test]
fun next_event_blob_follows_a_certified_one() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut caps = caps(10, ctx);
    7u64.do!(|i| attest(&mut system, &mut caps[i], 100, ctx));
    7u64.do!(|i| attest(&mut system, &mut caps[i], 200, ctx));
    assert_eq!(latest(&system), option::some(200));
    // A late node attests for something old: recorded, but without effect.
    attest(&mut system, &mut caps[9], 150, ctx);
    assert_eq!(tracked(&system), 0);
    attest(&mut system, &mut caps[9], 300, ctx);
    assert_eq!(tracked(&system), 1);
    assert_eq!(event::events_by_type<BlobCertified>().length(), 2);
    destroy(caps);
    destroy(system);
}

#[test]
fun event_blobs_may_exceed_the_capacity() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut coin = wal(1_000_000, ctx);
    system.reserve_space(capacity(), 2, &mut coin, ctx).destroy();
    coin.burn_for_testing();
    let mut caps = caps(7, ctx);
    7u64.do!(|i| attest(&mut system, &mut caps[i], 100, ctx));
    let used = capacity() + sample_encoded_size(100);
    assert_eq!(system.used_capacity_size(), used);
    assert_eq!(system.total_capacity_size(), capacity());
    next_epoch(&mut system);
    assert_eq!(system.total_capacity_size(), used);
    destroy(caps);
    destroy(system);
}

#[test, expected_failure(abort_code = system_state_inner::ENotCommitteeMember)]
fun stranger_does_not_attest() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    // Would also fail because of the epoch.
    attest_for(&mut system, &mut cap(10, ctx), 0, 0, 100, 2, ctx);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidIdEpoch)]
fun attestation_of_another_epoch_fails() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    attest_for(&mut system, &mut cap(0, ctx), sample_blob_id(), 0, 100, 2, ctx);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::ERepeatedAttestation)]
fun repeated_attestation_fails() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut cap = cap(0, ctx);
    attest(&mut system, &mut cap, 100, ctx);
    attest(&mut system, &mut cap, 100, ctx);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::ERepeatedAttestation)]
fun attestation_for_a_lower_checkpoint_fails() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut cap = cap(0, ctx);
    attest(&mut system, &mut cap, 100, ctx);
    attest(&mut system, &mut cap, 99, ctx);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EIncorrectAttestation)]
fun second_open_attestation_fails() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut cap = cap(0, ctx);
    attest(&mut system, &mut cap, 100, ctx);
    attest(&mut system, &mut cap, 101, ctx);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EIncorrectAttestation)]
fun open_attestation_above_the_certified_one_blocks() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut caps = caps(10, ctx);
    attest(&mut system, &mut caps[9], 101, ctx);
    7u64.do!(|i| attest(&mut system, &mut caps[i], 100, ctx));
    attest(&mut system, &mut caps[9], 102, ctx);
    abort
}

#[test, expected_failure(abort_code = walrus::blob::EInvalidBlobId)]
fun quorum_for_an_underived_id_fails() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut caps = caps(7, ctx);
    7u64.do!(|i| attest_for(&mut system, &mut caps[i], 1, 2, 100, 1, ctx));
    abort
}

#[test, expected_failure(abort_code = encoding::EInvalidEncodingType)]
fun quorum_for_an_unknown_encoding_fails() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut caps = caps(7, ctx);
    7u64.do!(|i| {
        system.certify_event_blob(&mut caps[i], 1, 2, 3, 0, 100, 1, ctx);
    });
    abort
}

// === Deny lists ===

/// A deny list update of member 0 in epoch 1.
fun deny_list_message(sequence: u64): vector<u8> {
    let mut body = bcs::to_bytes(&node_id(0));
    body.append(bcs::to_bytes(&sequence));
    body.append(bcs::to_bytes(&77u64));
    body.append(bcs::to_bytes(&0xDEu256));
    message(4, 1, body)
}

fun update_deny_list(
    system: &mut System,
    cap: &mut StorageNodeCap,
    message: vector<u8>,
    n_signers: u64,
) {
    let signers = first(n_signers);
    system.update_deny_list(cap, sign(message, signers), bitmap(signers), message);
}

#[test]
fun deny_list_is_announced_and_certified() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut cap = cap(0, ctx);
    system.register_deny_list_update(&cap, 0xDE, 1);
    let mut expected = x"01000000";
    expected.append(bcs::to_bytes(&0xDEu256));
    expected.append(x"0100000000000000");
    expected.append(bcs::to_bytes(&node_id(0)));
    assert_eq!(bcs::to_bytes(&event::events_by_type<RegisterDenyListUpdate>()[0]), expected);
    assert_eq!(cap.deny_list_sequence(), 0);

    update_deny_list(&mut system, &mut cap, deny_list_message(1), 7);
    assert_eq!(bcs::to_bytes(&event::events_by_type<DenyListUpdate>()[0]), expected);
    assert_eq!(cap.deny_list_root(), 0xDE);
    assert_eq!(cap.deny_list_sequence(), 1);
    assert_eq!(system.inner().deny_list_size_for_testing(node_id(0)), option::some(77));
    assert_eq!(system.inner().deny_list_size_for_testing(node_id(1)), option::none());

    // Sequence numbers may have gaps.
    update_deny_list(&mut system, &mut cap, deny_list_message(9), 7);
    assert_eq!(cap.deny_list_sequence(), 9);
    destroy(cap);
    destroy(system);
}

#[test, expected_failure(abort_code = system_state_inner::ENotCommitteeMember)]
fun stranger_does_not_announce_a_deny_list() {
    let ctx = &mut tx_context::dummy();
    new_system(ctx).register_deny_list_update(&cap(10, ctx), 0xDE, 1);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EIncorrectDenyListSequence)]
fun announced_sequence_must_increase() {
    let ctx = &mut tx_context::dummy();
    new_system(ctx).register_deny_list_update(&cap(0, ctx), 0xDE, 0);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::ENotCommitteeMember)]
fun stranger_does_not_update_a_deny_list() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    update_deny_list(&mut system, &mut cap(10, ctx), deny_list_message(1), 7);
    abort
}

#[test, expected_failure(abort_code = bls_aggregate::ENotEnoughStake)]
fun deny_list_needs_a_quorum() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    update_deny_list(&mut system, &mut cap(0, ctx), deny_list_message(1), 6);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EIncorrectDenyListNode)]
fun deny_list_of_another_node_fails() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    // Would also fail because of the sequence number.
    update_deny_list(&mut system, &mut cap(1, ctx), deny_list_message(0), 7);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::EIncorrectDenyListSequence)]
fun certified_sequence_must_increase() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut cap = cap(0, ctx);
    update_deny_list(&mut system, &mut cap, deny_list_message(5), 7);
    update_deny_list(&mut system, &mut cap, deny_list_message(5), 7);
    abort
}

#[test]
fun deny_listed_blob_is_published() {
    let ctx = &mut tx_context::dummy();
    let system = new_system(ctx);
    let message = message(5, 1, bcs::to_bytes(&sample_blob_id()));
    system.delete_deny_listed_blob(sign(message, first(4)), bitmap(first(4)), message);
    let mut expected = x"01000000";
    expected.append(bcs::to_bytes(&sample_blob_id()));
    assert_eq!(bcs::to_bytes(&event::events_by_type<DenyListBlobDeleted>()[0]), expected);
    destroy(system);
}

#[test, expected_failure(abort_code = bls_aggregate::ENotEnoughStake)]
fun deny_listed_blob_needs_more_than_a_third() {
    let ctx = &mut tx_context::dummy();
    let message = message(5, 1, bcs::to_bytes(&sample_blob_id()));
    new_system(ctx).delete_deny_listed_blob(sign(message, first(3)), bitmap(first(3)), message);
    abort
}

#[test, expected_failure(abort_code = messages::EInvalidMsgType)]
fun deny_listed_blob_needs_its_own_message() {
    let ctx = &mut tx_context::dummy();
    let message = message(2, 1, bcs::to_bytes(&sample_blob_id()));
    new_system(ctx).delete_deny_listed_blob(sign(message, first(4)), bitmap(first(4)), message);
    abort
}

// === Protocol version ===

/// Certifies protocol version 8 from `start_epoch` on.
fun update_version(system: &mut System, cap: &StorageNodeCap, start_epoch: u32, n_signers: u64) {
    let mut body = bcs::to_bytes(&start_epoch);
    body.append(bcs::to_bytes(&8u64));
    let message = message(6, system.epoch(), body);
    let signers = first(n_signers);
    system.update_protocol_version(cap, sign(message, signers), bitmap(signers), message);
}

#[test]
fun protocol_version_is_published() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    next_epoch(&mut system);
    let cap = cap(0, ctx);
    update_version(&mut system, &cap, 2, 7);
    update_version(&mut system, &cap, 3, 7);
    let events = event::events_by_type<ProtocolVersionUpdated>();
    assert_eq!(events.length(), 2);
    assert_eq!(bcs::to_bytes(&events[1]), x"02000000030000000800000000000000");
    destroy(cap);
    destroy(system);
}

#[test, expected_failure(abort_code = system_state_inner::EInvalidStartEpoch)]
fun protocol_version_does_not_start_in_the_past() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    next_epoch(&mut system);
    update_version(&mut system, &cap(0, ctx), 1, 7);
    abort
}

#[test, expected_failure(abort_code = system_state_inner::ENotCommitteeMember)]
fun stranger_does_not_update_the_protocol_version() {
    let ctx = &mut tx_context::dummy();
    update_version(&mut new_system(ctx), &cap(10, ctx), 1, 7);
    abort
}

#[test, expected_failure(abort_code = bls_aggregate::ENotEnoughStake)]
fun protocol_version_needs_a_quorum() {
    let ctx = &mut tx_context::dummy();
    update_version(&mut new_system(ctx), &cap(0, ctx), 1, 6);
    abort
}
