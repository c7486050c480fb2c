/// The way of a network from its publication to stored blobs and paid nodes, with real keys,
/// proofs of possession and certificates.
#[test_only]
module walrus::e2e_tests;

use std::unit_test::{assert_eq, destroy};
use sui::bcs;
use sui::coin::{Self, Coin};
use sui::event;
use wal::wal::WAL;
use walrus::auth;
use walrus::blob::{Self, Blob};
use walrus::bls_aggregate;
use walrus::encoding;
use walrus::events;
use walrus::metadata;
use walrus::staking_fixtures::frost;
use walrus::test_network::{Self, Network};

const RS2: u8 = 1;
const SIZE: u64 = 5_000_000;
const N_SHARDS: u16 = 100;
const STORAGE_CONFIRMATION: u8 = 1;
/// Units of 1 MiB of the encoded blob: 22,822,800 bytes.
const UNITS: u64 = 22;
const STORAGE_PRICE: u64 = 1_000;
const WRITE_PRICE: u64 = 100;

/// The default local network: twelve nodes with equal stakes and 100 shards.
fun twelve_nodes(): (Network, vector<walrus::staked_wal::StakedWal>) {
    test_network::start_with_nodes(N_SHARDS, vector::tabulate!(12, |_| 1_000))
}

/// Reserves space and registers a blob; charges the exact price.
fun register_blob(network: &mut Network, root_hash: u256, deletable: bool, epochs: u32): Blob {
    let (_, system, _, _, ctx) = network.parts();
    let blob_id = blob::derive_blob_id(root_hash, RS2, SIZE);
    let encoded = encoding::encoded_blob_length(SIZE, RS2, N_SHARDS);
    let mut payment = wal(UNITS * STORAGE_PRICE * (epochs as u64), ctx);
    let storage = system.reserve_space(encoded, epochs, &mut payment, ctx);
    payment.destroy_zero();
    let mut payment = wal(UNITS * WRITE_PRICE, ctx);
    let blob = system.register_blob(
        storage,
        blob_id,
        root_hash,
        SIZE,
        RS2,
        deletable,
        &mut payment,
        ctx,
    );
    payment.destroy_zero();
    blob
}

/// Certifies a blob with the signatures of some nodes.
fun certify(network: &mut Network, blob: &mut Blob, nodes: vector<u64>) {
    let mut body = bcs::to_bytes(&blob.blob_id());
    if (blob.is_deletable()) {
        body.push_back(1);
        body.append(blob.object_id().to_bytes());
    } else {
        body.push_back(0);
    };
    let (signature, bitmap, message) = network.certificate(STORAGE_CONFIRMATION, body, nodes);
    let (_, system, _, _, _) = network.parts();
    system.certify_blob(blob, signature, bitmap, message);
}

/// The first nodes.
fun first(count: u64): vector<u64> {
    vector::tabulate!(count, |i| i)
}

fun wal(amount: u64, ctx: &mut TxContext): Coin<WAL> {
    coin::mint_for_testing(amount, ctx)
}

#[test]
fun permanent_blob() {
    let (mut network, staked) = twelve_nodes();
    assert_eq!(network.system().n_shards(), N_SHARDS);
    assert_eq!(network.staking().committee().size(), 12);

    let mut blob = register_blob(&mut network, 0xABC, false, 3);
    assert_eq!(
        blob.blob_id(),
        0x1b705c77ea8c2d23610040fdc0f8920d499be9f5ea18f8284396ce380e3769ae,
    );
    assert!(blob.certified_epoch().is_none());
    // Eight equal nodes hold only 66 or 67 shards, nine are safe.
    certify(&mut network, &mut blob, first(9));
    assert_eq!(*blob.certified_epoch(), option::some(1));
    assert_eq!(blob.end_epoch(), 4);

    // Extending works in a later epoch and keeps the epoch of certification.
    network.next_epoch();
    let (_, system, _, _, ctx) = network.parts();
    let mut payment = wal(UNITS * STORAGE_PRICE * 2, ctx);
    system.extend_blob(&mut blob, 2, &mut payment);
    payment.destroy_zero();
    assert_eq!(blob.end_epoch(), 6);
    assert_eq!(*blob.certified_epoch(), option::some(1));

    // Attributes.
    let mut attributes = metadata::new();
    attributes.insert_or_update(b"content-type".to_string(), b"text/plain".to_string());
    blob.add_metadata(attributes);
    blob.insert_or_update_metadata_pair(b"name".to_string(), b"file".to_string());
    let (_, value) = blob.remove_metadata_pair(&b"content-type".to_string());
    assert_eq!(value, b"text/plain".to_string());

    assert_eq!(event::events_by_type<events::BlobRegistered>().length(), 1);
    assert_eq!(event::events_by_type<events::BlobCertified>().length(), 2);
    blob.burn();
    destroy(staked);
    network.finish();
}

#[test]
fun deletable_blob() {
    let (mut network, staked) = twelve_nodes();
    let mut blob = register_blob(&mut network, 0xDEF, true, 1);
    certify(&mut network, &mut blob, vector[0, 2, 3, 4, 5, 7, 8, 9, 10, 11]);
    let (_, system, _, _, ctx) = network.parts();
    let storage = system.delete_blob(blob);
    assert_eq!(event::events_by_type<events::BlobDeleted>().length(), 1);

    // The space can be used again; only the write fee is due.
    let mut payment = wal(UNITS * WRITE_PRICE, ctx);
    let again = system.register_blob(
        storage,
        blob::derive_blob_id(0x123, RS2, SIZE),
        0x123,
        SIZE,
        RS2,
        true,
        &mut payment,
        ctx,
    );
    payment.destroy_zero();
    let storage = system.delete_blob(again);
    storage.destroy();
    destroy(staked);
    network.finish();
}

