/// All rules of the storage side: capacity, purchases, blobs, certificates, change of epochs.
///
/// The functions of `system` check the version of the shared object and then call the functions
/// of the same names in this module.
module walrus::system_state_inner;

use sui::balance::Balance;
use sui::coin::Coin;
use sui::vec_map::{Self, VecMap};
use wal::wal::WAL;
use walrus::blob::{Self, Blob};
use walrus::bls_aggregate::{Self, BlsCommittee};
use walrus::encoding;
use walrus::epoch_parameters::EpochParams;
use walrus::event_blob::{Self, EventBlobCertificationState};
use walrus::events;
use walrus::extended_field::{Self, ExtendedField};
use walrus::messages;
use walrus::storage_accounting::{Self, FutureAccountingRingBuffer};
use walrus::storage_node::StorageNodeCap;
use walrus::storage_pool::{Self, StoragePool};
use walrus::storage_resource::{Self, Storage};

/// Upper limit for the number of epochs that storage can be bought ahead.
const MAX_MAX_EPOCHS_AHEAD: u32 = 1000;

/// Bytes in one storage unit, the quantity prices refer to: 1 MiB.
const BYTES_PER_UNIT_SIZE: u64 = 1_024 * 1_024;

/// Weight of a node in the distribution of rewards, the same for all nodes at present.
const EVEN_NODE_WEIGHT: u128 = 1;

/// The ring of future epochs would be too long.
const EInvalidMaxEpochsAhead: u64 = 0;
/// The network does not have that much capacity left.
const EStorageExceeded: u64 = 1;
/// The range of epochs is empty, reversed or reaches too far.
const EInvalidEpochsAhead: u64 = 2;
/// The certificate or attestation is not for the current epoch.
const EInvalidIdEpoch: u64 = 3;
/// The new committee is not the one of the next epoch.
const EIncorrectCommittee: u64 = 4;
/// The accounting slot is not the one of the finished epoch.
const EInvalidAccountingEpoch: u64 = 5;
/// The node's previous attestation in this epoch has not been resolved.
const EIncorrectAttestation: u64 = 6;
/// The node attested for this or a later checkpoint in this epoch.
const ERepeatedAttestation: u64 = 7;
/// The node is not in the committee.
const ENotCommitteeMember: u64 = 8;
/// The sequence number of the deny list is not above the previous one.
const EIncorrectDenyListSequence: u64 = 9;
/// The certificate is for the deny list of another node.
const EIncorrectDenyListNode: u64 = 10;
/// Zero bytes cannot be reserved.
const EInvalidResourceSize: u64 = 11;
/// The protocol version would start in the past.
const EInvalidStartEpoch: u64 = 12;

/// State of the storage side, kept in a dynamic field of `System`.
public struct SystemStateInnerV1 has store {
    /// Committee of the current epoch.
    committee: BlsCommittee,
    /// Encoded bytes that can be sold for any epoch.
    total_capacity_size: u64,
    /// Encoded bytes sold for the current epoch.
    used_capacity_size: u64,
    /// FROST per storage unit and epoch.
    storage_price_per_unit_size: u64,
    /// FROST per storage unit written.
    write_price_per_unit_size: u64,
    /// Sold capacity and payments of the current and the coming epochs.
    future_accounting: FutureAccountingRingBuffer,
    event_blob_certification_state: EventBlobCertificationState,
    /// Size of each node's last certified deny list. Entries are never removed.
    deny_list_sizes: ExtendedField<VecMap<ID, u64>>,
}

/// State before the first epoch: no committee and no capacity.
public(package) fun create_empty(
    max_epochs_ahead: u32,
    ctx: &mut TxContext,
): SystemStateInnerV1 {
    assert!(max_epochs_ahead <= MAX_MAX_EPOCHS_AHEAD, EInvalidMaxEpochsAhead);
    SystemStateInnerV1 {
        committee: bls_aggregate::new_bls_committee(0, vector[]),
        total_capacity_size: 0,
        used_capacity_size: 0,
        storage_price_per_unit_size: 0,
        write_price_per_unit_size: 0,
        future_accounting: storage_accounting::ring_new(max_epochs_ahead),
        event_blob_certification_state: event_blob::create_with_empty_state(),
        deny_list_sizes: extended_field::new(vec_map::empty(), ctx),
    }
}

