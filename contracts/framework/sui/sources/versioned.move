// SPDX-License-Identifier: Apache-2.0

/// A value whose type can change from version to version, kept as a dynamic field named by the
/// version number.
module sui::versioned;

use sui::dynamic_field;

/// The upgrade does not belong to this value, or goes backwards.
const EInvalidUpgrade: u64 = 0;

/// The owner of the value.
public struct Versioned has key, store {
    id: UID,
    version: u64,
}

/// The obligation to put a new version in place of the removed one.
public struct VersionChangeCap {
    versioned_id: ID,
    old_version: u64,
}

/// A value at its first version.
public fun create<T: store>(init_version: u64, init_value: T, ctx: &mut TxContext): Versioned {
    let mut self = Versioned { id: object::new(ctx), version: init_version };
    dynamic_field::add(&mut self.id, init_version, init_value);
    self
}

/// The present version.
public fun version(self: &Versioned): u64 {
    self.version
}

/// The value. Aborts with the codes of `dynamic_field::borrow`.
public fun load_value<T: store>(self: &Versioned): &T {
    dynamic_field::borrow(&self.id, self.version)
}

/// The value, mutable. Aborts with the codes of `dynamic_field::borrow`.
public fun load_value_mut<T: store>(self: &mut Versioned): &mut T {
    dynamic_field::borrow_mut(&mut self.id, self.version)
}

/// Takes the value out; `upgrade` must follow.
public fun remove_value_for_upgrade<T: store>(self: &mut Versioned): (T, VersionChangeCap) {
    let cap = VersionChangeCap { versioned_id: object::id(self), old_version: self.version };
    (dynamic_field::remove(&mut self.id, self.version), cap)
}

/// Puts the value of a later version in. Aborts with `EInvalidUpgrade`.
public fun upgrade<T: store>(
    self: &mut Versioned,
    new_version: u64,
    new_value: T,
    cap: VersionChangeCap,
) {
    let VersionChangeCap { versioned_id, old_version } = cap;
    assert!(versioned_id == object::id(self), EInvalidUpgrade);
    assert!(old_version < new_version, EInvalidUpgrade);
    dynamic_field::add(&mut self.id, new_version, new_value);
    self.version = new_version
}

/// Takes the value out and ends the owner.
public fun destroy<T: store>(self: Versioned): T {
    let Versioned { mut id, version } = self;
    let value = dynamic_field::remove(&mut id, version);
    id.delete();
    value
}
