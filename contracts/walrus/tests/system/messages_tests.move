#[test_only]
module walrus::messages_tests;

use std::unit_test::assert_eq;
use sui::bcs;
use walrus::messages::{Self, CertifiedMessage};
use walrus::system_fixtures::{message, public_key, sign};

const EPOCH: u32 = 21;
/// 0x0102…20 read as little endian bytes.
const NUMBER: u256 = 0x201f1e1d1c1b1a191817161514131211100f0e0d0c0b0a090807060504030201;
const NUMBER_BYTES: vector<u8> =
    x"0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20";

fun parse(intent_type: u8, body: vector<u8>): CertifiedMessage {
    messages::new_certified_message(message(intent_type, EPOCH, body), EPOCH, 9)
}

fun object_id(): ID {
    object::id_from_address(
        @0x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20,
    )
}

// === Header ===

#[test]
fun header_is_parsed_and_the_body_kept() {
    let message = messages::new_certified_message(x"2a000315000000aabb", EPOCH, 7);
    assert_eq!(message.intent_type(), 42);
    assert_eq!(message.intent_version(), 0);
    assert_eq!(message.cert_epoch(), EPOCH);
    assert_eq!(message.stake_support(), 7);
    assert_eq!(*message.message(), x"aabb");
    assert_eq!(message.into_message(), x"aabb");
}

#[test]
fun body_may_be_empty() {
    assert_eq!(*messages::new_certified_message(x"01000315000000", EPOCH, 7).message(), x"");
}

#[test, expected_failure(abort_code = messages::EIncorrectIntentVersion)]
fun version_is_checked_first() {
    messages::new_certified_message(x"01010416000000", EPOCH, 7);
}

#[test, expected_failure(abort_code = messages::EIncorrectAppId)]
fun application_is_checked_before_the_epoch() {
    messages::new_certified_message(x"01000416000000", EPOCH, 7);
}

#[test, expected_failure(abort_code = messages::EIncorrectEpoch)]
fun epoch_is_checked() {
    messages::new_certified_message(x"01000316000000", EPOCH, 7);
}

#[test, expected_failure(abort_code = 0, location = sui::bcs)]
fun truncated_header_fails() {
    messages::new_certified_message(x"010003150000", EPOCH, 7);
}

// === Storage confirmation ===

#[test]
fun confirmation_of_the_message_spec() {
    let message = messages::new_certified_message(
        x"0100031500000001080f161d242b323940474e555c636a71787f868d949ba2a9b0b7bec5ccd3da00",
        EPOCH,
        7,
    ).certify_blob_message();
    assert_eq!(
        message.certified_blob_id(),
        0xdad3ccc5beb7b0a9a29b948d867f78716a635c554e474039322b241d160f0801,
    );
    assert!(!message.blob_persistence_type().is_deletable());
}

#[test]
fun confirmation_for_a_deletable_blob() {
    let mut body = NUMBER_BYTES;
    body.push_back(1);
    body.append(NUMBER_BYTES);
    let message = parse(1, body).certify_blob_message();
    assert_eq!(message.certified_blob_id(), NUMBER);
    assert!(message.blob_persistence_type().is_deletable());
    assert_eq!(message.blob_persistence_type().object_id(), object_id());
}

#[test]
fun bytes_behind_the_confirmation_are_ignored() {
    let mut body = NUMBER_BYTES;
    body.append(x"00ffff");
    assert_eq!(parse(1, body).certify_blob_message().certified_blob_id(), NUMBER);
}

#[test, expected_failure(abort_code = messages::EInvalidBlobPersistenceType)]
fun unknown_persistence_fails() {
    let mut body = NUMBER_BYTES;
    body.push_back(2);
    parse(1, body).certify_blob_message();
}

#[test, expected_failure(abort_code = 0, location = sui::bcs)]
fun confirmation_without_persistence_fails() {
    parse(1, NUMBER_BYTES).certify_blob_message();
}

#[test, expected_failure(abort_code = 0, location = sui::bcs)]
fun deletable_confirmation_with_short_object_id_fails() {
    let mut body = NUMBER_BYTES;
    body.append(x"0100");
    parse(1, body).certify_blob_message();
}