// === Epoch change ===

/// Enters the next epoch with its committee and capacity, and returns what the nodes of the
/// finished epoch earned.
///
/// The part of the payments to be burned must have been taken out with `extract_burn_balance`.
public(package) fun advance_epoch(
    self: &mut SystemStateInnerV1,
    new_committee: BlsCommittee,
    new_epoch_params: &EpochParams,
): VecMap<ID, Balance<WAL>> {
    let old_epoch = self.epoch();
    assert!(new_committee.epoch() == old_epoch + 1, EIncorrectCommittee);
    let old_committee = self.committee;
    self.committee = new_committee;

    let finished = self.future_accounting.ring_pop_expand();
    assert!(finished.epoch() == old_epoch, EInvalidAccountingEpoch);

    // Weights of the old committee mean nothing in the new epoch.
    self.event_blob_certification_state.reset();

    self.used_capacity_size = self.future_accounting[0].used_capacity();
    // Space that has been sold is provided even if the votes went down since.
    self.total_capacity_size = new_epoch_params.capacity().max(self.used_capacity_size);

    let used_capacity = finished.used_capacity();
    let mut payments = finished.unwrap_balance();
    let rewards = split_rewards(
        &old_committee,
        self.deny_list_sizes.borrow(),
        used_capacity,
        &mut payments,
    );
    self.future_accounting[0].rewards_balance().join(payments);
    rewards
}

/// Takes out the part of the current epoch's payments that has to be burned.
public(package) fun extract_burn_balance(self: &mut SystemStateInnerV1): Balance<WAL> {
    self.future_accounting.extract_burn_balance()
}

/// Splits the payments of a finished epoch between the nodes of its committee, in member order.
///
/// The share of a node is proportional to its shards, to the part of the sold capacity that is
/// not on its deny list, and to its node weight. Shares are rounded down; what remains stays in
/// `payments`, which is all of it if no capacity was sold.
fun split_rewards(
    committee: &BlsCommittee,
    deny_list_sizes: &VecMap<ID, u64>,
    used_capacity: u64,
    payments: &mut Balance<WAL>,
): VecMap<ID, Balance<WAL>> {
    let (node_ids, shard_counts) = committee.to_vec_map().into_keys_values();
    let mut total_share = 0;
    let shares = vector::tabulate!(node_ids.length(), |i| {
        let denied = deny_list_sizes.try_get(&node_ids[i]).destroy_or!(0).min(used_capacity);
        let served = (used_capacity - denied) as u128;
        let share = (shard_counts[i] as u128) * served * EVEN_NODE_WEIGHT;
        total_share = total_share + share;
        share
    });
    let divisor = total_share.max(1) as u256;
    let available = payments.value() as u256;
    // 256 bits, because an overflow here would stop the network for good.
    let rewards = shares.map!(
        |share| payments.split(((share as u256) * available / divisor) as u64),
    );
    vec_map::from_keys_values(node_ids, rewards)
}

// === Storage ===

/// Sells `storage_amount` bytes for `epochs_ahead` epochs from now.
public(package) fun reserve_space(
    self: &mut SystemStateInnerV1,
    storage_amount: u64,
    epochs_ahead: u32,
    payment: &mut Coin<WAL>,
    ctx: &mut TxContext,
): Storage {
    assert!(
        0 < epochs_ahead && epochs_ahead <= self.future_accounting.max_epochs_ahead(),
        EInvalidEpochsAhead,
    );
    let start_epoch = self.epoch();
    self.reserve_space_for_epochs(
        storage_amount,
        start_epoch,
        start_epoch + epochs_ahead,
        payment,
        ctx,
    )
}

