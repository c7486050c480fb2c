/// The description of a storage node inside its staking pool, and the capability with which the
/// node acts.
///
/// A `StorageNodeCap` authorises by possession: its `node_id` selects the pool. It also carries the
/// node's progress in the protocol (last epoch synchronised, last event blob attested, certified
/// deny list), so that reporting progress does not need a write to a shared table.
module walrus::storage_node;

use std::string::String;
use sui::bls12381::{Self, UncompressedG1};
use sui::group_ops::Element;
use walrus::event_blob::EventBlobAttestation;
use walrus::extended_field::{Self, ExtendedField};
use walrus::node_metadata::NodeMetadata;

/// Length of a compressed secp256r1 point, the form of network (TLS) public keys.
const NETWORK_PUBLIC_KEY_LENGTH: u64 = 33;

// Error codes.

/// The network public key does not have 33 bytes.
const EInvalidNetworkPublicKey: u64 = 0;

/// How a node is called, reached and verified.
///
/// The metadata lives out of line: it is only for people and would make every read of the pool
/// larger.
public struct StorageNodeInfo has store {
    /// Name chosen by the operator.
    name: String,
    /// ID of the node, which is the object ID of its pool.
    node_id: ID,
    /// Host name or IP address and port.
    network_address: String,
    /// BLS key used in the current epoch.
    public_key: Element<UncompressedG1>,
    /// BLS key that takes over with the next committee the node joins.
    next_epoch_public_key: Option<Element<UncompressedG1>>,
    /// Network (TLS) public key, a compressed secp256r1 point.
    network_public_key: vector<u8>,
    /// Display data of the node.
    metadata: ExtendedField<NodeMetadata>,
}

/// Right to act as a storage node.
public struct StorageNodeCap has key, store {
    id: UID,
    /// ID of the node, which is the object ID of its pool.
    node_id: ID,
    /// Last epoch for which the node reported that it holds all its shards.
    last_epoch_sync_done: u32,
    /// Last event blob the node attested.
    last_event_blob_attestation: Option<EventBlobAttestation>,
    /// Merkle root of the node's last certified deny list.
    deny_list_root: u256,
    /// Sequence number of the node's last certified deny list.
    deny_list_sequence: u64,
    /// Bytes covered by the node's last certified deny list.
    deny_list_size: u64,
}

/// Creates a node description. Aborts if the network key has the wrong length, or in the framework
/// if the BLS key is not a valid compressed point.
public(package) fun new(
    name: String,
    node_id: ID,
    network_address: String,
    public_key: vector<u8>,
    network_public_key: vector<u8>,
    metadata: NodeMetadata,
    ctx: &mut TxContext,
): StorageNodeInfo {
    check_network_public_key(&network_public_key);
    StorageNodeInfo {
        name,
        node_id,
        network_address,
        public_key: decode_public_key(&public_key),
        next_epoch_public_key: option::none(),
        network_public_key,
        metadata: extended_field::new(metadata, ctx),
    }
}

/// Creates the capability of a node that has not done anything yet.
public(package) fun new_cap(node_id: ID, ctx: &mut TxContext): StorageNodeCap {
    StorageNodeCap {
        id: object::new(ctx),
        node_id,
        last_epoch_sync_done: 0,
        last_event_blob_attestation: option::none(),
        deny_list_root: 0,
        deny_list_sequence: 0,
        deny_list_size: 0,
    }
}

// === Accessors ===

/// Returns the BLS key used in the current epoch.
public(package) fun public_key(self: &StorageNodeInfo): &Element<UncompressedG1> {
    &self.public_key
}

/// Returns a copy of the node's metadata.
public(package) fun metadata(self: &StorageNodeInfo): NodeMetadata {
    *self.metadata.borrow()
}

/// Returns the BLS key for the next committee: the scheduled one, else the current one.
public(package) fun next_epoch_public_key(self: &StorageNodeInfo): &Element<UncompressedG1> {
    self.next_epoch_public_key.borrow_with_default(&self.public_key)
}

/// Returns the node ID of the description.
public fun id(cap: &StorageNodeInfo): ID {
    cap.node_id
}

/// Returns the ID of the node that the capability stands for.
public fun node_id(cap: &StorageNodeCap): ID {
    cap.node_id
}

