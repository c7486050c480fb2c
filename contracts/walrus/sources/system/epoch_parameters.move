/// Parameters that the committee votes fix for the next epoch.
module walrus::epoch_parameters;

/// Only the capacity takes effect at the epoch change: prices follow the votes immediately and are
/// set on the system object on their own.
public struct EpochParams has copy, drop, store {
    /// Bytes of encoded data the network offers.
    total_capacity_size: u64,
    /// FROST per storage unit and epoch.
    storage_price_per_unit_size: u64,
    /// FROST per storage unit written.
    write_price_per_unit_size: u64,
}

/// Bundles the three values.
public(package) fun new(
    total_capacity_size: u64,
    storage_price_per_unit_size: u64,
    write_price_per_unit_size: u64,
): EpochParams {
    EpochParams { total_capacity_size, storage_price_per_unit_size, write_price_per_unit_size }
}

/// Capacity in bytes.
public(package) fun capacity(self: &EpochParams): u64 {
    self.total_capacity_size
}

/// Storage price in FROST per unit and epoch.
public(package) fun storage_price(self: &EpochParams): u64 {
    self.storage_price_per_unit_size
}

/// Write price in FROST per unit.
public(package) fun write_price(self: &EpochParams): u64 {
    self.write_price_per_unit_size
}