/// Sells `storage_amount` bytes for the epochs `start_epoch` to `end_epoch - 1`; epochs that are
/// over are left out.
public(package) fun reserve_space_for_epochs(
    self: &mut SystemStateInnerV1,
    storage_amount: u64,
    start_epoch: u32,
    end_epoch: u32,
    payment: &mut Coin<WAL>,
    ctx: &mut TxContext,
): Storage {
    let current_epoch = self.epoch();
    let start_epoch = start_epoch.max(current_epoch);
    assert!(start_epoch < end_epoch, EInvalidEpochsAhead);
    let start_offset = start_epoch - current_epoch;
    let end_offset = end_epoch - current_epoch;
    assert!(end_offset <= self.future_accounting.max_epochs_ahead(), EInvalidEpochsAhead);

    self.process_storage_payments(storage_amount, start_offset, end_offset, payment);
    self.reserve_space_without_payment(storage_amount, start_offset, end_offset, true, ctx)
}

/// Books `storage_amount` bytes for the given range of epoch offsets and makes the reservation.
fun reserve_space_without_payment(
    self: &mut SystemStateInnerV1,
    storage_amount: u64,
    start_epoch_offset: u32,
    end_epoch_offset: u32,
    check_capacity: bool,
    ctx: &mut TxContext,
): Storage {
    assert!(
        start_epoch_offset < end_epoch_offset
            && end_epoch_offset <= self.future_accounting.max_epochs_ahead(),
        EInvalidEpochsAhead,
    );
    assert!(storage_amount > 0, EInvalidResourceSize);
    self.book_capacity(storage_amount, start_epoch_offset, end_epoch_offset, check_capacity);

    let current_epoch = self.epoch();
    storage_resource::create_storage(
        current_epoch + start_epoch_offset,
        current_epoch + end_epoch_offset,
        storage_amount,
        ctx,
    )
}

/// Adds `storage_amount` bytes to the sold capacity of each epoch in a range of offsets.
fun book_capacity(
    self: &mut SystemStateInnerV1,
    storage_amount: u64,
    start_offset: u32,
    end_offset: u32,
    check_capacity: bool,
) {
    start_offset.range_do!(end_offset, |offset| {
        let used_capacity =
            self.future_accounting[offset].increase_used_capacity(storage_amount);
        if (offset == 0) {
            self.used_capacity_size = used_capacity;
        };
        assert!(
            !check_capacity || used_capacity <= self.total_capacity_size,
            EStorageExceeded,
        );
    });
}

/// Collects the price of `storage_size` bytes for each epoch in a range of offsets.
fun process_storage_payments(
    self: &mut SystemStateInnerV1,
    storage_size: u64,
    start_offset: u32,
    end_offset: u32,
    payment: &mut Coin<WAL>,
) {
    let price_per_epoch =
        self.storage_price_per_unit_size * storage_units_from_size!(storage_size);
    start_offset.range_do!(end_offset, |offset| {
        let epoch_payment = payment.balance_mut().split(price_per_epoch);
        self.future_accounting[offset].rewards_balance().join(epoch_payment);
    });
}

/// Storage units needed for `$size` bytes, a started unit counting in full.
macro fun storage_units_from_size($size: u64): u64 {
    let size = $size;
    size.div_ceil(BYTES_PER_UNIT_SIZE)
}

// === Blobs ===

/// Registers a blob in a reservation and collects the write fee.
public(package) fun register_blob(
    self: &mut SystemStateInnerV1,
    storage: Storage,
    blob_id: u256,
    root_hash: u256,
    size: u64,
    encoding_type: u8,
    deletable: bool,
    write_payment_coin: &mut Coin<WAL>,
    ctx: &mut TxContext,
): Blob {
    let n_shards = self.n_shards();
    let blob = blob::new(
        storage,
        blob_id,
        root_hash,
        size,
        encoding_type,
        deletable,
        self.epoch(),
        n_shards,
        ctx,
    );
    self.collect_write_fee(blob.encoded_size(n_shards), write_payment_coin);
    blob
}

