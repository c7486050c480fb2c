/// The signing committee of an epoch and the verification of its certificates.
///
/// A certificate is one BLS signature that aggregates the signatures of many members over the same
/// message, together with a bitmap of the members that signed. A member's weight is the number of
/// its shards.
module walrus::bls_aggregate;

use sui::bls12381::{Self, G1, UncompressedG1, bls12381_min_pk_verify};
use sui::group_ops::Element;
use sui::vec_map::{Self, VecMap};
use walrus::messages::{Self, CertifiedMessage};

/// The bitmap of signers does not fit the committee.
const EInvalidBitmap: u64 = 0;
/// The aggregate signature is not valid.
const ESigVerification: u64 = 1;
/// The signers do not have enough shards.
const ENotEnoughStake: u64 = 2;
/// A committee member must have shards.
const EIncorrectCommittee: u64 = 3;

/// A member of the committee.
public struct BlsCommitteeMember has copy, drop, store {
    public_key: Element<UncompressedG1>,
    /// Number of shards.
    weight: u16,
    /// The storage node, that is, the ID of its staking pool.
    node_id: ID,
}

/// The committee of an epoch. The order of the members defines the bits of the signer bitmap.
public struct BlsCommittee has copy, drop, store {
    members: vector<BlsCommitteeMember>,
    /// Sum of all weights.
    n_shards: u16,
    epoch: u32,
    /// Sum of all keys. Verification subtracts the keys of the members that did not sign, usually
    /// the smaller group.
    total_aggregated_key: Element<G1>,
}

/// How much weight a certificate needs.
public enum RequiredWeight {
    /// More than two thirds of the shards.
    Quorum,
    /// More than one third: at least one of the signers is honest.
    OneCorrectNode,
}

// === Construction ===

/// Makes the committee of `epoch`. It may be empty, as before the first epoch.
public(package) fun new_bls_committee(
    epoch: u32,
    members: vector<BlsCommitteeMember>,
): BlsCommittee {
    let mut n_shards = 0;
    members.do_ref!(|member| {
        assert!(member.weight > 0, EIncorrectCommittee);
        n_shards = n_shards + member.weight;
    });
    let keys = members.map_ref!(|member| member.public_key);
    BlsCommittee { members, n_shards, epoch, total_aggregated_key: sum_of_keys(&keys) }
}

/// Makes a member.
public(package) fun new_bls_committee_member(
    public_key: Element<UncompressedG1>,
    weight: u16,
    node_id: ID,
): BlsCommitteeMember {
    BlsCommitteeMember { public_key, weight, node_id }
}

// === Accessors ===

/// Node of a member.
public(package) fun node_id(self: &BlsCommitteeMember): ID {
    self.node_id
}

/// Epoch of the committee.
public(package) fun epoch(self: &BlsCommittee): u32 {
    self.epoch
}

/// Number of shards of all members.
public(package) fun n_shards(self: &BlsCommittee): u16 {
    self.n_shards
}

/// Number of members.
public(package) fun n_members(self: &BlsCommittee): u64 {
    self.members.length()
}

/// The member at position `idx`.
public(package) fun get_idx(self: &BlsCommittee, idx: u64): &BlsCommitteeMember {
    &self.members[idx]
}

/// Whether the node is a member.
public(package) fun contains(self: &BlsCommittee, node_id: &ID): bool {
    self.find_index(node_id).is_some()
}

/// Weight of the node, 0 if it is not a member.
public(package) fun get_member_weight(self: &BlsCommittee, node_id: &ID): u16 {
    self.find_index(node_id).map!(|idx| self.members[idx].weight).destroy_or!(0)
}

/// Position of the node.
public(package) fun find_index(self: &BlsCommittee, node_id: &ID): Option<u64> {
    self.members.find_index!(|member| &member.node_id == node_id)
}

/// Weights by node, in member order.
public(package) fun to_vec_map(self: &BlsCommittee): VecMap<ID, u16> {
    let mut weights = vec_map::empty();
    self.members.do_ref!(|member| weights.insert(member.node_id, member.weight));
    weights
}