#[test, expected_failure(abort_code = bls_aggregate::ENotEnoughStake)]
fun certificate_of_too_few_nodes() {
    let (mut network, _staked) = twelve_nodes();
    let mut blob = register_blob(&mut network, 0xABC, false, 1);
    certify(&mut network, &mut blob, first(7));
    abort
}

#[test, expected_failure(abort_code = walrus::messages::EIncorrectEpoch)]
fun certificate_dies_with_its_epoch() {
    let (mut network, _staked) = twelve_nodes();
    let mut blob = register_blob(&mut network, 0xABC, false, 3);
    let mut body = bcs::to_bytes(&blob.blob_id());
    body.push_back(0);
    let (signature, bitmap, message) = network.certificate(STORAGE_CONFIRMATION, body, first(9));
    network.next_epoch();
    let (_, system, _, _, _) = network.parts();
    system.certify_blob(&mut blob, signature, bitmap, message);
    abort
}

/// Needs real signature verification, see the list of expected differences.
#[test, expected_failure(abort_code = bls_aggregate::ESigVerification)]
fun bls_certificate_of_other_nodes() {
    let (mut network, _staked) = twelve_nodes();
    let mut blob = register_blob(&mut network, 0xABC, false, 1);
    let mut body = bcs::to_bytes(&blob.blob_id());
    body.push_back(0);
    let (signature, _, message) = network.certificate(STORAGE_CONFIRMATION, body, first(9));
    // The bitmap names others than those that signed.
    let (_, bitmap, _) = network.certificate(STORAGE_CONFIRMATION, body, first(10));
    let (_, system, _, _, _) = network.parts();
    system.certify_blob(&mut blob, signature, bitmap, message);
    abort
}

#[test]
fun payments_become_rewards() {
    let (mut network, mut staked) = twelve_nodes();
    let blob = register_blob(&mut network, 0xABC, false, 2);
    let supply = network.wal_supply();

    // Epoch 1 has one epoch of storage and the write fee: 24,200 FROST, of which 3% are burnt.
    network.next_epoch();
    assert_eq!(network.wal_supply(), supply - 726);
    let mut commission = 0;
    let mut rewards = 0;
    12u64.do!(|i| {
        let pool = network.staking().inner_for_testing().pool_for_testing(network.id(i));
        commission = commission + pool.commission_amount();
        rewards = rewards + pool.rewards_amount();
    });
    let distributed = commission + rewards;
    assert!(distributed <= 24_200 - 726);
    // Only the rounding of the shares is left over.
    assert!(distributed > 24_200 - 726 - 12);

    // Node 0 has 8 or 9 of 100 shards; its commission is a tenth, rounded down.
    let id = network.id(0);
    let weight = network.staking().inner_for_testing().previous_committee()[&id].length();
    let reward = 23_474 * weight / 100;
    let pool = network.staking().inner_for_testing().pool_for_testing(id);
    assert_eq!(pool.commission_amount(), reward / 10);
    assert_eq!(pool.rewards_amount(), reward - reward / 10);
    assert_eq!(
        network.staking().calculate_rewards(id, frost(1_000), 1, 2),
        reward - reward / 10,
    );

    // The commission is free after the end of voting.
    let (staking, _, caps, _, ctx) = network.parts();
    let nothing = staking.collect_commission(id, auth::authenticate_with_object(&caps[0]), ctx);
    assert_eq!(nothing.burn_for_testing(), 0);
    network.wait(30_000);
    network.voting_end();
    let (staking, _, caps, _, ctx) = network.parts();
    let payout = staking.collect_commission(id, auth::authenticate_with_object(&caps[0]), ctx);
    assert_eq!(payout.burn_for_testing(), reward / 10);

    // The delegator leaves: the node is selected for epoch 3, so the payout is possible in epoch 4.
    let mut sw = staked.remove(0);
    staking.request_withdraw_stake(&mut sw, ctx);
    assert_eq!(sw.withdraw_epoch(), 4);
    network.wait(30_000);
    network.initiate_epoch_change();
    network.sync_all();
    network.next_epoch();
    assert!(!network.staking().committee().contains(&id));
    let (staking, _, _, _, ctx) = network.parts();
    let payout = staking.withdraw_stake(sw, ctx).burn_for_testing();
    assert!(payout > frost(1_000));
    blob.burn();
    destroy(staked);
    network.finish();
}

#[test]
fun nodes_join_and_leave() {
    let (mut network, mut staked) = twelve_nodes();
    let node = network.register(STORAGE_PRICE, WRITE_PRICE, 1_000_000_000_000);
    let newcomer = network.id(node);
    staked.push_back(network.stake(node, 1_000));
    let mut leaving = staked.remove(0);
    let left = network.id(0);
    let (staking, _, _, _, ctx) = network.parts();
    staking.request_withdraw_stake(&mut leaving, ctx);
    network.next_epoch();
    assert!(network.staking().committee().contains(&newcomer));
    assert!(!network.staking().committee().contains(&left));
    // The newcomer got the shards of the one that left.
    let before = network.staking().previous_committee()[&left];
    let after = network.staking().committee()[&newcomer];
    let moved = after.count!(|shard| before.contains(shard));
    assert_eq!(moved, before.length().min(after.length()));

    // The new committee signs.
    let mut blob = register_blob(&mut network, 0xABC, false, 1);
    certify(&mut network, &mut blob, vector[1, 2, 3, 4, 5, 6, 7, 8, 12]);
    assert_eq!(*blob.certified_epoch(), option::some(2));
    blob.burn();
    destroy(leaving);
    destroy(staked);
    network.finish();
}