/// Collects the fee for writing `encoded_size` bytes.
fun collect_write_fee(
    self: &mut SystemStateInnerV1,
    encoded_size: u64,
    payment: &mut Coin<WAL>,
) {
    let write_price = self.write_price(encoded_size);
    let write_payment = payment.balance_mut().split(write_price);
    self.future_accounting[0].rewards_balance().join(write_payment);
}

/// Certifies a blob with the confirmations of a quorum.
public(package) fun certify_blob(
    self: &SystemStateInnerV1,
    blob: &mut Blob,
    signature: vector<u8>,
    signers_bitmap: vector<u8>,
    message: vector<u8>,
) {
    let certified_message =
        self.committee.verify_quorum_in_epoch(signature, signers_bitmap, message);
    assert!(certified_message.cert_epoch() == self.epoch(), EInvalidIdEpoch);
    blob.certify_with_certified_msg(self.epoch(), certified_message.certify_blob_message());
}

/// Deletes a deletable blob and returns its reservation.
public(package) fun delete_blob(self: &SystemStateInnerV1, blob: Blob): Storage {
    blob.delete(self.epoch())
}

/// Extends a certified blob with a reservation bought before.
public(package) fun extend_blob_with_resource(
    self: &SystemStateInnerV1,
    blob: &mut Blob,
    extension: Storage,
) {
    blob.extend_with_resource(extension, self.epoch());
}

/// Extends a certified blob by `extended_epochs` against payment. The size that is paid for is that
/// of the blob's reservation, which may be larger than the blob.
public(package) fun extend_blob(
    self: &mut SystemStateInnerV1,
    blob: &mut Blob,
    extended_epochs: u32,
    payment: &mut Coin<WAL>,
) {
    blob.assert_certified_not_expired(self.epoch());
    assert!(extended_epochs > 0, EInvalidEpochsAhead);
    let start_offset = blob.end_epoch() - self.epoch();
    let end_offset = start_offset + extended_epochs;
    assert!(end_offset <= self.future_accounting.max_epochs_ahead(), EInvalidEpochsAhead);

    let storage_size = blob.storage().size();
    self.process_storage_payments(storage_size, start_offset, end_offset, payment);
    self.book_capacity(storage_size, start_offset, end_offset, true);
    blob.storage_mut().extend_end_epoch(extended_epochs);
    blob.emit_certified(true);
}

// === Storage pools ===

/// Sells a storage pool.
public(package) fun create_storage_pool(
    self: &mut SystemStateInnerV1,
    reserved_encoded_capacity_bytes: u64,
    epochs_ahead: u32,
    payment: &mut Coin<WAL>,
    ctx: &mut TxContext,
): StoragePool {
    let storage = self.reserve_space(reserved_encoded_capacity_bytes, epochs_ahead, payment, ctx);
    self.wrap_in_storage_pool(storage, ctx)
}

/// Makes a storage pool from a reservation, which must be for some bytes and the current epoch.
public(package) fun create_storage_pool_with_storage(
    self: &SystemStateInnerV1,
    storage: Storage,
    ctx: &mut TxContext,
): StoragePool {
    assert!(storage.size() > 0, EInvalidResourceSize);
    assert!(
        storage.start_epoch() <= self.epoch() && self.epoch() < storage.end_epoch(),
        EInvalidEpochsAhead,
    );
    self.wrap_in_storage_pool(storage, ctx)
}

/// Makes a storage pool and announces it.
fun wrap_in_storage_pool(
    self: &SystemStateInnerV1,
    storage: Storage,
    ctx: &mut TxContext,
): StoragePool {
    let storage_pool = storage_pool::create(storage, ctx);
    events::emit_storage_pool_created(
        self.epoch(),
        storage_pool.object_id(),
        storage_pool.reserved_encoded_capacity_bytes(),
        storage_pool.start_epoch(),
        storage_pool.end_epoch(),
    );
    storage_pool
}

