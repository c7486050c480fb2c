/// A struct field whose value lives outside of its parent object.
///
/// Large, rarely read values are kept in a dynamic field so that reading or writing the parent does
/// not carry them along.
module walrus::extended_field;

use sui::dynamic_field;

/// Handle embedded in the parent; the value is found under `Key()`.
public struct ExtendedField<phantom T: store> has key, store {
    id: UID,
}

/// Name of the only dynamic field of an `ExtendedField`.
public struct Key() has copy, drop, store;

/// Stores `value` out of line and returns the handle for it.
public fun new<T: store>(value: T, ctx: &mut TxContext): ExtendedField<T> {
    let mut id = object::new(ctx);
    dynamic_field::add(&mut id, Key(), value);
    ExtendedField { id }
}

/// Reads the value.
public fun borrow<T: store>(field: &ExtendedField<T>): &T {
    dynamic_field::borrow(&field.id, Key())
}

/// Gives mutable access to the value.
public fun borrow_mut<T: store>(field: &mut ExtendedField<T>): &mut T {
    dynamic_field::borrow_mut(&mut field.id, Key())
}

/// Puts `value` in place of the stored one and returns the latter.
public fun swap<T: store>(field: &mut ExtendedField<T>, value: T): T {
    let previous = dynamic_field::remove(&mut field.id, Key());
    dynamic_field::add(&mut field.id, Key(), value);
    previous
}

/// Deletes the handle and returns the value.
public fun destroy<T: store>(field: ExtendedField<T>): T {
    let ExtendedField { mut id } = field;
    let value = dynamic_field::remove(&mut id, Key());
    id.delete();
    value
}
