/// The shared system object and the public interface of Walrus storage.
///
/// Apart from version checks there is no logic here, see `system_state_inner`. The state proper is
/// a dynamic field of the object, so that an upgrade of the package can change its type.
module walrus::system;

use sui::balance::Balance;
use sui::coin::Coin;
use sui::dynamic_field;
use sui::vec_map::VecMap;
use wal::wal::WAL;
use walrus::blob::Blob;
use walrus::bls_aggregate::BlsCommittee;
use walrus::epoch_parameters::EpochParams;
use walrus::storage_accounting::FutureAccountingRingBuffer;
use walrus::storage_node::StorageNodeCap;
use walrus::storage_pool::StoragePool;
use walrus::storage_resource::Storage;
use walrus::system_state_inner::{Self, SystemStateInnerV1};

/// Version of this code. The state is the dynamic field with this number as its name.
const VERSION: u64 = 4;

/// There is nothing to migrate.
const EInvalidMigration: u64 = 0;
/// The object is not of the version of this code.
const EWrongVersion: u64 = 1;
/// Nothing would be taken out of the storage pool.
const EZeroExtractSize: u64 = 2;

/// The storage system; one shared object per network.
public struct System has key {
    id: UID,
    /// Version of the state.
    version: u64,
    /// Package that clients have to call.
    package_id: ID,
    /// Package that the next migration makes current.
    new_package_id: Option<ID>,
}

// === Creation ===

/// Creates and shares the system of a new network.
public(package) fun create_empty(max_epochs_ahead: u32, package_id: ID, ctx: &mut TxContext) {
    transfer::share_object(new(max_epochs_ahead, package_id, ctx));
}

/// Creates the system of a new network.
fun new(max_epochs_ahead: u32, package_id: ID, ctx: &mut TxContext): System {
    let mut system = System {
        id: object::new(ctx),
        version: VERSION,
        package_id,
        new_package_id: option::none(),
    };
    let state = system_state_inner::create_empty(max_epochs_ahead, ctx);
    dynamic_field::add(&mut system.id, VERSION, state);
    system
}

// === Called by the staking side ===

/// Sets the price of storage in FROST per unit and epoch.
public(package) fun set_storage_price(self: &mut System, price: u64) {
    self.inner_mut().set_storage_price(price)
}

/// Sets the price of writes in FROST per unit.
public(package) fun set_write_price(self: &mut System, price: u64) {
    self.inner_mut().set_write_price(price)
}

/// Enters the next epoch and returns what the nodes of the finished epoch earned.
public(package) fun advance_epoch(
    self: &mut System,
    new_committee: BlsCommittee,
    new_epoch_params: &EpochParams,
): VecMap<ID, Balance<WAL>> {
    self.inner_mut().advance_epoch(new_committee, new_epoch_params)
}

/// Takes out the part of the current epoch's payments that has to be burned; to be called right
/// before `advance_epoch`.
public(package) fun extract_burn_balance(self: &mut System): Balance<WAL> {
    self.inner_mut().extract_burn_balance()
}

// === Certificates of nodes ===

/// Publishes that a blob ID is invalid because its encoding is inconsistent.
///
/// Needs the signatures of more than a third of the shards. Returns the blob ID.
public fun invalidate_blob_id(
    system: &System,
    signature: vector<u8>,
    members_bitmap: vector<u8>,
    message: vector<u8>,
): u256 {
    system.inner().invalidate_blob_id(signature, members_bitmap, message)
}

/// Attests for an event blob on behalf of a storage node; certifies it once a quorum attested.
public fun certify_event_blob(
    system: &mut System,
    cap: &mut StorageNodeCap,
    blob_id: u256,
    root_hash: u256,
    size: u64,
    encoding_type: u8,
    ending_checkpoint_sequence_num: u64,
    epoch: u32,
    ctx: &mut TxContext,
) {
    system
        .inner_mut()
        .certify_event_blob(
            cap,
            blob_id,
            root_hash,
            size,
            encoding_type,
            ending_checkpoint_sequence_num,
            epoch,
            ctx,
        )
}