/// Registers a blob in a storage pool and collects the write fee.
public(package) fun register_pooled_blob(
    self: &mut SystemStateInnerV1,
    storage_pool: &mut StoragePool,
    blob_id: u256,
    root_hash: u256,
    unencoded_size: u64,
    encoding_type: u8,
    deletable: bool,
    write_payment_coin: &mut Coin<WAL>,
    ctx: &mut TxContext,
) {
    assert!(storage_pool.start_epoch() <= self.epoch(), EInvalidEpochsAhead);
    self.assert_unexpired(storage_pool);
    let blob = storage_pool::new_pooled_blob(
        storage_pool.object_id(),
        blob_id,
        root_hash,
        unencoded_size,
        encoding_type,
        deletable,
        self.epoch(),
        ctx,
    );
    let encoded_size =
        encoding::encoded_blob_length(unencoded_size, encoding_type, self.n_shards());
    storage_pool.add_blob(blob, encoded_size);
    self.collect_write_fee(encoded_size, write_payment_coin);
}

/// Certifies a blob of a storage pool with the confirmations of a quorum.
public(package) fun certify_pooled_blob(
    self: &SystemStateInnerV1,
    storage_pool: &mut StoragePool,
    blob_id: u256,
    signature: vector<u8>,
    signers_bitmap: vector<u8>,
    message: vector<u8>,
) {
    let certified_message =
        self.committee.verify_quorum_in_epoch(signature, signers_bitmap, message);
    assert!(certified_message.cert_epoch() == self.epoch(), EInvalidIdEpoch);
    let confirmation = certified_message.certify_blob_message();
    let end_epoch = storage_pool.end_epoch();
    storage_pool.borrow_blob_mut(blob_id).certify(self.epoch(), end_epoch, confirmation);
}

/// Deletes a deletable blob of a storage pool.
public(package) fun delete_pooled_blob(
    self: &SystemStateInnerV1,
    storage_pool: &mut StoragePool,
    blob_id: u256,
) {
    self.assert_unexpired(storage_pool);
    storage_pool.remove_blob(blob_id, self.n_shards()).delete_blob_object(self.epoch());
}

/// Removes a blob from a storage pool that has ended.
public(package) fun burn_expired_pooled_blob(
    self: &SystemStateInnerV1,
    storage_pool: &mut StoragePool,
    blob_id: u256,
) {
    assert!(storage_pool.end_epoch() <= self.epoch(), EInvalidEpochsAhead);
    storage_pool.remove_blob(blob_id, self.n_shards()).burn_blob_object();
}

/// Extends a storage pool by `extended_epochs` against payment for all its reserved bytes.
public(package) fun extend_storage_pool(
    self: &mut SystemStateInnerV1,
    storage_pool: &mut StoragePool,
    extended_epochs: u32,
    payment: &mut Coin<WAL>,
) {
    assert!(extended_epochs > 0, EInvalidEpochsAhead);
    self.assert_unexpired(storage_pool);
    let start_offset = storage_pool.end_epoch() - self.epoch();
    let end_offset = start_offset + extended_epochs;
    assert!(end_offset <= self.future_accounting.max_epochs_ahead(), EInvalidEpochsAhead);

    let reserved = storage_pool.reserved_encoded_capacity_bytes();
    self.process_storage_payments(reserved, start_offset, end_offset, payment);
    self.book_capacity(reserved, start_offset, end_offset, true);
    storage_pool.extend_end_epoch(extended_epochs);
    events::emit_storage_pool_extended(
        self.epoch(),
        storage_pool.object_id(),
        storage_pool.end_epoch(),
    );
}

/// Sells more bytes for a storage pool, from the current epoch to its end.
public(package) fun increase_storage_pool_capacity(
    self: &mut SystemStateInnerV1,
    storage_pool: &mut StoragePool,
    additional_encoded_capacity_bytes: u64,
    payment: &mut Coin<WAL>,
) {
    assert!(additional_encoded_capacity_bytes > 0, EInvalidResourceSize);
    self.assert_unexpired(storage_pool);
    let end_offset = storage_pool.end_epoch() - self.epoch();
    self.process_storage_payments(additional_encoded_capacity_bytes, 0, end_offset, payment);
    self.book_capacity(additional_encoded_capacity_bytes, 0, end_offset, true);
    storage_pool.increase_reserved_encoded_capacity(additional_encoded_capacity_bytes);
}

