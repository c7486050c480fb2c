/// A committee with known keys, its signatures, and a system in epoch 1 to use them with.
#[test_only]
module walrus::system_fixtures;

use std::unit_test;
use sui::address;
use sui::bcs;
use sui::bls12381;
use sui::coin::{Self, Coin};
use wal::wal::WAL;
use walrus::blob::{Self, Blob};
use walrus::bls_aggregate::{Self, BlsCommittee};
use walrus::encoding;
use walrus::epoch_parameters;
use walrus::storage_node::{Self, StorageNodeCap};
use walrus::storage_resource::{Self, Storage};
use walrus::system::{Self, System};

const RS2: u8 = 1;
const ROOT_HASH: u256 = 0xABC;
const SIZE: u64 = 5_000_000;
const N_MEMBERS: u64 = 10;
const SHARDS_PER_MEMBER: u16 = 10;
const MAX_EPOCHS_AHEAD: u32 = 104;
const CAPACITY: u64 = 1_000_000_000;
const STORAGE_PRICE: u64 = 5;
const WRITE_PRICE: u64 = 1;

// === Committees ===

/// Node ID of member `i`: the number `i + 1`.
public fun node_id(i: u64): ID {
    address::from_u256((i as u256) + 1).to_id()
}

/// Secret key of member `i`.
public fun secret_key(i: u64): u64 {
    1_000 + 7 * i
}

/// Compressed public key of member `i`.
public fun public_key(i: u64): vector<u8> {
    let secret = bls12381::scalar_from_u64(secret_key(i));
    *bls12381::g1_mul(&secret, &bls12381::g1_generator()).bytes()
}

/// A committee with the given numbers of shards.
public fun committee(epoch: u32, weights: vector<u16>): BlsCommittee {
    let members = vector::tabulate!(weights.length(), |i| {
        let key = bls12381::g1_from_bytes(&public_key(i));
        bls_aggregate::new_bls_committee_member(
            bls12381::g1_to_uncompressed_g1(&key),
            weights[i],
            node_id(i),
        )
    });
    bls_aggregate::new_bls_committee(epoch, members)
}

/// Ten members with ten shards each.
public fun even_committee(epoch: u32): BlsCommittee {
    committee(epoch, vector::tabulate!(N_MEMBERS, |_| SHARDS_PER_MEMBER))
}

/// Capability of member `i`.
public fun cap(i: u64, ctx: &mut TxContext): StorageNodeCap {
    storage_node::new_cap(node_id(i), ctx)
}

// === Signatures ===

/// Aggregate signature of the given members.
public fun sign(message: vector<u8>, signers: vector<u64>): vector<u8> {
    // All sign the same point, so the sum of the signatures is that of the sum of the keys.
    let secret = signers.fold!(0, |sum, i| sum + secret_key(i));
    let point = bls12381::hash_to_g2(&message);
    *bls12381::g2_mul(&bls12381::scalar_from_u64(secret), &point).bytes()
}

/// Bitmap of the given members with as many bytes as needed for the highest.
public fun bitmap(signers: vector<u64>): vector<u8> {
    let mut bytes = vector[];
    signers.do!(|i| {
        while (bytes.length() <= i / 8) bytes.push_back(0);
        let byte = &mut bytes[i / 8];
        *byte = *byte | (1 << ((i % 8) as u8));
    });
    bytes
}

/// The members 0 to `n - 1`.
public fun first(n: u64): vector<u64> {
    vector::tabulate!(n, |i| i)
}

// === Messages ===

/// A message of the given type.
public fun message(intent_type: u8, epoch: u32, body: vector<u8>): vector<u8> {
    let mut bytes = vector[intent_type, 0, 3];
    bytes.append(bcs::to_bytes(&epoch));
    bytes.append(body);
    bytes
}

/// Storage confirmation for a permanent blob.
public fun permanent_confirmation(epoch: u32, blob_id: u256): vector<u8> {
    let mut body = bcs::to_bytes(&blob_id);
    body.push_back(0);
    message(1, epoch, body)
}