#[test, expected_failure(abort_code = messages::EInvalidMsgType)]
fun confirmation_of_another_type_fails() {
    parse(2, NUMBER_BYTES).certify_blob_message();
}

#[test, expected_failure(abort_code = messages::ENotDeletable)]
fun permanent_confirmation_has_no_object() {
    messages::permanent_for_testing().object_id();
}

#[test]
fun event_blob_confirmation_is_permanent() {
    let message = messages::certified_event_blob_message(NUMBER);
    assert_eq!(message.certified_blob_id(), NUMBER);
    assert!(!message.blob_persistence_type().is_deletable());
}

#[test]
fun persistence_types_have_the_documented_bytes() {
    assert_eq!(bcs::to_bytes(&messages::permanent_for_testing()), x"00");
    let mut expected = x"01";
    expected.append(NUMBER_BYTES);
    let deletable = messages::deletable_for_testing(object_id());
    assert_eq!(bcs::to_bytes(&deletable), expected);
    let mut reader = bcs::new(expected);
    assert!(messages::peel_blob_persistence_type(&mut reader) == deletable);
    assert_eq!(reader.into_remainder_bytes(), x"");
}

// === Other messages ===

#[test]
fun invalid_blob_id() {
    assert_eq!(parse(2, NUMBER_BYTES).invalid_blob_id_message().invalid_blob_id(), NUMBER);
}

#[test, expected_failure(abort_code = messages::EInvalidMsgType)]
fun invalid_blob_id_of_another_type_fails() {
    parse(1, NUMBER_BYTES).invalid_blob_id_message();
}

#[test, expected_failure(abort_code = 0, location = sui::bcs)]
fun truncated_invalid_blob_id_fails() {
    parse(2, x"0102").invalid_blob_id_message();
}

#[test]
fun deny_list_update() {
    let mut body = NUMBER_BYTES;
    body.append(x"05000000000000000700000000000000");
    body.append(NUMBER_BYTES);
    let message = parse(4, body).deny_list_update_message();
    assert_eq!(message.storage_node_id(), object_id());
    assert_eq!(message.sequence_number(), 5);
    assert_eq!(message.size(), 7);
    assert_eq!(message.root(), NUMBER);
}

#[test, expected_failure(abort_code = messages::EInvalidMsgType)]
fun deny_list_update_of_another_type_fails() {
    parse(5, NUMBER_BYTES).deny_list_update_message();
}

#[test]
fun deny_listed_blob() {
    assert_eq!(parse(5, NUMBER_BYTES).deny_list_blob_deleted_message().blob_id(), NUMBER);
}

#[test, expected_failure(abort_code = messages::EInvalidMsgType)]
fun deny_listed_blob_of_another_type_fails() {
    parse(4, NUMBER_BYTES).deny_list_blob_deleted_message();
}

#[test]
fun protocol_version() {
    let message = parse(6, x"160000000800000000000000").protocol_version_message();
    assert_eq!(message.start_epoch(), 22);
    assert_eq!(message.protocol_version(), 8);
}

#[test, expected_failure(abort_code = messages::EInvalidMsgType)]
fun protocol_version_of_another_type_fails() {
    parse(3, x"160000000800000000000000").protocol_version_message();
}

// === Proof of possession ===

#[test]
fun proof_of_possession_has_the_documented_bytes() {
    let key = public_key(0);
    let proof = messages::new_proof_of_possession_msg(
        EPOCH,
        @0x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20,
        key,
    );
    let mut expected = x"00000315000000";
    expected.append(NUMBER_BYTES);
    expected.append(key);
    assert_eq!(expected.length(), 87);
    assert_eq!(proof.to_bcs(), expected);
    assert!(proof.verify_proof_of_possession(sign(expected, vector[0])));
}

#[test, expected_failure(abort_code = messages::EInvalidKeyLength)]
fun key_that_is_too_short_fails() {
    let mut key = public_key(0);
    key.pop_back();
    messages::new_proof_of_possession_msg(EPOCH, @0x1, key);
}

#[test, expected_failure(abort_code = messages::EInvalidKeyLength)]
fun key_that_is_too_long_fails() {
    let mut key = public_key(0);
    key.push_back(0);
    messages::new_proof_of_possession_msg(EPOCH, @0x1, key);
}
