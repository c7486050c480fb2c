/// Amounts that become effective at some epoch.
///
/// The maps stay tiny (changes reach at most two epochs ahead), so plain scans are cheapest.
module walrus::pending_values;

use sui::vec_map::{Self, VecMap};

// Error codes.

/// There is no entry for the epoch.
const EMissingEpochValue: u64 = 0;
/// The entry is smaller than the amount to take off.
const EReduceValueTooLarge: u64 = 1;

/// Amount by epoch.
public struct PendingValues(VecMap<u32, u64>) has copy, drop, store;

/// Returns a map without entries.
public(package) fun empty(): PendingValues {
    PendingValues(vec_map::empty())
}

/// Adds to the entry of the epoch, creating it if absent.
public(package) fun insert_or_add(self: &mut PendingValues, epoch: u32, value: u64) {
    if (self.0.contains(&epoch)) {
        let entry = &mut self.0[&epoch];
        *entry = *entry + value;
    } else {
        self.0.insert(epoch, value);
    }
}

/// Overwrites the entry of the epoch, creating it if absent.
public(package) fun insert_or_replace(self: &mut PendingValues, epoch: u32, value: u64) {
    if (self.0.contains(&epoch)) {
        *&mut self.0[&epoch] = value;
    } else {
        self.0.insert(epoch, value);
    }
}

/// Takes an amount off the entry of the epoch. The entry stays, even at 0.
public(package) fun reduce(self: &mut PendingValues, epoch: u32, value: u64) {
    assert!(self.0.contains(&epoch), EMissingEpochValue);
    let entry = &mut self.0[&epoch];
    assert!(*entry >= value, EReduceValueTooLarge);
    *entry = *entry - value;
}

/// Returns the sum of all entries up to and including the epoch.
public(package) fun value_at(self: &PendingValues, epoch: u32): u64 {
    let mut sum = 0;
    self.0.keys().do!(|key| if (key <= epoch) sum = sum + self.0[&key]);
    sum
}

/// Returns the value of the newest entry that is not after the epoch.
public(package) fun latest_value_at(self: &PendingValues, to_epoch: u32): Option<u64> {
    let mut newest = option::none<u32>();
    self.0.keys().do!(|key| {
        if (key <= to_epoch && (newest.is_none() || *newest.borrow() < key)) {
            newest = option::some(key);
        }
    });
    if (newest.is_some()) option::some(self.0[newest.borrow()]) else option::none()
}

/// Removes all entries up to and including the epoch and returns their sum.
public(package) fun flush(self: &mut PendingValues, to_epoch: u32): u64 {
    let mut sum = 0;
    self.0.keys().do!(|key| {
        if (key <= to_epoch) {
            let (_, value) = self.0.remove(&key);
            sum = sum + value;
        }
    });
    sum
}

/// Returns a reference to the map.
public(package) fun inner(self: &PendingValues): &VecMap<u32, u64> {
    &self.0
}

/// Returns a mutable reference to the map.
public(package) fun inner_mut(self: &mut PendingValues): &mut VecMap<u32, u64> {
    &mut self.0
}

/// Returns the map.
public(package) fun unwrap(self: PendingValues): VecMap<u32, u64> {
    let PendingValues(map) = self;
    map
}

/// Returns whether there are no entries.
public(package) fun is_empty(self: &PendingValues): bool {
    self.0.is_empty()
}
