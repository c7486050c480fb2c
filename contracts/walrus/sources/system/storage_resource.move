/// Reservations of storage: so many bytes for a range of epochs.
///
/// A reservation is a plain owned object. It can be traded, cut into smaller ones by size or by
/// time, put together again, and finally be spent on a blob.
module walrus::storage_resource;

/// A reservation cannot be cut at this epoch.
const EInvalidEpoch: u64 = 0;
/// The epoch ranges can be put together neither by size nor by time.
const EIncompatibleEpochs: u64 = 1;
/// The sizes do not fit the operation.
const EIncompatibleAmount: u64 = 2;
/// A reservation must cover at least one epoch.
const EInvalidEpochRange: u64 = 3;

/// A reservation of `storage_size` bytes of encoded data.
public struct Storage has key, store {
    id: UID,
    /// First epoch of the reservation.
    start_epoch: u32,
    /// First epoch after the reservation.
    end_epoch: u32,
    /// Encoded bytes.
    storage_size: u64,
}

// === Accessors ===

/// First epoch of the reservation.
public fun start_epoch(self: &Storage): u32 {
    self.start_epoch
}

/// First epoch after the reservation.
public fun end_epoch(self: &Storage): u32 {
    self.end_epoch
}

/// Reserved bytes.
public fun size(self: &Storage): u64 {
    self.storage_size
}

// === Creation and growth: only the system may do this, after it has accounted for the space ===

/// Creates a reservation for the epochs `start_epoch` to `end_epoch - 1`.
public(package) fun create_storage(
    start_epoch: u32,
    end_epoch: u32,
    storage_size: u64,
    ctx: &mut TxContext,
): Storage {
    assert!(start_epoch < end_epoch, EInvalidEpochRange);
    Storage { id: object::new(ctx), start_epoch, end_epoch, storage_size }
}

/// Moves the end by `extension_epochs`.
public(package) fun extend_end_epoch(self: &mut Storage, extension_epochs: u32) {
    self.end_epoch = self.end_epoch + extension_epochs;
}

/// Adds bytes to the reservation.
public(package) fun increase_size(self: &mut Storage, additional_size: u64) {
    self.storage_size = self.storage_size + additional_size;
}

// === Cutting ===

/// Ends `storage` at `split_epoch` and returns a reservation of the same size for the epochs cut
/// off. Both parts must cover at least one epoch.
public fun split_by_epoch(
    storage: &mut Storage,
    split_epoch: u32,
    ctx: &mut TxContext,
): Storage {
    assert!(
        storage.start_epoch < split_epoch && split_epoch < storage.end_epoch,
        EInvalidEpoch,
    );
    let rest = create_storage(split_epoch, storage.end_epoch, storage.storage_size, ctx);
    storage.end_epoch = split_epoch;
    rest
}

/// Leaves `split_size` bytes in `storage` and returns a reservation of the other bytes for the same
/// epochs. Either part may be empty.
public fun split_by_size(storage: &mut Storage, split_size: u64, ctx: &mut TxContext): Storage {
    assert!(split_size <= storage.storage_size, EIncompatibleAmount);
    let rest_size = storage.storage_size - split_size;
    let rest = create_storage(storage.start_epoch, storage.end_epoch, rest_size, ctx);
    storage.storage_size = split_size;
    rest
}

// === Putting together ===

/// Adds the epochs of `second`, which must be adjacent on either side and of the same size.
public fun fuse_periods(first: &mut Storage, second: Storage) {
    let Storage { id, start_epoch, end_epoch, storage_size } = second;
    id.delete();
    assert!(storage_size == first.storage_size, EIncompatibleAmount);
    if (start_epoch == first.end_epoch) {
        first.end_epoch = end_epoch;
    } else {
        assert!(end_epoch == first.start_epoch, EIncompatibleEpochs);
        first.start_epoch = start_epoch;
    }
}

/// Adds the bytes of `second`, which must be for the same epochs.
public fun fuse_amount(first: &mut Storage, second: Storage) {
    let Storage { id, start_epoch, end_epoch, storage_size } = second;
    id.delete();
    assert!(
        start_epoch == first.start_epoch && end_epoch == first.end_epoch,
        EIncompatibleEpochs,
    );
    first.increase_size(storage_size);
}

/// Puts two reservations together: by size if they start together, otherwise by time.
public fun fuse(first: &mut Storage, second: Storage) {
    if (first.start_epoch == second.start_epoch) {
        first.fuse_amount(second)
    } else {
        first.fuse_periods(second)
    }
}

/// Throws a reservation away. Nothing is refunded and the space stays accounted for.
public fun destroy(storage: Storage) {
    let Storage { id, .. } = storage;
    id.delete();
}
