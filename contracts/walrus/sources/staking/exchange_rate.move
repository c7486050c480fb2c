/// The ratio between WAL and pool shares at one epoch.
///
/// A share is worth at least one FROST and never loses value: rewards raise the WAL side only. All
/// conversions round down, so rounding is always in favour of the pool.
module walrus::pool_exchange_rate;

// Error codes.

/// There are more shares than WAL.
const EInvalidRate: u64 = 0;

/// Ratio of WAL to shares.
public enum PoolExchangeRate has copy, drop, store {
    /// One share is one FROST; also the rate of a pool that is empty on either side.
    Flat,
    /// `share_amount` shares are worth `wal_amount` FROST. Kept in 128 bits so that products of two
    /// amounts cannot overflow.
    Variable { wal_amount: u128, share_amount: u128 },
}

/// Returns the rate of one to one.
public(package) fun flat(): PoolExchangeRate {
    PoolExchangeRate::Flat
}

/// Returns the rate of a pool that holds `wal_amount` FROST against `share_amount` shares.
public(package) fun new(wal_amount: u64, share_amount: u64): PoolExchangeRate {
    assert!(share_amount <= wal_amount, EInvalidRate);
    if (wal_amount == 0 || share_amount == 0) {
        PoolExchangeRate::Flat
    } else {
        PoolExchangeRate::Variable {
            wal_amount: wal_amount as u128,
            share_amount: share_amount as u128,
        }
    }
}

/// Returns what `amount` shares are worth, in FROST, rounded down.
public(package) fun convert_to_wal_amount(exchange_rate: &PoolExchangeRate, amount: u64): u64 {
    match (exchange_rate) {
        PoolExchangeRate::Flat => amount,
        PoolExchangeRate::Variable { wal_amount, share_amount } => {
            (((amount as u128) * *wal_amount) / *share_amount) as u64
        },
    }
}

/// Returns how many shares `amount` FROST buy, rounded down.
public(package) fun convert_to_share_amount(exchange_rate: &PoolExchangeRate, amount: u64): u64 {
    match (exchange_rate) {
        PoolExchangeRate::Flat => amount,
        PoolExchangeRate::Variable { wal_amount, share_amount } => {
            (((amount as u128) * *share_amount) / *wal_amount) as u64
        },
    }
}
