/// Byte formats of the messages that storage nodes sign.
///
/// Every message starts with type, version and application (one byte each) and the epoch (four
/// bytes, little endian); the body follows without a length.
module walrus::messages;

use sui::bcs::{Self, BCS};
use sui::bls12381::bls12381_min_pk_verify;

/// Walrus storage in the registry of intent applications.
const APP_ID: u8 = 3;
/// The only version of the message formats.
const INTENT_VERSION: u8 = 0;

/// Bytes of a compressed BLS public key.
const BLS_KEY_LEN: u64 = 48;

/// A node proves that it owns its BLS key.
const PROOF_OF_POSSESSION_MSG_TYPE: u8 = 0;
/// A node confirms that it stores its part of a blob.
const BLOB_CERT_MSG_TYPE: u8 = 1;
/// A node attests that a blob is encoded inconsistently.
const INVALID_BLOB_ID_MSG_TYPE: u8 = 2;
/// Nodes ask each other for shards; listed to keep the number taken, never seen on chain.
#[allow(unused_const)]
const SYNC_SHARD_MSG_TYPE: u8 = 3;
/// Nodes accept the deny list of one of them.
const DENY_LIST_UPDATE_MSG_TYPE: u8 = 4;
/// Nodes attest that a blob is on their deny lists.
const DENY_LIST_BLOB_DELETED_MSG_TYPE: u8 = 5;
/// Nodes agree on a protocol version.
const PROTOCOL_VERSION_MSG_TYPE: u8 = 6;

/// The message is for another application.
const EIncorrectAppId: u64 = 0;
/// The message is from another epoch.
const EIncorrectEpoch: u64 = 1;
/// The message is of another type.
const EInvalidMsgType: u64 = 2;
/// The message has an unknown version.
const EIncorrectIntentVersion: u64 = 3;
/// The confirmation is neither for a permanent nor for a deletable blob.
const EInvalidBlobPersistenceType: u64 = 4;
/// A confirmation for a permanent blob names no object.
const ENotDeletable: u64 = 5;
/// The key does not have the length of a BLS public key.
const EInvalidKeyLength: u64 = 6;

/// What a node signs with a key to prove that it owns it.
public struct ProofOfPossessionMessage has drop {
    intent_type: u8,
    intent_version: u8,
    intent_app: u8,
    epoch: u32,
    sui_address: address,
    bls_key: vector<u8>,
}

/// A message whose signatures and header have been verified.
public struct CertifiedMessage has drop {
    intent_type: u8,
    intent_version: u8,
    cert_epoch: u32,
    /// Body, not parsed yet.
    message: vector<u8>,
    /// Shards of the signers.
    stake_support: u16,
}

/// Whether a confirmation holds for the blob ID or only for one registration of it.
public enum BlobPersistenceType has copy, drop {
    Permanent,
    Deletable { object_id: ID },
}

/// Confirmation that a blob is stored.
public struct CertifiedBlobMessage has drop {
    blob_id: u256,
    blob_persistence_type: BlobPersistenceType,
}

/// Attestation that a blob ID is invalid.
public struct CertifiedInvalidBlobId has drop {
    blob_id: u256,
}

/// Agreement on a protocol version.
public struct ProtocolVersionMessage has drop {
    start_epoch: u32,
    protocol_version: u64,
}

/// Acceptance of a node's deny list.
public struct DenyListUpdateMessage has drop {
    storage_node_id: ID,
    deny_list_sequence_number: u64,
    deny_list_size: u64,
    deny_list_root: u256,
}

/// Attestation that a blob was removed because of deny lists.
public struct DenyListBlobDeleted has drop {
    blob_id: u256,
}

// === Proof of possession ===

/// Makes the message with which the owner of `sui_address` proves possession of `bls_key`.
public(package) fun new_proof_of_possession_msg(
    epoch: u32,
    sui_address: address,
    bls_key: vector<u8>,
): ProofOfPossessionMessage {
    assert!(bls_key.length() == BLS_KEY_LEN, EInvalidKeyLength);
    ProofOfPossessionMessage {
        intent_type: PROOF_OF_POSSESSION_MSG_TYPE,
        intent_version: INTENT_VERSION,
        intent_app: APP_ID,
        epoch,
        sui_address,
        bls_key,
    }
}