/// Adds a reservation to a storage pool. Its bytes are booked already.
public(package) fun increase_storage_pool_capacity_with_storage(
    self: &SystemStateInnerV1,
    storage_pool: &mut StoragePool,
    storage: Storage,
) {
    self.assert_unexpired(storage_pool);
    storage_pool.increase_capacity_with_storage(storage, self.epoch());
}

/// Takes unused bytes out of a storage pool; none for 0 bytes.
public(package) fun decrease_storage_pool_capacity_by_size(
    self: &SystemStateInnerV1,
    storage_pool: &mut StoragePool,
    size: u64,
    ctx: &mut TxContext,
): Option<Storage> {
    self.assert_unexpired(storage_pool);
    storage_pool.decrease_capacity_by_size(size, ctx)
}

/// Takes a part of the unused bytes out of a storage pool; none if that is 0 bytes.
public(package) fun decrease_storage_pool_unused_capacity_by_percent(
    self: &SystemStateInnerV1,
    storage_pool: &mut StoragePool,
    percent: u8,
    ctx: &mut TxContext,
): Option<Storage> {
    self.assert_unexpired(storage_pool);
    storage_pool.decrease_unused_capacity_by_percent(percent, ctx)
}

/// Aborts if the storage pool has ended.
fun assert_unexpired(self: &SystemStateInnerV1, storage_pool: &StoragePool) {
    assert!(self.epoch() < storage_pool.end_epoch(), EInvalidEpochsAhead);
}

// === Invalid blobs ===

/// Publishes the attestation of at least one honest node that a blob ID is invalid.
public(package) fun invalidate_blob_id(
    self: &SystemStateInnerV1,
    signature: vector<u8>,
    members_bitmap: vector<u8>,
    message: vector<u8>,
): u256 {
    let certified_message =
        self.committee.verify_one_correct_node_in_epoch(signature, members_bitmap, message);
    let epoch = certified_message.cert_epoch();
    assert!(epoch == self.epoch(), EInvalidIdEpoch);
    let blob_id = certified_message.invalid_blob_id_message().invalid_blob_id();
    events::emit_invalid_blob_id(epoch, blob_id);
    blob_id
}

// === Event blobs ===

/// Counts the attestation of a node for an event blob and certifies the event blob if that makes a
/// quorum.
///
/// A node may have one attestation open per epoch: only when an event blob of its last checkpoint
/// or a later one has been certified may it attest for the next.
public(package) fun certify_event_blob(
    self: &mut SystemStateInnerV1,
    cap: &mut StorageNodeCap,
    blob_id: u256,
    root_hash: u256,
    size: u64,
    encoding_type: u8,
    ending_checkpoint_sequence_num: u64,
    epoch: u32,
    ctx: &mut TxContext,
) {
    self.assert_committee_member(cap);
    let current_epoch = self.epoch();
    assert!(epoch == current_epoch, EInvalidIdEpoch);

    cap.last_event_blob_attestation().do!(|attestation| {
        // Attestations of earlier epochs are void.
        if (attestation.last_attested_event_blob_epoch() >= current_epoch) {
            let last_attested = attestation.last_attested_event_blob_checkpoint_seq_num();
            assert!(ending_checkpoint_sequence_num > last_attested, ERepeatedAttestation);
            assert!(
                self.event_blob_certification_state.is_blob_already_certified(last_attested),
                EIncorrectAttestation,
            );
        }
    });
    cap.set_last_event_blob_attestation(
        event_blob::new_attestation(ending_checkpoint_sequence_num, epoch),
    );
    if (
        self
            .event_blob_certification_state
            .is_blob_already_certified(ending_checkpoint_sequence_num)
    ) {
        return
    };

    let weight = self.committee.get_member_weight(&cap.node_id());
    let state = &mut self.event_blob_certification_state;
    state.start_tracking_blob(blob_id, ending_checkpoint_sequence_num);
    let total_weight =
        state.update_aggregate_weight(blob_id, ending_checkpoint_sequence_num, weight);
    if (!self.committee.is_quorum(total_weight)) {
        return
    };

    // Event blobs are stored for free, as long as possible, and even beyond the capacity.
    let n_shards = self.n_shards();
    let end_offset = self.future_accounting.max_epochs_ahead();
    let storage = self.reserve_space_without_payment(
        encoding::encoded_blob_length(size, encoding_type, n_shards),
        0,
        end_offset,
        false,
        ctx,
    );
    let mut blob = blob::new(
        storage,
        blob_id,
        root_hash,
        size,
        encoding_type,
        false,
        current_epoch,
        n_shards,
        ctx,
    );
    blob.certify_with_certified_msg(
        current_epoch,
        messages::certified_event_blob_message(blob_id),
    );
    let state = &mut self.event_blob_certification_state;
    state.update_latest_certified_event_blob(ending_checkpoint_sequence_num, blob_id);
    state.reset();
    // The events are the record that nodes follow; nobody would own the object.
    blob.burn();
}

