/// The rules of a single blob object; purchases and signatures are in `system_tests`.
#[test_only]
module walrus::blob_tests;

use std::unit_test::{assert_eq, destroy};
use sui::bcs;
use sui::event;
use walrus::blob::{Self, Blob};
use walrus::events::{BlobCertified, BlobDeleted, BlobRegistered};
use walrus::messages::{Self, CertifiedBlobMessage};
use walrus::metadata;
use walrus::storage_resource;
use walrus::system_fixtures::{
    sample_blob,
    sample_blob_id,
    sample_encoded_size,
    sample_root_hash,
    sample_size,
    sample_storage,
};

const RS2: u8 = 1;
const N_SHARDS: u16 = 100;

/// Registers the sample blob for the epochs 5 to 9 in the given epoch.
fun register(epoch: u32, blob_id: u256, encoding_type: u8, encoded_size: u64): Blob {
    let ctx = &mut tx_context::dummy();
    blob::new(
        storage_resource::create_storage(5, 10, encoded_size, ctx),
        blob_id,
        sample_root_hash(),
        sample_size(),
        encoding_type,
        false,
        epoch,
        N_SHARDS,
        ctx,
    )
}

fun permanent(blob_id: u256): CertifiedBlobMessage {
    messages::certified_blob_message_for_testing(blob_id, messages::permanent_for_testing())
}

fun deletable(blob_id: u256, object_id: ID): CertifiedBlobMessage {
    messages::certified_blob_message_for_testing(
        blob_id,
        messages::deletable_for_testing(object_id),
    )
}

/// A permanent blob for the epochs 5 to 9, certified in epoch 6.
fun certified(ctx: &mut TxContext): Blob {
    let mut blob = sample_blob(5, 10, false, ctx);
    blob.certify_with_certified_msg(6, permanent(sample_blob_id()));
    blob
}

// === Blob ID ===

#[test]
fun blob_id_matches_the_vector() {
    assert_eq!(
        blob::derive_blob_id(0xABC, RS2, 5_000_000),
        0x1b705c77ea8c2d23610040fdc0f8920d499be9f5ea18f8284396ce380e3769ae,
    );
}

#[test]
fun blob_id_depends_on_every_part() {
    let id = blob::derive_blob_id(1, 1, 1);
    assert!(id != blob::derive_blob_id(2, 1, 1));
    assert!(id != blob::derive_blob_id(1, 2, 1));
    assert!(id != blob::derive_blob_id(1, 1, 2));
}

// === Registration ===

#[test]
fun registration_sets_all_fields_and_emits() {
    let ctx = &mut tx_context::dummy();
    let blob = sample_blob(5, 10, true, ctx);
    assert_eq!(blob.object_id(), object::id(&blob));
    assert_eq!(blob.registered_epoch(), 5);
    assert_eq!(blob.blob_id(), sample_blob_id());
    assert_eq!(blob.size(), sample_size());
    assert_eq!(blob.encoding_type(), RS2);
    assert_eq!(*blob.certified_epoch(), option::none());
    assert_eq!(blob.storage().size(), sample_encoded_size(N_SHARDS));
    assert_eq!(blob.storage().start_epoch(), 5);
    assert_eq!(blob.end_epoch(), 10);
    assert!(blob.is_deletable());
    assert_eq!(blob.encoded_size(N_SHARDS), 22_822_800);

    let events = event::events_by_type<BlobRegistered>();
    assert_eq!(events.length(), 1);
    let mut expected = x"05000000";
    expected.append(bcs::to_bytes(&sample_blob_id()));
    expected.append(x"404b4c0000000000010a00000001");
    expected.append(bcs::to_bytes(&blob.object_id()));
    assert_eq!(bcs::to_bytes(&events[0]), expected);
    blob.burn();
}

#[test]
fun layout_is_the_documented_one() {
    let ctx = &mut tx_context::dummy();
    let blob = certified(ctx);
    let mut expected = bcs::to_bytes(&blob.object_id());
    expected.append(x"05000000");
    expected.append(bcs::to_bytes(&sample_blob_id()));
    expected.append(x"404b4c0000000000010106000000");
    expected.append(bcs::to_bytes(&object::id(blob.storage())));
    expected.append(x"050000000a000000903f5c010000000000");
    assert_eq!(bcs::to_bytes(&blob), expected);
    blob.burn();
}

