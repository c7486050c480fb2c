// SPDX-License-Identifier: Apache-2.0

/// A `table` whose keys and values may have different types.
module sui::bag;

use sui::dynamic_field as field;

/// There are entries.
const EBagNotEmpty: u64 = 0;

/// The owner of the entries, which are dynamic fields.
public struct Bag has key, store {
    id: UID,
    size: u64,
}

/// A bag without entries.
public fun new(ctx: &mut TxContext): Bag {
    Bag { id: object::new(ctx), size: 0 }
}

/// Adds an entry. Aborts with `dynamic_field::EFieldAlreadyExists`.
public fun add<K: copy + drop + store, V: store>(bag: &mut Bag, k: K, v: V) {
    field::add(&mut bag.id, k, v);
    bag.size = bag.size + 1
}

/// The value of a key. Aborts with the codes of `dynamic_field::borrow`.
#[syntax(index)]
public fun borrow<K: copy + drop + store, V: store>(bag: &Bag, k: K): &V {
    field::borrow(&bag.id, k)
}

/// The value of a key, mutable. Aborts with the codes of `dynamic_field::borrow`.
#[syntax(index)]
public fun borrow_mut<K: copy + drop + store, V: store>(bag: &mut Bag, k: K): &mut V {
    field::borrow_mut(&mut bag.id, k)
}

/// Takes an entry out. Aborts with the codes of `dynamic_field::borrow`.
public fun remove<K: copy + drop + store, V: store>(bag: &mut Bag, k: K): V {
    let v = field::remove(&mut bag.id, k);
    bag.size = bag.size - 1;
    v
}

/// True if the key is in the bag, with a value of any type.
public fun contains<K: copy + drop + store>(bag: &Bag, k: K): bool {
    field::exists(&bag.id, k)
}

/// True if the key is in the bag with a value of type `V`.
public fun contains_with_type<K: copy + drop + store, V: store>(bag: &Bag, k: K): bool {
    field::exists_with_type<K, V>(&bag.id, k)
}

/// The number of entries.
public fun length(bag: &Bag): u64 {
    bag.size
}

/// True if there are no entries.
public fun is_empty(bag: &Bag): bool {
    bag.size == 0
}

/// Ends an empty bag. Aborts with `EBagNotEmpty`.
public fun destroy_empty(bag: Bag) {
    let Bag { id, size } = bag;
    assert!(size == 0, EBagNotEmpty);
    id.delete()
}