// === Donations ===

/// Spreads a donation evenly over the current and the next `epochs_ahead - 1` epochs. What cannot
/// be divided goes to the current epoch.
public(package) fun add_subsidy(
    self: &mut SystemStateInnerV1,
    subsidy: Coin<WAL>,
    epochs_ahead: u32,
) {
    assert!(
        0 < epochs_ahead && epochs_ahead <= self.future_accounting.max_epochs_ahead(),
        EInvalidEpochsAhead,
    );
    let mut subsidy = subsidy.into_balance();
    let per_epoch = subsidy.value() / (epochs_ahead as u64);
    epochs_ahead.do!(|offset| {
        self.future_accounting[offset].rewards_balance().join(subsidy.split(per_epoch));
    });
    self.future_accounting[0].rewards_balance().join(subsidy);
}

/// Adds the `i`-th donation to the epoch `i` epochs from now.
public(package) fun add_per_epoch_subsidies(
    self: &mut SystemStateInnerV1,
    subsidies: vector<Balance<WAL>>,
) {
    assert!(
        subsidies.length() <= (self.future_accounting.max_epochs_ahead() as u64),
        EInvalidEpochsAhead,
    );
    let mut offset = 0;
    subsidies.do!(|subsidy| {
        self.future_accounting[offset].rewards_balance().join(subsidy);
        offset = offset + 1;
    });
}

// === Deny lists and protocol version ===

/// Publishes the agreement of a quorum on a protocol version, on behalf of a committee member.
public(package) fun update_protocol_version(
    self: &SystemStateInnerV1,
    cap: &StorageNodeCap,
    signature: vector<u8>,
    members_bitmap: vector<u8>,
    message: vector<u8>,
) {
    self.assert_committee_member(cap);
    let certified_message =
        self.committee.verify_quorum_in_epoch(signature, members_bitmap, message);
    let epoch = certified_message.cert_epoch();
    assert!(epoch == self.epoch(), EInvalidIdEpoch);
    let message = certified_message.protocol_version_message();
    assert!(message.start_epoch() >= epoch, EInvalidStartEpoch);
    events::emit_protocol_version(epoch, message.start_epoch(), message.protocol_version());
}

/// Announces a new deny list of a committee member to the other nodes.
public(package) fun register_deny_list_update(
    self: &SystemStateInnerV1,
    cap: &StorageNodeCap,
    deny_list_root: u256,
    deny_list_sequence: u64,
) {
    self.assert_committee_member(cap);
    assert!(deny_list_sequence > cap.deny_list_sequence(), EIncorrectDenyListSequence);
    events::emit_register_deny_list_update(
        self.epoch(),
        deny_list_root,
        deny_list_sequence,
        cap.node_id(),
    );
}