// === Storage ===

/// Buys `storage_amount` bytes for `epochs_ahead` epochs, the current one included.
///
/// The price is taken out of `payment`; the rest stays there.
public fun reserve_space(
    self: &mut System,
    storage_amount: u64,
    epochs_ahead: u32,
    payment: &mut Coin<WAL>,
    ctx: &mut TxContext,
): Storage {
    self.inner_mut().reserve_space(storage_amount, epochs_ahead, payment, ctx)
}

/// Buys `storage_amount` bytes for the epochs `start_epoch` (or the current one, if that is later)
/// to `end_epoch - 1`.
public fun reserve_space_for_epochs(
    self: &mut System,
    storage_amount: u64,
    start_epoch: u32,
    end_epoch: u32,
    payment: &mut Coin<WAL>,
    ctx: &mut TxContext,
): Storage {
    self
        .inner_mut()
        .reserve_space_for_epochs(storage_amount, start_epoch, end_epoch, payment, ctx)
}

// === Blobs ===

/// Registers a blob in a reservation. The write fee is taken out of `write_payment`.
public fun register_blob(
    self: &mut System,
    storage: Storage,
    blob_id: u256,
    root_hash: u256,
    size: u64,
    encoding_type: u8,
    deletable: bool,
    write_payment: &mut Coin<WAL>,
    ctx: &mut TxContext,
): Blob {
    self
        .inner_mut()
        .register_blob(
            storage,
            blob_id,
            root_hash,
            size,
            encoding_type,
            deletable,
            write_payment,
            ctx,
        )
}

/// Certifies a blob with the storage confirmations of more than two thirds of the shards.
public fun certify_blob(
    self: &System,
    blob: &mut Blob,
    signature: vector<u8>,
    signers_bitmap: vector<u8>,
    message: vector<u8>,
) {
    self.inner().certify_blob(blob, signature, signers_bitmap, message)
}

/// Deletes a deletable blob before its end and returns its reservation.
public fun delete_blob(self: &System, blob: Blob): Storage {
    self.inner().delete_blob(blob)
}

/// Extends a certified blob with a reservation that follows on its own.
public fun extend_blob_with_resource(self: &System, blob: &mut Blob, extension: Storage) {
    self.inner().extend_blob_with_resource(blob, extension)
}

/// Extends a certified blob by `extended_epochs`, which are paid from `payment`.
public fun extend_blob(
    self: &mut System,
    blob: &mut Blob,
    extended_epochs: u32,
    payment: &mut Coin<WAL>,
) {
    self.inner_mut().extend_blob(blob, extended_epochs, payment)
}

// === Storage pools ===

/// Buys a storage pool of the given size for `epochs_ahead` epochs, the current one included.
public fun create_storage_pool(
    self: &mut System,
    reserved_encoded_capacity_bytes: u64,
    epochs_ahead: u32,
    payment: &mut Coin<WAL>,
    ctx: &mut TxContext,
): StoragePool {
    self
        .inner_mut()
        .create_storage_pool(reserved_encoded_capacity_bytes, epochs_ahead, payment, ctx)
}

/// Makes a storage pool from a reservation that has begun and not ended.
public fun create_storage_pool_with_storage(
    self: &System,
    storage: Storage,
    ctx: &mut TxContext,
): StoragePool {
    self.inner().create_storage_pool_with_storage(storage, ctx)
}

/// Registers a blob in a storage pool. The write fee is taken out of `write_payment`.
public fun register_pooled_blob(
    self: &mut System,
    storage_pool: &mut StoragePool,
    blob_id: u256,
    root_hash: u256,
    unencoded_size: u64,
    encoding_type: u8,
    deletable: bool,
    write_payment: &mut Coin<WAL>,
    ctx: &mut TxContext,
) {
    self
        .inner_mut()
        .register_pooled_blob(
            storage_pool,
            blob_id,
            root_hash,
            unencoded_size,
            encoding_type,
            deletable,
            write_payment,
            ctx,
        )
}