/// The bytes to sign. Not the BCS of the struct: the key carries no length.
public(package) fun to_bcs(self: &ProofOfPossessionMessage): vector<u8> {
    let mut bytes = vector[self.intent_type, self.intent_version, self.intent_app];
    bytes.append(bcs::to_bytes(&self.epoch));
    bytes.append(bcs::to_bytes(&self.sui_address));
    bytes.append(self.bls_key);
    bytes
}

/// Whether `pop_signature` is the signature of the message under the key in it.
public(package) fun verify_proof_of_possession(
    self: &ProofOfPossessionMessage,
    pop_signature: vector<u8>,
): bool {
    bls12381_min_pk_verify(&pop_signature, &self.bls_key, &self.to_bcs())
}

// === Certified messages ===

/// Parses and checks the header of a message that signers with `stake_support` shards have signed.
public(package) fun new_certified_message(
    message_bytes: vector<u8>,
    committee_epoch: u32,
    stake_support: u16,
): CertifiedMessage {
    let mut reader = bcs::new(message_bytes);
    let intent_type = reader.peel_u8();
    let intent_version = reader.peel_u8();
    assert!(intent_version == INTENT_VERSION, EIncorrectIntentVersion);
    let intent_app = reader.peel_u8();
    assert!(intent_app == APP_ID, EIncorrectAppId);
    let cert_epoch = reader.peel_u32();
    assert!(cert_epoch == committee_epoch, EIncorrectEpoch);
    let message = reader.into_remainder_bytes();
    CertifiedMessage { intent_type, intent_version, cert_epoch, message, stake_support }
}

/// Parses a storage confirmation.
public(package) fun certify_blob_message(message: CertifiedMessage): CertifiedBlobMessage {
    let mut body = message.into_body_of_type(BLOB_CERT_MSG_TYPE);
    let blob_id = body.peel_u256();
    let blob_persistence_type = body.peel_blob_persistence_type();
    CertifiedBlobMessage { blob_id, blob_persistence_type }
}

/// Makes the confirmation of an event blob, which is certified by attestations, not signatures.
public(package) fun certified_event_blob_message(blob_id: u256): CertifiedBlobMessage {
    CertifiedBlobMessage { blob_id, blob_persistence_type: BlobPersistenceType::Permanent }
}

/// Parses an attestation of an invalid blob ID.
public(package) fun invalid_blob_id_message(message: CertifiedMessage): CertifiedInvalidBlobId {
    let mut body = message.into_body_of_type(INVALID_BLOB_ID_MSG_TYPE);
    CertifiedInvalidBlobId { blob_id: body.peel_u256() }
}

/// Parses an agreement on a protocol version.
public(package) fun protocol_version_message(message: CertifiedMessage): ProtocolVersionMessage {
    let mut body = message.into_body_of_type(PROTOCOL_VERSION_MSG_TYPE);
    let start_epoch = body.peel_u32();
    let protocol_version = body.peel_u64();
    ProtocolVersionMessage { start_epoch, protocol_version }
}

/// Parses the acceptance of a deny list.
public(package) fun deny_list_update_message(message: CertifiedMessage): DenyListUpdateMessage {
    let mut body = message.into_body_of_type(DENY_LIST_UPDATE_MSG_TYPE);
    let storage_node_id = body.peel_address().to_id();
    let deny_list_sequence_number = body.peel_u64();
    let deny_list_size = body.peel_u64();
    let deny_list_root = body.peel_u256();
    DenyListUpdateMessage {
        storage_node_id,
        deny_list_sequence_number,
        deny_list_size,
        deny_list_root,
    }
}

/// Parses the attestation of a deletion because of deny lists.
public(package) fun deny_list_blob_deleted_message(
    message: CertifiedMessage,
): DenyListBlobDeleted {
    let mut body = message.into_body_of_type(DENY_LIST_BLOB_DELETED_MSG_TYPE);
    DenyListBlobDeleted { blob_id: body.peel_u256() }
}

/// Starts reading the body of a message that must be of type `intent_type`. What follows the
/// expected fields is ignored.
fun into_body_of_type(message: CertifiedMessage, intent_type: u8): BCS {
    assert!(message.intent_type == intent_type, EInvalidMsgType);
    bcs::new(message.into_message())
}

// === Accessors ===

/// Type of the message.
public(package) fun intent_type(self: &CertifiedMessage): u8 {
    self.intent_type
}

