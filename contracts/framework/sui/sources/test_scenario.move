// SPDX-License-Identifier: Apache-2.0

/// Tests that span several transactions of several senders. Objects that one transaction leaves
/// behind can be taken by a later one; what was taken must be returned or used up.
#[test_only]
module sui::test_scenario;

use sui::transfer::Receiving;
use sui::vec_map::VecMap;

/// The effects could not be built. (Raised by natives.)
#[allow(unused_const)]
const ECouldNotGenerateEffects: u64 = 0;
/// A shared or immutable object was transferred, wrapped or changed. (Raised by natives.)
#[allow(unused_const)]
const EInvalidSharedOrImmutableUsage: u64 = 1;
/// The object was not taken from there.
const ECantReturnObject: u64 = 2;
/// There is no such object.
const EEmptyInventory: u64 = 3;
/// There is no such object with this ID. (Raised by natives.)
#[allow(unused_const)]
const EObjectNotFound: u64 = 4;
/// A receiving ticket could not be made. (Raised by natives.)
#[allow(unused_const)]
const EUnableToAllocateReceivingTicket: u64 = 5;
/// A receiving ticket for the object exists. (Raised by natives.)
#[allow(unused_const)]
const EReceivingTicketAlreadyAllocated: u64 = 6;
/// The receiving ticket cannot be returned. (Raised by natives.)
#[allow(unused_const)]
const EUnableToDeallocateReceivingTicket: u64 = 7;

/// The transaction under way.
public struct Scenario {
    txn_number: u64,
    ctx: TxContext,
}

/// The facts of a transaction to begin.
public struct TxContextBuilder has copy, drop {
    sender: address,
    epoch: u64,
    epoch_timestamp_ms: u64,
    ids_created: u64,
    rgp: Option<u64>,
    gas_price: u64,
    gas_budget: u64,
    sponsor: Option<address>,
}

/// What a transaction did. The test machine builds it.
public struct TransactionEffects has drop {
    created: vector<ID>,
    written: vector<ID>,
    deleted: vector<ID>,
    transferred_to_account: VecMap<ID, address>,
    transferred_to_object: VecMap<ID, ID>,
    shared: vector<ID>,
    frozen: vector<ID>,
    num_user_events: u64,
}

/// Begins the first transaction.
public fun begin(sender: address): Scenario {
    Scenario { txn_number: 0, ctx: tx_context::new_from_hint(sender, 0, 0, 0, 0) }
}

/// Begins the first transaction with the facts of a builder.
public fun begin_with_context(builder: TxContextBuilder): Scenario {
    Scenario { txn_number: 0, ctx: builder.build(0) }
}

/// Ends the transaction and begins one of `sender`. Aborts with
/// `EInvalidSharedOrImmutableUsage`.
public fun next_tx(scenario: &mut Scenario, sender: address): TransactionEffects {
    let effects = end_transaction();
    scenario.txn_number = scenario.txn_number + 1;
    scenario.ctx =
        tx_context::new_from_hint(
            sender,
            scenario.txn_number,
            scenario.ctx.epoch(),
            scenario.ctx.epoch_timestamp_ms(),
            0,
        );
    effects
}

/// Ends the transaction and begins one with the facts of a builder.
public fun next_with_context(
    scenario: &mut Scenario,
    builder: TxContextBuilder,
): TransactionEffects {
    let effects = end_transaction();
    scenario.txn_number = scenario.txn_number + 1;
    scenario.ctx = builder.build(scenario.txn_number);
    effects
}

/// Like `next_tx`, in the next epoch of the chain.
public fun next_epoch(scenario: &mut Scenario, sender: address): TransactionEffects {
    scenario.ctx.increment_epoch_number();
    scenario.next_tx(sender)
}

/// Like `next_epoch`, the epoch beginning `delta_ms` later.
public fun later_epoch(
    scenario: &mut Scenario,
    delta_ms: u64,
    sender: address,
): TransactionEffects {
    scenario.ctx.increment_epoch_timestamp(delta_ms);
    scenario.next_epoch(sender)
}

/// Lets epochs pass until the chain is in `epoch`; the effects are those of the first
/// transaction.
public fun skip_to_epoch(scenario: &mut Scenario, epoch: u64) {
    assert!(epoch >= scenario.ctx.epoch());
    (epoch - scenario.ctx.epoch()).do!(|_| {
        let sender = scenario.sender();
        scenario.next_epoch(sender);
    })
}

/// Ends the last transaction.
public fun end(scenario: Scenario): TransactionEffects {
    let Scenario { txn_number: _, ctx: _ } = scenario;
    end_transaction()
}

/// The context of the transaction.
public fun ctx(scenario: &mut Scenario): &mut TxContext {
    &mut scenario.ctx
}

/// The sender of the transaction.
public fun sender(scenario: &Scenario): address {
    scenario.ctx.sender()
}

/// A fresh identity.
public fun new_object(scenario: &mut Scenario): UID {
    object::new(&mut scenario.ctx)
}