#[test]
fun registration_works_from_the_first_to_the_last_epoch() {
    register(5, sample_blob_id(), RS2, sample_encoded_size(N_SHARDS)).burn();
    register(9, sample_blob_id(), RS2, sample_encoded_size(N_SHARDS) + 1).burn();
}

#[test, expected_failure(abort_code = blob::EResourceBounds)]
fun registration_before_the_reservation_fails() {
    register(4, sample_blob_id(), RS2, sample_encoded_size(N_SHARDS)).burn();
}

#[test, expected_failure(abort_code = blob::EResourceBounds)]
fun registration_after_the_reservation_fails() {
    register(10, sample_blob_id(), RS2, sample_encoded_size(N_SHARDS)).burn();
}

#[test, expected_failure(abort_code = blob::EResourceBounds)]
fun epochs_are_checked_before_the_encoding() {
    register(10, 0, 0, 1).burn();
}

#[test, expected_failure(abort_code = walrus::encoding::EInvalidEncodingType)]
fun registration_with_another_encoding_fails() {
    register(5, sample_blob_id(), 0, sample_encoded_size(N_SHARDS)).burn();
}

#[test, expected_failure(abort_code = blob::EResourceSize)]
fun registration_in_a_byte_too_little_fails() {
    register(5, sample_blob_id(), RS2, sample_encoded_size(N_SHARDS) - 1).burn();
}

#[test, expected_failure(abort_code = blob::EResourceSize)]
fun size_is_checked_before_the_id() {
    register(5, 0, RS2, sample_encoded_size(N_SHARDS) - 1).burn();
}

#[test, expected_failure(abort_code = blob::EInvalidBlobId)]
fun registration_with_an_underived_id_fails() {
    register(5, sample_blob_id() + 1, RS2, sample_encoded_size(N_SHARDS)).burn();
}

// === Certification ===

#[test]
fun certification_of_a_permanent_blob() {
    let blob = certified(&mut tx_context::dummy());
    assert_eq!(*blob.certified_epoch(), option::some(6));
    blob.assert_certified_not_expired(9);

    let events = event::events_by_type<BlobCertified>();
    assert_eq!(events.length(), 1);
    let mut expected = x"06000000";
    expected.append(bcs::to_bytes(&sample_blob_id()));
    expected.append(x"0a00000000");
    expected.append(bcs::to_bytes(&blob.object_id()));
    expected.push_back(0);
    assert_eq!(bcs::to_bytes(&events[0]), expected);
    blob.burn();
}

#[test]
fun certification_of_a_deletable_blob_in_its_last_epoch() {
    let mut blob = sample_blob(5, 10, true, &mut tx_context::dummy());
    let message = deletable(blob.blob_id(), blob.object_id());
    blob.certify_with_certified_msg(9, message);
    assert_eq!(*blob.certified_epoch(), option::some(9));
    blob.burn();
}

#[test, expected_failure(abort_code = blob::EInvalidBlobId)]
fun certification_for_another_blob_fails() {
    let mut blob = certified(&mut tx_context::dummy());
    // Would also fail because the blob is certified.
    blob.certify_with_certified_msg(6, permanent(sample_blob_id() + 1));
    abort
}

#[test, expected_failure(abort_code = blob::EAlreadyCertified)]
fun second_certification_fails() {
    let mut blob = certified(&mut tx_context::dummy());
    // Would also fail because the blob has expired.
    blob.certify_with_certified_msg(10, permanent(sample_blob_id()));
    abort
}

#[test, expected_failure(abort_code = blob::EResourceBounds)]
fun certification_of_an_expired_blob_fails() {
    let mut blob = sample_blob(5, 10, true, &mut tx_context::dummy());
    // Would also fail because the blob is deletable.
    blob.certify_with_certified_msg(10, permanent(sample_blob_id()));
    abort
}

#[test, expected_failure(abort_code = blob::EInvalidBlobPersistenceType)]
fun permanent_confirmation_of_a_deletable_blob_fails() {
    let mut blob = sample_blob(5, 10, true, &mut tx_context::dummy());
    blob.certify_with_certified_msg(5, permanent(sample_blob_id()));
    abort
}