/// Certifies a pooled blob with the storage confirmations of more than two thirds of the shards.
public fun certify_pooled_blob(
    self: &System,
    storage_pool: &mut StoragePool,
    blob_id: u256,
    signature: vector<u8>,
    signers_bitmap: vector<u8>,
    message: vector<u8>,
) {
    self
        .inner()
        .certify_pooled_blob(storage_pool, blob_id, signature, signers_bitmap, message)
}

/// Deletes a deletable blob before the end of its pool, which can use its bytes again.
public fun delete_pooled_blob(self: &System, storage_pool: &mut StoragePool, blob_id: u256) {
    self.inner().delete_pooled_blob(storage_pool, blob_id)
}

/// Removes a blob from a pool that has ended, so that the pool can be destroyed.
public fun burn_expired_pooled_blob(
    self: &System,
    storage_pool: &mut StoragePool,
    blob_id: u256,
) {
    self.inner().burn_expired_pooled_blob(storage_pool, blob_id)
}

/// Extends a pool, and with it all its blobs, by `extended_epochs`, which are paid from `payment`.
public fun extend_storage_pool(
    self: &mut System,
    storage_pool: &mut StoragePool,
    extended_epochs: u32,
    payment: &mut Coin<WAL>,
) {
    self.inner_mut().extend_storage_pool(storage_pool, extended_epochs, payment)
}

/// Buys more bytes for a pool, from the current epoch to its end.
public fun increase_storage_pool_capacity(
    self: &mut System,
    storage_pool: &mut StoragePool,
    additional_encoded_capacity_bytes: u64,
    payment: &mut Coin<WAL>,
) {
    self
        .inner_mut()
        .increase_storage_pool_capacity(storage_pool, additional_encoded_capacity_bytes, payment)
}

/// Adds the bytes of a reservation that ends with the pool.
public fun increase_storage_pool_capacity_with_storage(
    self: &System,
    storage_pool: &mut StoragePool,
    storage: Storage,
) {
    self.inner().increase_storage_pool_capacity_with_storage(storage_pool, storage)
}

/// Takes `size` unused bytes out of a pool.
public fun decrease_storage_pool_capacity_by_size(
    self: &System,
    storage_pool: &mut StoragePool,
    size: u64,
    ctx: &mut TxContext,
): Storage {
    let extracted = self.inner().decrease_storage_pool_capacity_by_size(storage_pool, size, ctx);
    assert!(extracted.is_some(), EZeroExtractSize);
    extracted.destroy_some()
}

/// Takes a part of the unused bytes out of a pool, rounded down to whole bytes.
public fun decrease_storage_pool_unused_capacity_by_percent(
    self: &System,
    storage_pool: &mut StoragePool,
    percent: u8,
    ctx: &mut TxContext,
): Storage {
    let extracted = self
        .inner()
        .decrease_storage_pool_unused_capacity_by_percent(storage_pool, percent, ctx);
    assert!(extracted.is_some(), EZeroExtractSize);
    extracted.destroy_some()
}

// === Donations ===

/// Donates WAL to the nodes of the next `epochs_ahead` epochs in equal parts.
public fun add_subsidy(system: &mut System, subsidy: Coin<WAL>, epochs_ahead: u32) {
    system.inner_mut().add_subsidy(subsidy, epochs_ahead)
}

/// Donates a balance for each of the next epochs.
public fun add_per_epoch_subsidies(system: &mut System, subsidies: vector<Balance<WAL>>) {
    system.inner_mut().add_per_epoch_subsidies(subsidies)
}

// === Deny lists and protocol version ===

/// Publishes the agreement of a quorum on a protocol version of the storage nodes.
public fun update_protocol_version(
    self: &mut System,
    cap: &StorageNodeCap,
    signature: vector<u8>,
    members_bitmap: vector<u8>,
    message: vector<u8>,
) {
    self.inner().update_protocol_version(cap, signature, members_bitmap, message)
}