/// Takes over a deny list that a quorum accepted; its size lowers the rewards of the node.
public(package) fun update_deny_list(
    self: &mut SystemStateInnerV1,
    cap: &mut StorageNodeCap,
    signature: vector<u8>,
    members_bitmap: vector<u8>,
    message: vector<u8>,
) {
    self.assert_committee_member(cap);
    let certified_message =
        self.committee.verify_quorum_in_epoch(signature, members_bitmap, message);
    let epoch = certified_message.cert_epoch();
    assert!(epoch == self.epoch(), EInvalidIdEpoch);
    let message = certified_message.deny_list_update_message();
    let node_id = message.storage_node_id();
    assert!(node_id == cap.node_id(), EIncorrectDenyListNode);
    assert!(message.sequence_number() > cap.deny_list_sequence(), EIncorrectDenyListSequence);

    let (root, sequence_number, size) =
        (message.root(), message.sequence_number(), message.size());
    cap.set_deny_list_properties(root, sequence_number, size);
    let sizes = self.deny_list_sizes.borrow_mut();
    if (sizes.contains(&node_id)) {
        *sizes.get_mut(&node_id) = size;
    } else {
        sizes.insert(node_id, size);
    };
    events::emit_deny_list_update(epoch, root, sequence_number, node_id);
}

/// Publishes the attestation of at least one honest node that a blob is on deny lists.
public(package) fun delete_deny_listed_blob(
    self: &SystemStateInnerV1,
    signature: vector<u8>,
    members_bitmap: vector<u8>,
    message: vector<u8>,
) {
    let certified_message =
        self.committee.verify_one_correct_node_in_epoch(signature, members_bitmap, message);
    let epoch = certified_message.cert_epoch();
    assert!(epoch == self.epoch(), EInvalidIdEpoch);
    let blob_id = certified_message.deny_list_blob_deleted_message().blob_id();
    events::emit_deny_listed_blob_deleted(epoch, blob_id);
}

/// Aborts unless the node of the capability is in the current committee.
fun assert_committee_member(self: &SystemStateInnerV1, cap: &StorageNodeCap) {
    assert!(self.committee.contains(&cap.node_id()), ENotCommitteeMember);
}

// === Accessors ===

/// Current epoch.
public(package) fun epoch(self: &SystemStateInnerV1): u32 {
    self.committee.epoch()
}

/// Encoded bytes that can be sold for any epoch.
public(package) fun total_capacity_size(self: &SystemStateInnerV1): u64 {
    self.total_capacity_size
}

/// Encoded bytes sold for the current epoch.
public(package) fun used_capacity_size(self: &SystemStateInnerV1): u64 {
    self.used_capacity_size
}

/// Committee of the current epoch.
public(package) fun committee(self: &SystemStateInnerV1): &BlsCommittee {
    &self.committee
}

/// Sold capacity and payments of the current and the coming epochs.
public(package) fun future_accounting(self: &SystemStateInnerV1): &FutureAccountingRingBuffer {
    &self.future_accounting
}

/// Shards of the current committee.
public(package) fun n_shards(self: &SystemStateInnerV1): u16 {
    self.committee.n_shards()
}

/// Fee in FROST for writing `write_size` encoded bytes.
public(package) fun write_price(self: &SystemStateInnerV1, write_size: u64): u64 {
    self.write_price_per_unit_size * storage_units_from_size!(write_size)
}

/// Sets the price of storage in FROST per unit and epoch.
public(package) fun set_storage_price(self: &mut SystemStateInnerV1, price: u64) {
    self.storage_price_per_unit_size = price;
}

/// Sets the price of writes in FROST per unit.
public(package) fun set_write_price(self: &mut SystemStateInnerV1, price: u64) {
    self.write_price_per_unit_size = price;
}

// === Tests ===

/// Gives access to the accounting ring.
#[test_only]
public fun future_accounting_mut_for_testing(
    self: &mut SystemStateInnerV1,
): &mut FutureAccountingRingBuffer {
    &mut self.future_accounting
}

/// Progress of event blob certification.
#[test_only]
public fun event_blob_state_for_testing(self: &SystemStateInnerV1): &EventBlobCertificationState {
    &self.event_blob_certification_state
}

/// Size of the node's last certified deny list.
#[test_only]
public fun deny_list_size_for_testing(self: &SystemStateInnerV1, node_id: ID): Option<u64> {
    self.deny_list_sizes.borrow().try_get(&node_id)
}
