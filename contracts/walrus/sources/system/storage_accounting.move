/// Ledger of the coming epochs: sold capacity and collected payments per epoch.
///
/// Purchases reach a fixed number of epochs ahead, so the ledger is a ring with one slot for each
/// of these epochs. Slots are addressed by their distance from the current epoch.
module walrus::storage_accounting;

use sui::balance::{Self, Balance};
use wal::wal::WAL;

/// Part of an epoch's payments that is burned, in percent.
const BURN_PERCENT: u128 = 3;

/// The epoch is beyond the end of the ring.
const ETooFarInFuture: u64 = 0;

/// One epoch of the ledger.
public struct FutureAccounting has store {
    epoch: u32,
    /// Encoded bytes sold for this epoch.
    used_capacity: u64,
    /// Payments that the nodes of this epoch will share.
    rewards_to_distribute: Balance<WAL>,
}

/// The ledger; the slot at distance `k` is `ring_buffer[(current_index + k) mod length]`.
public struct FutureAccountingRingBuffer has store {
    /// Position of the current epoch's slot.
    current_index: u32,
    /// Number of slots: how many epochs can be bought ahead.
    length: u32,
    ring_buffer: vector<FutureAccounting>,
}

// === Slots ===

/// Makes a slot.
public(package) fun new_future_accounting(
    epoch: u32,
    used_capacity: u64,
    rewards_to_distribute: Balance<WAL>,
): FutureAccounting {
    FutureAccounting { epoch, used_capacity, rewards_to_distribute }
}

/// Epoch of the slot.
public fun epoch(accounting: &FutureAccounting): u32 {
    accounting.epoch
}

/// Bytes sold for the slot's epoch.
public fun used_capacity(accounting: &FutureAccounting): u64 {
    accounting.used_capacity
}

/// Payments collected for the slot's epoch, in FROST.
public fun rewards(accounting: &FutureAccounting): u64 {
    accounting.rewards_to_distribute.value()
}

/// Books `amount` more bytes and returns the new total of the slot.
public(package) fun increase_used_capacity(accounting: &mut FutureAccounting, amount: u64): u64 {
    accounting.used_capacity = accounting.used_capacity + amount;
    accounting.used_capacity
}

/// Gives access to the payments of the slot.
public(package) fun rewards_balance(accounting: &mut FutureAccounting): &mut Balance<WAL> {
    &mut accounting.rewards_to_distribute
}

/// Destroys a slot without payments; aborts in `balance` if there are any.
public(package) fun delete_empty_future_accounting(self: FutureAccounting) {
    self.unwrap_balance().destroy_zero();
}

/// Destroys a slot and returns its payments.
public(package) fun unwrap_balance(self: FutureAccounting): Balance<WAL> {
    let FutureAccounting { rewards_to_distribute, .. } = self;
    rewards_to_distribute
}

// === Ring ===

/// Makes a ring of empty slots for the epochs 0 to `length - 1`.
public(package) fun ring_new(length: u32): FutureAccountingRingBuffer {
    let ring_buffer = vector::tabulate!(
        length as u64,
        |epoch| new_future_accounting(epoch as u32, 0, balance::zero()),
    );
    FutureAccountingRingBuffer { current_index: 0, length, ring_buffer }
}

/// Number of epochs, the current one included, that storage can be bought for.
public fun max_epochs_ahead(self: &FutureAccountingRingBuffer): u32 {
    self.length
}

/// Reads the slot of the epoch `epochs_in_future` after the current one.
#[syntax(index)]
public fun ring_lookup(
    self: &FutureAccountingRingBuffer,
    epochs_in_future: u32,
): &FutureAccounting {
    &self.ring_buffer[self.slot_index(epochs_in_future)]
}

/// Gives mutable access to the slot of the epoch `epochs_in_future` after the current one.
#[syntax(index)]
public(package) fun ring_lookup_mut(
    self: &mut FutureAccountingRingBuffer,
    epochs_in_future: u32,
): &mut FutureAccounting {
    let index = self.slot_index(epochs_in_future);
    &mut self.ring_buffer[index]
}

/// Takes out the slot of the current epoch and moves on to the next one. The place becomes an empty
/// slot for the epoch that has just come into reach.
public(package) fun ring_pop_expand(self: &mut FutureAccountingRingBuffer): FutureAccounting {
    let index = self.current_index;
    let entering_epoch = self.ring_buffer[index as u64].epoch + self.length;
    self.ring_buffer.push_back(new_future_accounting(entering_epoch, 0, balance::zero()));
    self.current_index = (index + 1) % self.length;
    // The slot just added fills the gap, so that the other slots keep their places.
    self.ring_buffer.swap_remove(index as u64)
}

/// Splits off the part of the current epoch's payments that has to be burned, rounded down.
public(package) fun extract_burn_balance(self: &mut FutureAccountingRingBuffer): Balance<WAL> {
    let rewards = self.ring_lookup_mut(0).rewards_balance();
    let burn_amount = (rewards.value() as u128) * BURN_PERCENT / 100;
    rewards.split(burn_amount as u64)
}

/// Position of a slot in the vector.
fun slot_index(self: &FutureAccountingRingBuffer, epochs_in_future: u32): u64 {
    assert!(epochs_in_future < self.length, ETooFarInFuture);
    ((self.current_index as u64) + (epochs_in_future as u64)) % (self.length as u64)
}