// === Weights ===

/// Whether `weight` shards are a quorum: more than two thirds of all.
public(package) fun is_quorum(self: &BlsCommittee, weight: u16): bool {
    3 * (weight as u64) >= 2 * (self.n_shards as u64) + 1
}

/// Whether `weight` shards cannot all be faulty: more than one third of all.
public(package) fun includes_one_correct_node(self: &BlsCommittee, weight: u16): bool {
    3 * (weight as u64) >= (self.n_shards as u64) + 1
}

// === Certificates ===

/// Verifies a certificate of a quorum for the committee's epoch and returns the message.
public(package) fun verify_quorum_in_epoch(
    self: &BlsCommittee,
    signature: vector<u8>,
    signers_bitmap: vector<u8>,
    message: vector<u8>,
): CertifiedMessage {
    let weight = self.verify_certificate_and_weight(
        &signature,
        &signers_bitmap,
        &message,
        RequiredWeight::Quorum,
    );
    messages::new_certified_message(message, self.epoch, weight)
}

/// Verifies a certificate with at least one honest signer for the committee's epoch and returns the
/// message.
public(package) fun verify_one_correct_node_in_epoch(
    self: &BlsCommittee,
    signature: vector<u8>,
    signers_bitmap: vector<u8>,
    message: vector<u8>,
): CertifiedMessage {
    let weight = self.verify_certificate_and_weight(
        &signature,
        &signers_bitmap,
        &message,
        RequiredWeight::OneCorrectNode,
    );
    messages::new_certified_message(message, self.epoch, weight)
}

/// Checks bitmap, weight and signature, in this order, and returns the weight of the signers.
///
/// Bit `i mod 8` (from the least significant) of byte `i / 8` of the bitmap stands for member `i`.
/// Bytes missing at the end count as zero.
fun verify_certificate_and_weight(
    self: &BlsCommittee,
    signature: &vector<u8>,
    signers_bitmap: &vector<u8>,
    message: &vector<u8>,
    required_weight: RequiredWeight,
): u16 {
    let n_members = self.members.length();
    let bitmap_length = signers_bitmap.length();
    assert!(bitmap_length <= n_members.div_ceil(8), EInvalidBitmap);

    let mut weight = self.n_shards;
    let mut missing_keys = vector[];
    n_members.do!(|i| {
        let byte_index = i / 8;
        let has_signed =
            byte_index < bitmap_length
                && (signers_bitmap[byte_index] >> ((i % 8) as u8)) & 1 == 1;
        if (!has_signed) {
            let member = &self.members[i];
            weight = weight - member.weight;
            missing_keys.push_back(member.public_key);
        }
    });
    // Only the last byte of a bitmap of full length has bits without a member.
    if (bitmap_length * 8 > n_members) {
        let surplus_bits = signers_bitmap[bitmap_length - 1] >> ((n_members % 8) as u8);
        assert!(surplus_bits == 0, EInvalidBitmap);
    };

    let is_enough = match (required_weight) {
        RequiredWeight::Quorum => self.is_quorum(weight),
        RequiredWeight::OneCorrectNode => self.includes_one_correct_node(weight),
    };
    assert!(is_enough, ENotEnoughStake);

    let signers_key = if (missing_keys.is_empty()) {
        self.total_aggregated_key
    } else {
        bls12381::g1_sub(&self.total_aggregated_key, &sum_of_keys(&missing_keys))
    };
    assert!(
        bls12381_min_pk_verify(signature, signers_key.bytes(), message),
        ESigVerification,
    );
    weight
}

/// Adds up public keys; the sum of none is the identity.
fun sum_of_keys(keys: &vector<Element<UncompressedG1>>): Element<G1> {
    bls12381::uncompressed_g1_to_g1(&bls12381::uncompressed_g1_sum(keys))
}

/// The sum of all keys.
#[test_only]
public fun total_aggregated_key_for_testing(self: &BlsCommittee): &Element<G1> {
    &self.total_aggregated_key
}