#[test, expected_failure(abort_code = blob::EInvalidBlobPersistenceType)]
fun deletable_confirmation_of_a_permanent_blob_fails() {
    let mut blob = sample_blob(5, 10, false, &mut tx_context::dummy());
    let message = deletable(blob.blob_id(), blob.object_id());
    blob.certify_with_certified_msg(5, message);
    abort
}

#[test, expected_failure(abort_code = blob::EInvalidBlobObject)]
fun confirmation_of_another_registration_fails() {
    let mut blob = sample_blob(5, 10, true, &mut tx_context::dummy());
    let message = deletable(blob.blob_id(), object::id_from_address(@0x1));
    blob.certify_with_certified_msg(5, message);
    abort
}

#[test, expected_failure(abort_code = blob::ENotCertified)]
fun uncertified_is_reported_before_expired() {
    sample_blob(5, 10, false, &mut tx_context::dummy()).assert_certified_not_expired(10);
    abort
}

#[test, expected_failure(abort_code = blob::EResourceBounds)]
fun certified_blob_expires() {
    certified(&mut tx_context::dummy()).assert_certified_not_expired(10);
    abort
}

#[test, expected_failure(abort_code = 0x40001, location = std::option)]
fun uncertified_blob_emits_no_certification() {
    sample_blob(5, 10, false, &mut tx_context::dummy()).emit_certified(false);
    abort
}

// === Deletion and burning ===

#[test]
fun deletion_returns_the_reservation() {
    let ctx = &mut tx_context::dummy();
    let mut blob = sample_blob(5, 10, true, ctx);
    blob.add_metadata(metadata::new());
    let blob_object = blob.object_id();
    let storage_object = object::id(blob.storage());

    let storage = blob.delete(9);
    assert_eq!(object::id(&storage), storage_object);
    assert_eq!(storage.end_epoch(), 10);
    storage.destroy();

    let events = event::events_by_type<BlobDeleted>();
    assert_eq!(events.length(), 1);
    let mut expected = x"09000000";
    expected.append(bcs::to_bytes(&sample_blob_id()));
    expected.append(x"0a000000");
    expected.append(bcs::to_bytes(&blob_object));
    expected.push_back(0);
    assert_eq!(bcs::to_bytes(&events[0]), expected);
}

#[test]
fun deletion_event_tells_certified_blobs() {
    let mut blob = sample_blob(5, 10, true, &mut tx_context::dummy());
    let message = deletable(blob.blob_id(), blob.object_id());
    blob.certify_with_certified_msg(5, message);
    blob.delete(5).destroy();
    let bytes = bcs::to_bytes(&event::events_by_type<BlobDeleted>()[0]);
    assert_eq!(bytes[bytes.length() - 1], 1);
}

#[test, expected_failure(abort_code = blob::EBlobNotDeletable)]
fun permanent_blob_is_not_deleted() {
    // Would also fail because the blob has expired.
    sample_blob(5, 10, false, &mut tx_context::dummy()).delete(10).destroy();
}

#[test, expected_failure(abort_code = blob::EResourceBounds)]
fun expired_blob_is_not_deleted() {
    sample_blob(5, 10, true, &mut tx_context::dummy()).delete(10).destroy();
}

#[test]
fun burning_is_silent() {
    let mut blob = certified(&mut tx_context::dummy());
    blob.add_metadata(metadata::new());
    let events = event::num_events();
    blob.burn();
    assert_eq!(event::num_events(), events);
}

// === Extension with a reservation ===

#[test]
fun extension_appends_the_reservation() {
    let ctx = &mut tx_context::dummy();
    let mut blob = certified(ctx);
    blob.extend_with_resource(sample_storage(10, 12, ctx), 9);
    assert_eq!(blob.end_epoch(), 12);
    assert_eq!(blob.storage().start_epoch(), 5);

    let events = event::events_by_type<BlobCertified>();
    assert_eq!(events.length(), 2);
    // Epoch of the certification, not of the extension.
    let mut expected = x"06000000";
    expected.append(bcs::to_bytes(&sample_blob_id()));
    expected.append(x"0c00000000");
    expected.append(bcs::to_bytes(&blob.object_id()));
    expected.push_back(1);
    assert_eq!(bcs::to_bytes(&events[1]), expected);
    blob.burn();
}

#[test, expected_failure(abort_code = blob::ENotCertified)]
fun uncertified_blob_is_not_extended() {
    let ctx = &mut tx_context::dummy();
    let mut blob = sample_blob(5, 10, false, ctx);
    blob.extend_with_resource(sample_storage(10, 12, ctx), 9);
    abort
}