/// Version of the message format.
public(package) fun intent_version(self: &CertifiedMessage): u8 {
    self.intent_version
}

/// Epoch in which the message was signed.
public(package) fun cert_epoch(self: &CertifiedMessage): u32 {
    self.cert_epoch
}

/// Shards of the signers.
public(package) fun stake_support(self: &CertifiedMessage): u16 {
    self.stake_support
}

/// Body of the message.
public(package) fun message(self: &CertifiedMessage): &vector<u8> {
    &self.message
}

/// Unwraps the body of the message.
public(package) fun into_message(self: CertifiedMessage): vector<u8> {
    let CertifiedMessage { message, .. } = self;
    message
}

/// The confirmed blob.
public(package) fun certified_blob_id(self: &CertifiedBlobMessage): u256 {
    self.blob_id
}

/// Whether the confirmation is for a permanent or for a deletable blob.
public(package) fun blob_persistence_type(self: &CertifiedBlobMessage): BlobPersistenceType {
    self.blob_persistence_type
}

/// The invalid blob ID.
public(package) fun invalid_blob_id(self: &CertifiedInvalidBlobId): u256 {
    self.blob_id
}

/// First epoch of the protocol version.
public(package) fun start_epoch(self: &ProtocolVersionMessage): u32 {
    self.start_epoch
}

/// The protocol version.
public(package) fun protocol_version(self: &ProtocolVersionMessage): u64 {
    self.protocol_version
}

/// Node whose deny list was accepted.
public(package) fun storage_node_id(self: &DenyListUpdateMessage): ID {
    self.storage_node_id
}

/// Sequence number of the deny list.
public(package) fun sequence_number(self: &DenyListUpdateMessage): u64 {
    self.deny_list_sequence_number
}

/// Size of the denied blobs in bytes.
public(package) fun size(self: &DenyListUpdateMessage): u64 {
    self.deny_list_size
}

/// Root of the deny list.
public(package) fun root(self: &DenyListUpdateMessage): u256 {
    self.deny_list_root
}

/// The removed blob.
public(package) fun blob_id(self: &DenyListBlobDeleted): u256 {
    self.blob_id
}

// === Persistence type ===

/// Whether the blob is deletable.
public(package) fun is_deletable(self: &BlobPersistenceType): bool {
    match (self) {
        BlobPersistenceType::Permanent => false,
        BlobPersistenceType::Deletable { .. } => true,
    }
}

/// The blob object a confirmation for a deletable blob holds for.
public(package) fun object_id(self: &BlobPersistenceType): ID {
    match (self) {
        BlobPersistenceType::Permanent => abort ENotDeletable,
        BlobPersistenceType::Deletable { object_id } => *object_id,
    }
}

use fun peel_blob_persistence_type as BCS.peel_blob_persistence_type;

/// Reads a persistence type: a tag, and for deletable blobs the object ID.
public(package) fun peel_blob_persistence_type(bcs: &mut BCS): BlobPersistenceType {
    let tag = bcs.peel_u8();
    if (tag == 0) {
        BlobPersistenceType::Permanent
    } else {
        assert!(tag == 1, EInvalidBlobPersistenceType);
        BlobPersistenceType::Deletable { object_id: bcs.peel_address().to_id() }
    }
}

// === Tests ===

/// A message that nobody signed.
#[test_only]
public fun certified_message_for_testing(
    intent_type: u8,
    message: vector<u8>,
    cert_epoch: u32,
): CertifiedMessage {
    CertifiedMessage {
        intent_type,
        intent_version: INTENT_VERSION,
        cert_epoch,
        message,
        stake_support: 0,
    }
}

/// A storage confirmation that nobody signed.
#[test_only]
public fun certified_blob_message_for_testing(
    blob_id: u256,
    blob_persistence_type: BlobPersistenceType,
): CertifiedBlobMessage {
    CertifiedBlobMessage { blob_id, blob_persistence_type }
}

/// Makes the persistence type of a permanent blob.
#[test_only]
public fun permanent_for_testing(): BlobPersistenceType {
    BlobPersistenceType::Permanent
}

/// Makes the persistence type of a deletable blob.
#[test_only]
public fun deletable_for_testing(object_id: ID): BlobPersistenceType {
    BlobPersistenceType::Deletable { object_id }
}