/// Announces a new deny list of a storage node.
public fun register_deny_list_update(
    self: &mut System,
    cap: &StorageNodeCap,
    deny_list_root: u256,
    deny_list_sequence: u64,
) {
    self.inner().register_deny_list_update(cap, deny_list_root, deny_list_sequence)
}

/// Takes over a storage node's deny list that a quorum accepted.
public fun update_deny_list(
    self: &mut System,
    cap: &mut StorageNodeCap,
    signature: vector<u8>,
    members_bitmap: vector<u8>,
    message: vector<u8>,
) {
    self.inner_mut().update_deny_list(cap, signature, members_bitmap, message)
}

/// Publishes that a blob is on deny lists. Needs the signatures of more than a third of the shards.
public fun delete_deny_listed_blob(
    self: &System,
    signature: vector<u8>,
    members_bitmap: vector<u8>,
    message: vector<u8>,
) {
    self.inner().delete_deny_listed_blob(signature, members_bitmap, message)
}

// === Accessors ===

/// Current epoch.
public fun epoch(self: &System): u32 {
    self.inner().epoch()
}

/// Encoded bytes that can be sold for any epoch.
public fun total_capacity_size(self: &System): u64 {
    self.inner().total_capacity_size()
}

/// Encoded bytes sold for the current epoch.
public fun used_capacity_size(self: &System): u64 {
    self.inner().used_capacity_size()
}

/// Shards of the current committee, 0 before the first.
public fun n_shards(self: &System): u16 {
    self.inner().n_shards()
}

/// Sold capacity and payments of the current and the coming epochs.
public fun future_accounting(self: &System): &FutureAccountingRingBuffer {
    self.inner().future_accounting()
}

/// Package that clients have to call.
public(package) fun package_id(system: &System): ID {
    system.package_id
}

/// Version of the state.
public fun version(system: &System): u64 {
    system.version
}

// === Upgrades ===

/// Records the package of an upgrade, which becomes current with the migration.
public(package) fun set_new_package_id(system: &mut System, new_package_id: ID) {
    system.new_package_id = option::some(new_package_id);
}

/// Moves the state to the version of this code.
public(package) fun migrate(system: &mut System) {
    assert!(system.version < VERSION, EInvalidMigration);
    assert!(system.new_package_id.is_some(), EInvalidMigration);
    let state: SystemStateInnerV1 = dynamic_field::remove(&mut system.id, system.version);
    dynamic_field::add(&mut system.id, VERSION, state);
    system.version = VERSION;
    system.package_id = system.new_package_id.extract();
}

// === State ===

/// Checks the version and gives mutable access to the state.
fun inner_mut(system: &mut System): &mut SystemStateInnerV1 {
    assert!(system.version == VERSION, EWrongVersion);
    dynamic_field::borrow_mut(&mut system.id, VERSION)
}

/// Checks the version and gives access to the state.
public(package) fun inner(system: &System): &SystemStateInnerV1 {
    assert!(system.version == VERSION, EWrongVersion);
    dynamic_field::borrow(&system.id, VERSION)
}

// === Tests ===

/// A system that is not shared.
#[test_only]
public fun new_for_testing(max_epochs_ahead: u32, package_id: ID, ctx: &mut TxContext): System {
    new(max_epochs_ahead, package_id, ctx)
}

/// The state, without a version check.
#[test_only]
public fun inner_mut_for_testing(self: &mut System): &mut SystemStateInnerV1 {
    let version = self.version;
    dynamic_field::borrow_mut(&mut self.id, version)
}

/// Makes the object look like one of another version.
#[test_only]
public fun set_version_for_testing(self: &mut System, version: u64) {
    let state: SystemStateInnerV1 = dynamic_field::remove(&mut self.id, self.version);
    dynamic_field::add(&mut self.id, version, state);
    self.version = version;
}

/// Package recorded for the next migration.
#[test_only]
public fun new_package_id_for_testing(self: &System): Option<ID> {
    self.new_package_id
}