/// Returns the last epoch for which the node reported to hold all its shards.
public fun last_epoch_sync_done(cap: &StorageNodeCap): u32 {
    cap.last_epoch_sync_done
}

/// Returns the last event blob attestation of the node. Takes a mutable reference for
/// compatibility; nothing is changed.
public fun last_event_blob_attestation(cap: &mut StorageNodeCap): Option<EventBlobAttestation> {
    cap.last_event_blob_attestation
}

/// Returns the root of the node's last certified deny list.
public fun deny_list_root(cap: &StorageNodeCap): u256 {
    cap.deny_list_root
}

/// Returns the sequence number of the node's last certified deny list.
public fun deny_list_sequence(cap: &StorageNodeCap): u64 {
    cap.deny_list_sequence
}

// === Changes of the capability ===

/// Records the last epoch for which the node holds all its shards.
public(package) fun set_last_epoch_sync_done(self: &mut StorageNodeCap, epoch: u32) {
    self.last_epoch_sync_done = epoch;
}

/// Records the node's last event blob attestation.
public(package) fun set_last_event_blob_attestation(
    self: &mut StorageNodeCap,
    attestation: EventBlobAttestation,
) {
    self.last_event_blob_attestation = option::some(attestation);
}

/// Records root, sequence number and size of the node's certified deny list.
public(package) fun set_deny_list_properties(
    self: &mut StorageNodeCap,
    root: u256,
    sequence: u64,
    size: u64,
) {
    self.deny_list_root = root;
    self.deny_list_sequence = sequence;
    self.deny_list_size = size;
}

// === Changes of the description ===

/// Schedules a new BLS key, given compressed. It replaces a key scheduled before.
public(package) fun set_next_public_key(self: &mut StorageNodeInfo, public_key: vector<u8>) {
    self.next_epoch_public_key.swap_or_fill(decode_public_key(&public_key));
}

/// Sets the name.
public(package) fun set_name(self: &mut StorageNodeInfo, name: String) {
    self.name = name;
}

/// Sets the network address.
public(package) fun set_network_address(self: &mut StorageNodeInfo, network_address: String) {
    self.network_address = network_address;
}

/// Sets the network public key, which must have 33 bytes.
public(package) fun set_network_public_key(
    self: &mut StorageNodeInfo,
    network_public_key: vector<u8>,
) {
    check_network_public_key(&network_public_key);
    self.network_public_key = network_public_key;
}

/// Replaces the metadata.
public(package) fun set_node_metadata(self: &mut StorageNodeInfo, metadata: NodeMetadata) {
    self.metadata.swap(metadata);
}

/// Puts a scheduled BLS key into use. Does nothing if none is scheduled.
public(package) fun rotate_public_key(self: &mut StorageNodeInfo) {
    if (self.next_epoch_public_key.is_some()) {
        self.public_key = self.next_epoch_public_key.extract();
    }
}

/// Destroys the description together with its metadata.
public(package) fun destroy(self: StorageNodeInfo) {
    let StorageNodeInfo { metadata, .. } = self;
    metadata.destroy();
}

/// Keys are handed in compressed and kept uncompressed, which makes sums of keys cheap.
fun decode_public_key(compressed: &vector<u8>): Element<UncompressedG1> {
    bls12381::g1_to_uncompressed_g1(&bls12381::g1_from_bytes(compressed))
}

fun check_network_public_key(key: &vector<u8>) {
    assert!(key.length() == NETWORK_PUBLIC_KEY_LENGTH, EInvalidNetworkPublicKey);
}

// === Test only ===

#[test_only]
/// Returns a capability for a node without a pool.
public fun new_cap_for_testing(node_id: ID, ctx: &mut TxContext): StorageNodeCap {
    new_cap(node_id, ctx)
}

#[test_only]
/// Destroys a capability.
public fun destroy_cap_for_testing(cap: StorageNodeCap) {
    let StorageNodeCap { id, .. } = cap;
    id.delete();
}

#[test_only]
/// Returns the size of the node's last certified deny list.
public fun deny_list_size_for_testing(cap: &StorageNodeCap): u64 {
    cap.deny_list_size
}

#[test_only]
/// Returns name, network address and network public key.
public fun contact_for_testing(self: &StorageNodeInfo): (String, String, vector<u8>) {
    (self.name, self.network_address, self.network_public_key)
}
