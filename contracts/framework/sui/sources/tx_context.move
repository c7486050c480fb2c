// SPDX-License-Identifier: Apache-2.0

/// The transaction that is being executed.
module sui::tx_context;

#[test_only]
use std::bcs;

/// A transaction digest has 32 bytes.
#[test_only]
const EBadTxHashLength: u64 = 0;
/// No ID was made in this transaction. (Raised by a native.)
#[allow(unused_const)]
const ENoIDsCreated: u64 = 1;

#[test_only]
const TX_HASH_LENGTH: u64 = 32;

/// Facts about the transaction; made by the machine, handed to functions by reference. The
/// fields keep the layout of the chain, the functions ask the machine.
#[allow(unused_field)]
public struct TxContext has drop {
    sender: address,
    tx_hash: vector<u8>,
    epoch: u64,
    epoch_timestamp_ms: u64,
    ids_created: u64,
}

/// The address that signed the transaction.
public fun sender(_self: &TxContext): address {
    native_sender()
}

/// The digest of the transaction, 32 bytes.
public fun digest(self: &TxContext): &vector<u8> {
    &self.tx_hash
}

/// The epoch of the chain.
public fun epoch(_self: &TxContext): u64 {
    native_epoch()
}

/// When the epoch of the chain began, in milliseconds.
public fun epoch_timestamp_ms(_self: &TxContext): u64 {
    native_epoch_timestamp_ms()
}

/// Who pays the gas, if it is not the sender.
public fun sponsor(_self: &TxContext): Option<address> {
    option_sponsor()
}

/// The reference gas price of the epoch.
public fun reference_gas_price(_self: &TxContext): u64 {
    native_rgp()
}

/// The gas price of the transaction.
public fun gas_price(_self: &TxContext): u64 {
    native_gas_price()
}

/// An address that no object has had.
public fun fresh_object_address(_ctx: &mut TxContext): address {
    fresh_id()
}

/// The number of IDs made in this transaction so far.
public(package) fun ids_created(_self: &TxContext): u64 {
    native_ids_created()
}

/// The gas budget of the transaction.
public(package) fun gas_budget(_self: &TxContext): u64 {
    native_gas_budget()
}

fun option_sponsor(): Option<address> {
    let mut sponsor = native_sponsor();
    if (sponsor.is_empty()) option::none() else option::some(sponsor.pop_back())
}

native fun native_sender(): address;

native fun native_epoch(): u64;

native fun native_epoch_timestamp_ms(): u64;

native fun native_rgp(): u64;

native fun native_gas_price(): u64;

native fun native_gas_budget(): u64;

native fun native_ids_created(): u64;

native fun native_sponsor(): vector<address>;

native fun fresh_id(): address;

#[test_only]
native fun last_created_id(): address;

#[test_only]
native fun replace(
    sender: address,
    tx_hash: vector<u8>,
    epoch: u64,
    epoch_timestamp_ms: u64,
    ids_created: u64,
    rgp: u64,
    gas_price: u64,
    gas_budget: u64,
    sponsor: vector<address>,
);

/// Starts a test transaction with these facts.
#[test_only]
public fun create(
    sender: address,
    tx_hash: vector<u8>,
    epoch: u64,
    epoch_timestamp_ms: u64,
    ids_created: u64,
    rgp: u64,
    gas_price: u64,
    gas_budget: u64,
    sponsor: Option<address>,
): TxContext {
    assert!(tx_hash.length() == TX_HASH_LENGTH, EBadTxHashLength);
    replace(
        sender,
        tx_hash,
        epoch,
        epoch_timestamp_ms,
        ids_created,
        rgp,
        gas_price,
        gas_budget,
        sponsor.to_vec(),
    );
    TxContext { sender, tx_hash, epoch, epoch_timestamp_ms, ids_created }
}

/// Starts a test transaction; gas figures keep their present value.
#[test_only]
public fun new(
    sender: address,
    tx_hash: vector<u8>,
    epoch: u64,
    epoch_timestamp_ms: u64,
    ids_created: u64,
): TxContext {
    create(
        sender,
        tx_hash,
        epoch,
        epoch_timestamp_ms,
        ids_created,
        native_rgp(),
        native_gas_price(),
        native_gas_budget(),
        option_sponsor(),
    )
}

/// Starts a test transaction whose digest is made from a number.
#[test_only]
public fun new_from_hint(
    sender: address,
    hint: u64,
    epoch: u64,
    epoch_timestamp_ms: u64,
    ids_created: u64,
): TxContext {
    new(sender, dummy_tx_hash_with_hint(hint), epoch, epoch_timestamp_ms, ids_created)
}

/// A test transaction of sender `@0x0` in epoch 0.
#[test_only]
public fun dummy(): TxContext {
    new_from_hint(@0x0, 0, 0, 0, 0)
}

/// A digest made from a number.
#[test_only]
public fun dummy_tx_hash_with_hint(hint: u64): vector<u8> {
    let mut tx_hash = bcs::to_bytes(&hint);
    while (tx_hash.length() < TX_HASH_LENGTH) tx_hash.push_back(0);
    tx_hash
}

/// The number of IDs made in this test transaction.
#[test_only]
public fun get_ids_created(self: &TxContext): u64 {
    self.ids_created()
}

/// The ID made last in this test transaction. Aborts with `ENoIDsCreated`.
#[test_only]
public fun last_created_object_id(_self: &TxContext): address {
    last_created_id()
}

/// Moves the test transaction into the next epoch.
#[test_only]
public fun increment_epoch_number(self: &mut TxContext) {
    self.epoch = self.epoch() + 1;
    store(self)
}

/// Lets the epoch of the test transaction begin later.
#[test_only]
public fun increment_epoch_timestamp(self: &mut TxContext, delta_ms: u64) {
    self.epoch_timestamp_ms = self.epoch_timestamp_ms() + delta_ms;
    store(self)
}

/// Hands the epoch fields to the machine.
#[test_only]
fun store(self: &TxContext) {
    replace(
        native_sender(),
        self.tx_hash,
        self.epoch,
        self.epoch_timestamp_ms,
        native_ids_created(),
        native_rgp(),
        native_gas_price(),
        native_gas_budget(),
        native_sponsor(),
    )
}
