/// A ring of amounts for consecutive epochs, parallel to the accounting ring of the system.
module walrus_subsidies::epoch_balance;

/// The ring is not that long.
const EIndexOutOfBounds: u64 = 0;

/// An amount for one epoch.
public struct EpochBalance has copy, drop, store {
    epoch: u32,
    /// FROST.
    balance: u64,
}

/// Amounts for consecutive epochs. The first is at `current_index`; the ring wraps around.
public struct EpochBalanceRingBuffer has store {
    current_index: u32,
    ring_buffer: vector<EpochBalance>,
}

/// A ring for `starting_epoch` and the epochs after it.
public(package) fun ring_new_from_balances(
    starting_epoch: u32,
    balances: vector<u64>,
): EpochBalanceRingBuffer {
    let mut epoch = starting_epoch;
    let ring_buffer = balances.map!(|balance| {
        let entry = EpochBalance { epoch, balance };
        epoch = epoch + 1;
        entry
    });
    EpochBalanceRingBuffer { current_index: 0, ring_buffer }
}

/// Epoch of an entry.
public(package) fun epoch(self: &EpochBalance): u32 {
    self.epoch
}

/// Amount of an entry, in FROST.
public(package) fun balance(self: &EpochBalance): u64 {
    self.balance
}

/// Sets the amount of an entry, in FROST.
public(package) fun set_balance(self: &mut EpochBalance, balance: u64) {
    self.balance = balance;
}

/// Number of epochs in the ring.
public(package) fun length(self: &EpochBalanceRingBuffer): u32 {
    self.ring_buffer.length() as u32
}

/// The entry `index` epochs after the first.
#[syntax(index)]
public(package) fun ring_lookup(self: &EpochBalanceRingBuffer, index: u32): &EpochBalance {
    &self.ring_buffer[self.position(index)]
}

/// The entry `index` epochs after the first, mutable.
#[syntax(index)]
public(package) fun ring_lookup_mut(
    self: &mut EpochBalanceRingBuffer,
    index: u32,
): &mut EpochBalance {
    let position = self.position(index);
    &mut self.ring_buffer[position]
}

/// Takes out the first entry and appends one without an amount.
public(package) fun ring_pop_expand(self: &mut EpochBalanceRingBuffer): EpochBalance {
    let length = self.length();
    let position = self.position(0);
    let first = self.ring_buffer[position];
    *&mut self.ring_buffer[position] =
        EpochBalance { epoch: first.epoch + length, balance: 0 };
    self.current_index = (self.current_index + 1) % length;
    first
}

/// Where the entry `index` epochs after the first is in the vector.
fun position(self: &EpochBalanceRingBuffer, index: u32): u64 {
    assert!(index < self.length(), EIndexOutOfBounds);
    ((self.current_index + index) % self.length()) as u64
}
