#[test_only]
module walrus::event_blob_tests;

use std::unit_test::{assert_eq, destroy};
use sui::bcs;
use walrus::event_blob;

#[test]
fun attestation_and_event_blob_keep_their_values() {
    let attestation = event_blob::new_attestation(7, 3);
    assert_eq!(attestation.last_attested_event_blob_checkpoint_seq_num(), 7);
    assert_eq!(attestation.last_attested_event_blob_epoch(), 3);
    assert_eq!(bcs::to_bytes(&attestation), x"070000000000000003000000");

    let blob = event_blob::new_event_blob(7, 0xAB);
    assert_eq!(blob.blob_id(), 0xAB);
    assert_eq!(blob.ending_checkpoint_sequence_number(), 7);
    let mut expected = bcs::to_bytes(&0xABu256);
    expected.append(x"0700000000000000");
    assert_eq!(bcs::to_bytes(&blob), expected);
}

#[test]
fun weights_are_counted_per_blob_and_checkpoint() {
    let mut state = event_blob::create_with_empty_state();
    state.start_tracking_blob(1, 100);
    state.start_tracking_blob(1, 200);
    state.start_tracking_blob(2, 100);
    assert_eq!(state.get_num_tracked_blobs(), 3);
    assert_eq!(state.update_aggregate_weight(1, 100, 5), 5);
    assert_eq!(state.update_aggregate_weight(1, 200, 6), 6);
    assert_eq!(state.update_aggregate_weight(1, 100, 7), 12);
    // Tracking again does not reset the weight.
    state.start_tracking_blob(1, 100);
    assert_eq!(state.get_num_tracked_blobs(), 3);
    assert_eq!(state.update_aggregate_weight(1, 100, 1), 13);
    destroy(state);
}

#[test]
fun latest_blob_survives_a_reset() {
    let mut state = event_blob::create_with_empty_state();
    assert_eq!(state.get_latest_certified_blob_id(), option::none());
    assert_eq!(state.get_latest_certified_checkpoint_sequence_number(), option::none());
    assert!(!state.is_blob_already_certified(0));

    state.start_tracking_blob(1, 100);
    state.update_latest_certified_event_blob(100, 1);
    state.reset();
    assert_eq!(state.get_num_tracked_blobs(), 0);
    assert_eq!(state.get_latest_certified_blob_id(), option::some(1));
    assert_eq!(state.get_latest_certified_checkpoint_sequence_number(), option::some(100));
    assert!(state.is_blob_already_certified(99));
    assert!(state.is_blob_already_certified(100));
    assert!(!state.is_blob_already_certified(101));

    state.update_latest_certified_event_blob(101, 2);
    assert_eq!(state.get_latest_certified_blob_id(), option::some(2));
    destroy(state);
}

#[test, expected_failure(abort_code = event_blob::EInvalidSequenceNumber)]
fun checkpoint_must_increase() {
    let mut state = event_blob::create_with_empty_state();
    state.update_latest_certified_event_blob(100, 1);
    state.update_latest_certified_event_blob(100, 2);
    abort
}

#[test, expected_failure(abort_code = 1, location = sui::vec_map)]
fun untracked_blob_has_no_weight() {
    let mut state = event_blob::create_with_empty_state();
    state.start_tracking_blob(1, 100);
    state.update_aggregate_weight(1, 101, 1);
    abort
}
