/// Nodes with known keys, pools and contexts for the tests of the staking side.
#[test_only]
module walrus::staking_fixtures;

use sui::address;
use sui::balance::{Self, Balance};
use sui::bls12381;
use sui::coin::{Self, Coin};
use sui::vec_map::{Self, VecMap};
use wal::wal::WAL;
use walrus::messages;
use walrus::node_metadata;
use walrus::staking_inner::StakingInnerV1;
use walrus::staking_pool::{Self, StakingPool};
use walrus::storage_node::{Self, StorageNodeCap};
use walrus::walrus_context::{Self, WalrusContext};

/// FROST in one WAL.
const FROST_PER_WAL: u64 = 1_000_000_000;

// === Amounts ===

/// WAL in FROST.
public fun frost(wal: u64): u64 {
    wal * FROST_PER_WAL
}

/// A coin of whole WAL.
public fun wal_coin(wal: u64, ctx: &mut TxContext): Coin<WAL> {
    coin::mint_for_testing(frost(wal), ctx)
}

/// A balance of whole WAL.
public fun wal_balance(wal: u64): Balance<WAL> {
    balance::create_for_testing(frost(wal))
}

// === Keys ===

/// Compressed BLS public key for a secret number.
public fun public_key(secret: u64): vector<u8> {
    let scalar = bls12381::scalar_from_u64(secret);
    *bls12381::g1_mul(&scalar, &bls12381::g1_generator()).bytes()
}

/// Signature of a message with a secret number.
public fun sign(message: vector<u8>, secret: u64): vector<u8> {
    let scalar = bls12381::scalar_from_u64(secret);
    *bls12381::g2_mul(&scalar, &bls12381::hash_to_g2(&message)).bytes()
}

/// Proof of possession of a secret number, for the sender and an epoch.
public fun proof_of_possession(epoch: u32, secret: u64, ctx: &TxContext): vector<u8> {
    let (_, proof) = key_and_proof(epoch, secret, ctx);
    proof
}

/// Compressed public key and proof of possession of a secret number, for the sender and an epoch.
public fun key_and_proof(epoch: u32, secret: u64, ctx: &TxContext): (vector<u8>, vector<u8>) {
    let key = public_key(secret);
    let message = messages::new_proof_of_possession_msg(epoch, ctx.sender(), key);
    (key, sign(message.to_bcs(), secret))
}

/// A network key of the right length.
public fun network_key(): vector<u8> {
    vector::tabulate!(33, |i| i as u8)
}

/// Text of the given length.
public fun text(length: u64): std::string::String {
    vector::tabulate!(length, |_| 97).to_string()
}

// === IDs, contexts and pools ===

/// The node ID with this number.
public fun node_id(number: u256): ID {
    address::from_u256(number).to_id()
}

/// Node IDs with these numbers.
public fun node_ids(numbers: vector<u256>): vector<ID> {
    numbers.map!(|number| node_id(number))
}

/// Shard counts by node number.
public fun shard_counts(numbers: vector<u256>, counts: vector<u16>): VecMap<ID, u16> {
    vec_map::from_keys_values(node_ids(numbers), counts)
}

/// The context of an epoch before the next committee is selected.
public fun open(epoch: u32): WalrusContext {
    walrus_context::new(epoch, false, vec_map::empty())
}

/// The context of an epoch after the next committee is selected.
public fun selected(epoch: u32): WalrusContext {
    walrus_context::new(epoch, true, vec_map::empty())
}

/// A pool with the given commission rate, created in `wctx`.
public fun pool(commission_rate: u16, wctx: &WalrusContext, ctx: &mut TxContext): StakingPool {
    let (key, proof) = key_and_proof(wctx.epoch(), 117, ctx);
    staking_pool::new(
        b"node".to_string(),
        b"127.0.0.1:8080".to_string(),
        node_metadata::default(),
        key,
        network_key(),
        proof,
        commission_rate,
        1,
        1,
        1,
        wctx,
        ctx,
    )
}

/// Registers a node with a secret number and votes; returns its capability.
public fun register(
    inner: &mut StakingInnerV1,
    secret: u64,
    storage_price: u64,
    write_price: u64,
    node_capacity: u64,
    ctx: &mut TxContext,
): StorageNodeCap {
    let (key, proof) = key_and_proof(inner.epoch(), secret, ctx);
    let node_id = inner.create_pool(
        b"node".to_string(),
        b"127.0.0.1:8080".to_string(),
        node_metadata::default(),
        key,
        network_key(),
        proof,
        0,
        storage_price,
        write_price,
        node_capacity,
        ctx,
    );
    storage_node::new_cap(node_id, ctx)
}