/// Storage confirmation for a deletable blob.
public fun deletable_confirmation(epoch: u32, blob_id: u256, object_id: ID): vector<u8> {
    let mut body = bcs::to_bytes(&blob_id);
    body.push_back(1);
    body.append(bcs::to_bytes(&object_id));
    message(1, epoch, body)
}

// === System ===

/// The longest time storage can be bought for.
public fun max_epochs_ahead(): u32 { MAX_EPOCHS_AHEAD }

/// Capacity of the system.
public fun capacity(): u64 { CAPACITY }

/// Storage price of the system.
public fun storage_price(): u64 { STORAGE_PRICE }

/// Write price of the system.
public fun write_price(): u64 { WRITE_PRICE }

/// A system in epoch 1 with the even committee, capacity and prices.
public fun new_system(ctx: &mut TxContext): System {
    new_system_with_ring(MAX_EPOCHS_AHEAD, ctx)
}

/// The same with a ring of another length.
public fun new_system_with_ring(max_epochs_ahead: u32, ctx: &mut TxContext): System {
    let package_id = object::id_from_address(@walrus);
    let mut system = system::new_for_testing(max_epochs_ahead, package_id, ctx);
    next_epoch(&mut system);
    system.set_storage_price(STORAGE_PRICE);
    system.set_write_price(WRITE_PRICE);
    system
}

/// Enters the next epoch with the even committee; drops the rewards.
public fun next_epoch(system: &mut System) {
    let committee = even_committee(system.epoch() + 1);
    let params = epoch_parameters::new(CAPACITY, STORAGE_PRICE, WRITE_PRICE);
    unit_test::destroy(system.advance_epoch(committee, &params));
}

// === Storage and blobs ===

/// WAL from nowhere.
public fun wal(amount: u64, ctx: &mut TxContext): Coin<WAL> {
    coin::mint_for_testing(amount, ctx)
}

/// Encoded size of the sample blob.
public fun sample_encoded_size(n_shards: u16): u64 {
    encoding::encoded_blob_length(SIZE, RS2, n_shards)
}

/// Blob ID of the sample blob.
public fun sample_blob_id(): u256 {
    blob::derive_blob_id(ROOT_HASH, RS2, SIZE)
}

/// Merkle root of the sample blob.
public fun sample_root_hash(): u256 { ROOT_HASH }

/// Unencoded size of the sample blob.
public fun sample_size(): u64 { SIZE }

/// A reservation for the sample blob that no system knows of.
public fun sample_storage(start_epoch: u32, end_epoch: u32, ctx: &mut TxContext): Storage {
    storage_resource::create_storage(start_epoch, end_epoch, sample_encoded_size(100), ctx)
}

/// A registration of the sample blob in epoch `epoch` that no system knows of.
public fun sample_blob(
    epoch: u32,
    end_epoch: u32,
    deletable: bool,
    ctx: &mut TxContext,
): Blob {
    blob::new(
        sample_storage(epoch, end_epoch, ctx),
        sample_blob_id(),
        ROOT_HASH,
        SIZE,
        RS2,
        deletable,
        epoch,
        100,
        ctx,
    )
}

/// Buys space for the sample blob and registers it.
public fun register_sample(
    system: &mut System,
    epochs_ahead: u32,
    deletable: bool,
    ctx: &mut TxContext,
): Blob {
    let mut coin = wal(1_000_000_000, ctx);
    let storage_size = sample_encoded_size(system.n_shards());
    let storage = system.reserve_space(storage_size, epochs_ahead, &mut coin, ctx);
    let blob = system.register_blob(
        storage,
        sample_blob_id(),
        ROOT_HASH,
        SIZE,
        RS2,
        deletable,
        &mut coin,
        ctx,
    );
    coin.burn_for_testing();
    blob
}

/// Certifies a blob with the signatures of the first seven members.
public fun certify(system: &System, blob: &mut Blob) {
    let message = if (blob.is_deletable()) {
        deletable_confirmation(system.epoch(), blob.blob_id(), blob.object_id())
    } else {
        permanent_confirmation(system.epoch(), blob.blob_id())
    };
    system.certify_blob(blob, sign(message, first(7)), bitmap(first(7)), message)
}