/// The facts of the transaction under way.
public fun ctx_builder(scenario: &Scenario): TxContextBuilder {
    TxContextBuilder {
        sender: scenario.ctx.sender(),
        epoch: scenario.ctx.epoch(),
        epoch_timestamp_ms: scenario.ctx.epoch_timestamp_ms(),
        ids_created: 0,
        rgp: option::some(scenario.ctx.reference_gas_price()),
        gas_price: scenario.ctx.gas_price(),
        gas_budget: scenario.ctx.gas_budget(),
        sponsor: scenario.ctx.sponsor(),
    }
}

/// Facts of a transaction of this sender.
public fun ctx_builder_from_sender(sender: address): TxContextBuilder {
    TxContextBuilder {
        sender,
        epoch: 0,
        epoch_timestamp_ms: 0,
        ids_created: 0,
        rgp: option::none(),
        gas_price: 0,
        gas_budget: 0,
        sponsor: option::none(),
    }
}

/// Sets the sender.
public fun set_sender(mut builder: TxContextBuilder, sender: address): TxContextBuilder {
    builder.sender = sender;
    builder
}

/// Sets the epoch.
public fun set_epoch(mut builder: TxContextBuilder, epoch: u64): TxContextBuilder {
    builder.epoch = epoch;
    builder
}

/// Sets when the epoch began.
public fun set_epoch_timestamp(
    mut builder: TxContextBuilder,
    epoch_timestamp_ms: u64,
): TxContextBuilder {
    builder.epoch_timestamp_ms = epoch_timestamp_ms;
    builder
}

/// Sets the gas price.
public fun set_gas_price(mut builder: TxContextBuilder, gas_price: u64): TxContextBuilder {
    builder.gas_price = gas_price;
    builder
}

/// Sets the gas budget.
public fun set_gas_budget(mut builder: TxContextBuilder, gas_budget: u64): TxContextBuilder {
    builder.gas_budget = gas_budget;
    builder
}

/// Sets the sponsor.
public fun set_sponsor(mut builder: TxContextBuilder, sponsor: address): TxContextBuilder {
    builder.sponsor = option::some(sponsor);
    builder
}

fun build(builder: TxContextBuilder, hint: u64): TxContext {
    let TxContextBuilder {
        sender,
        epoch,
        epoch_timestamp_ms,
        ids_created,
        rgp,
        gas_price,
        gas_budget,
        sponsor,
    } = builder;
    tx_context::create(
        sender,
        tx_context::dummy_tx_hash_with_hint(hint),
        epoch,
        epoch_timestamp_ms,
        ids_created,
        rgp.destroy_with_default(gas_price),
        gas_price,
        gas_budget,
        sponsor,
    )
}

/// IDs made.
public fun created(effects: &TransactionEffects): vector<ID> {
    effects.created
}

/// IDs of changed objects.
public fun written(effects: &TransactionEffects): vector<ID> {
    effects.written
}

/// IDs of deleted and wrapped objects.
public fun deleted(effects: &TransactionEffects): vector<ID> {
    effects.deleted
}

/// Objects given to addresses.
public fun transferred_to_account(effects: &TransactionEffects): VecMap<ID, address> {
    effects.transferred_to_account
}

/// Objects that became dynamic fields of objects.
public fun transferred_to_object(effects: &TransactionEffects): VecMap<ID, ID> {
    effects.transferred_to_object
}

/// Objects shared.
public fun shared(effects: &TransactionEffects): vector<ID> {
    effects.shared
}

/// Objects made immutable.
public fun frozen(effects: &TransactionEffects): vector<ID> {
    effects.frozen
}

/// The number of events.
public fun num_user_events(effects: &TransactionEffects): u64 {
    effects.num_user_events
}

/// Takes an object of this type and ID from an address. Aborts with `EObjectNotFound`.
public native fun take_from_address_by_id<T: key>(
    scenario: &Scenario,
    account: address,
    id: ID,
): T;

/// The ID that an address got last and that is not taken.
public native fun most_recent_id_for_address<T: key>(account: address): Option<ID>;

/// All IDs of this type that an address owns.
public native fun ids_for_address<T: key>(account: address): vector<ID>;

/// True if the object was taken from the address.
public native fun was_taken_from_address(account: address, id: ID): bool;

/// Takes an immutable object. Aborts with `EObjectNotFound`.
public native fun take_immutable_by_id<T: key>(scenario: &Scenario, id: ID): T;

/// The ID that became immutable last and is not taken.
public native fun most_recent_immutable_id<T: key>(): Option<ID>;

/// True if the immutable object was taken.
public native fun was_taken_immutable(id: ID): bool;

/// Takes a shared object. Aborts with `EObjectNotFound`.
public native fun take_shared_by_id<T: key>(scenario: &Scenario, id: ID): T;

/// The ID that was shared last and is not taken.
public native fun most_recent_id_shared<T: key>(): Option<ID>;

native fun was_taken_shared(id: ID): bool;

native fun end_transaction(): TransactionEffects;

native fun allocate_receiving_ticket_for_object<T: key>(id: ID): u64;