#[test, expected_failure(abort_code = blob::EResourceBounds)]
fun expired_blob_is_not_extended() {
    let ctx = &mut tx_context::dummy();
    certified(ctx).extend_with_resource(sample_storage(10, 12, ctx), 10);
    abort
}

#[test, expected_failure(abort_code = blob::EResourceBounds)]
fun extension_to_the_same_end_fails() {
    let ctx = &mut tx_context::dummy();
    certified(ctx).extend_with_resource(sample_storage(6, 10, ctx), 6);
    abort
}

#[test, expected_failure(abort_code = storage_resource::EIncompatibleEpochs)]
fun extension_with_a_gap_fails() {
    let ctx = &mut tx_context::dummy();
    certified(ctx).extend_with_resource(sample_storage(11, 12, ctx), 6);
    abort
}

#[test, expected_failure(abort_code = storage_resource::EIncompatibleAmount)]
fun extension_of_another_size_fails() {
    let ctx = &mut tx_context::dummy();
    let extension = storage_resource::create_storage(10, 12, 1, ctx);
    certified(ctx).extend_with_resource(extension, 6);
    abort
}

// === Attributes ===

#[test]
fun attributes_live_through_all_operations() {
    let mut blob = sample_blob(5, 10, false, &mut tx_context::dummy());
    let key = b"content-type".to_string();
    assert_eq!(blob.remove_metadata_pair_if_exists(&key), option::none());

    blob.insert_or_update_metadata_pair(key, b"text/plain".to_string());
    blob.insert_or_update_metadata_pair(key, b"image/png".to_string());
    assert_eq!(blob.remove_metadata_pair_if_exists(&b"other".to_string()), option::none());
    assert_eq!(blob.remove_metadata_pair_if_exists(&key), option::some(b"image/png".to_string()));

    blob.insert_or_update_metadata_pair(key, b"a/b".to_string());
    let (removed_key, removed_value) = blob.remove_metadata_pair(&key);
    assert_eq!(removed_key, key);
    assert_eq!(removed_value, b"a/b".to_string());

    // Removing the last pair leaves empty attributes.
    assert_eq!(bcs::to_bytes(&blob.take_metadata()), x"00");
    blob.burn();
}

#[test]
fun attributes_are_replaced_as_a_whole() {
    let mut blob = sample_blob(5, 10, false, &mut tx_context::dummy());
    let mut first = metadata::new();
    first.insert_or_update(b"a".to_string(), b"1".to_string());
    assert!(blob.add_or_replace_metadata(first).is_none());
    let replaced = blob.add_or_replace_metadata(metadata::new());
    assert_eq!(bcs::to_bytes(&replaced), x"010101610131");
    assert_eq!(bcs::to_bytes(&blob.take_metadata()), x"00");

    blob.add_metadata(metadata::new());
    blob.burn();
}

#[test, expected_failure(abort_code = blob::EDuplicateMetadata)]
fun attributes_are_added_once() {
    let mut blob = sample_blob(5, 10, false, &mut tx_context::dummy());
    blob.add_metadata(metadata::new());
    blob.add_metadata(metadata::new());
    abort
}

#[test, expected_failure(abort_code = blob::EMissingMetadata)]
fun absent_attributes_cannot_be_taken() {
    sample_blob(5, 10, false, &mut tx_context::dummy()).take_metadata();
    abort
}

#[test, expected_failure(abort_code = blob::EMissingMetadata)]
fun pair_of_absent_attributes_cannot_be_removed() {
    let mut blob = sample_blob(5, 10, false, &mut tx_context::dummy());
    blob.remove_metadata_pair(&b"a".to_string());
    abort
}

#[test, expected_failure(abort_code = 1, location = sui::vec_map)]
fun absent_pair_cannot_be_removed() {
    let mut blob = sample_blob(5, 10, false, &mut tx_context::dummy());
    blob.add_metadata(metadata::new());
    blob.remove_metadata_pair(&b"a".to_string());
    abort
}

#[test]
fun storage_of_a_blob_can_grow() {
    let mut blob = sample_blob(5, 10, false, &mut tx_context::dummy());
    blob.storage_mut().extend_end_epoch(3);
    assert_eq!(blob.end_epoch(), 13);
    destroy(blob);
}