native fun deallocate_receiving_ticket_for_object(id: ID);

/// Takes what an address got last. Aborts with `EEmptyInventory`.
public fun take_from_address<T: key>(scenario: &Scenario, account: address): T {
    let id = most_recent_id_for_address<T>(account);
    assert!(id.is_some(), EEmptyInventory);
    take_from_address_by_id(scenario, account, id.destroy_some())
}

/// True if an address has an object of this type that is not taken.
public fun has_most_recent_for_address<T: key>(account: address): bool {
    most_recent_id_for_address<T>(account).is_some()
}

/// Gives an object back. Aborts with `ECantReturnObject` if it was not taken there.
public fun return_to_address<T: key>(account: address, t: T) {
    assert!(was_taken_from_address(account, object::id(&t)), ECantReturnObject);
    transfer::transfer_impl(t, account)
}

/// Takes what the sender got last. Aborts with `EEmptyInventory`.
public fun take_from_sender<T: key>(scenario: &Scenario): T {
    take_from_address(scenario, scenario.sender())
}

/// Takes an object of this type and ID from the sender. Aborts with `EObjectNotFound`.
public fun take_from_sender_by_id<T: key>(scenario: &Scenario, id: ID): T {
    take_from_address_by_id(scenario, scenario.sender(), id)
}

/// True if the sender has an object of this type that is not taken.
public fun has_most_recent_for_sender<T: key>(scenario: &Scenario): bool {
    has_most_recent_for_address<T>(scenario.sender())
}

/// All IDs of this type that the sender owns.
public fun ids_for_sender<T: key>(scenario: &Scenario): vector<ID> {
    ids_for_address<T>(scenario.sender())
}

/// Gives an object back to the sender. Aborts with `ECantReturnObject`.
public fun return_to_sender<T: key>(scenario: &Scenario, t: T) {
    return_to_address(scenario.sender(), t)
}

/// True if the object was taken from the sender.
public fun was_taken_from_sender(scenario: &Scenario, id: ID): bool {
    was_taken_from_address(scenario.sender(), id)
}

/// Takes the object that was shared last. Aborts with `EEmptyInventory`.
public fun take_shared<T: key>(scenario: &Scenario): T {
    let id = most_recent_id_shared<T>();
    assert!(id.is_some(), EEmptyInventory);
    take_shared_by_id(scenario, id.destroy_some())
}

/// True if there is a shared object of this type that is not taken.
public fun has_most_recent_shared<T: key>(): bool {
    most_recent_id_shared<T>().is_some()
}

/// Gives a shared object back. Aborts with `ECantReturnObject`.
public fun return_shared<T: key>(t: T) {
    assert!(was_taken_shared(object::id(&t)), ECantReturnObject);
    transfer::share_object_impl(t)
}

/// Takes the object that became immutable last. Aborts with `EEmptyInventory`.
public fun take_immutable<T: key>(scenario: &Scenario): T {
    let id = most_recent_immutable_id<T>();
    assert!(id.is_some(), EEmptyInventory);
    take_immutable_by_id(scenario, id.destroy_some())
}

/// True if there is an immutable object of this type that is not taken.
public fun has_most_recent_immutable<T: key>(): bool {
    most_recent_immutable_id<T>().is_some()
}

/// Gives an immutable object back. Aborts with `ECantReturnObject`.
public fun return_immutable<T: key>(t: T) {
    assert!(was_taken_immutable(object::id(&t)), ECantReturnObject);
    transfer::freeze_object_impl(t)
}

/// A ticket for the object of this type that was sent last to an object. Aborts with
/// `EEmptyInventory`.
public fun most_recent_receiving_ticket<T: key>(owner: &ID): Receiving<T> {
    let id = most_recent_id_for_address<T>(owner.to_address());
    assert!(id.is_some(), EEmptyInventory);
    receiving_ticket_by_id(id.destroy_some())
}

/// A ticket for an object that was sent to an object.
public fun receiving_ticket_by_id<T: key>(object_id: ID): Receiving<T> {
    let version = allocate_receiving_ticket_for_object<T>(object_id);
    transfer::make_receiver(object_id, version)
}

/// Gives a ticket back.
public fun return_receiving_ticket<T: key>(ticket: Receiving<T>) {
    let (id, _) = transfer::unpack_receiver(ticket);
    deallocate_receiving_ticket_for_object(id)
}

/// Lets `f` use the object that was shared last, and gives it back.
public macro fun with_shared<$T: key>(
    $scenario: &mut Scenario,
    $f: |&mut $T, &mut Scenario|,
) {
    let scenario = $scenario;
    let mut object = scenario.take_shared<$T>();
    $f(&mut object, scenario);
    return_shared(object)
}

/// Lets `f` use a shared object, and gives it back.
public macro fun with_shared_by_id<$T: key>(
    $scenario: &mut Scenario,
    $id: ID,
    $f: |&mut $T, &mut Scenario|,
) {
    let scenario = $scenario;
    let mut object = scenario.take_shared_by_id<$T>($id);
    $f(&mut object, scenario);
    return_shared(object)
}
