// SPDX-License-Identifier: Apache-2.0

/// A `bag` whose values stay objects that can be looked up by their own ID.
module sui::object_bag;

use sui::dynamic_object_field as field;

/// There are entries.
const EBagNotEmpty: u64 = 0;

/// The owner of the entries, which are dynamic object fields.
public struct ObjectBag has key, store {
    id: UID,
    size: u64,
}

/// A bag without entries.
public fun new(ctx: &mut TxContext): ObjectBag {
    ObjectBag { id: object::new(ctx), size: 0 }
}

/// Adds an entry. Aborts with `dynamic_field::EFieldAlreadyExists`.
public fun add<K: copy + drop + store, V: key + store>(bag: &mut ObjectBag, k: K, v: V) {
    field::add(&mut bag.id, k, v);
    bag.size = bag.size + 1
}

/// The value of a key. Aborts with the codes of `dynamic_field::borrow`.
#[syntax(index)]
public fun borrow<K: copy + drop + store, V: key + store>(bag: &ObjectBag, k: K): &V {
    field::borrow(&bag.id, k)
}

/// The value of a key, mutable. Aborts with the codes of `dynamic_field::borrow`.
#[syntax(index)]
public fun borrow_mut<K: copy + drop + store, V: key + store>(bag: &mut ObjectBag, k: K): &mut V {
    field::borrow_mut(&mut bag.id, k)
}

/// Takes an entry out. Aborts with the codes of `dynamic_field::borrow`.
public fun remove<K: copy + drop + store, V: key + store>(bag: &mut ObjectBag, k: K): V {
    let v = field::remove(&mut bag.id, k);
    bag.size = bag.size - 1;
    v
}

/// True if the key is in the bag, with a value of any type.
public fun contains<K: copy + drop + store>(bag: &ObjectBag, k: K): bool {
    field::exists(&bag.id, k)
}

/// True if the key is in the bag with a value of type `V`.
public fun contains_with_type<K: copy + drop + store, V: key + store>(bag: &ObjectBag, k: K): bool {
    field::exists_with_type<K, V>(&bag.id, k)
}

/// The number of entries.
public fun length(bag: &ObjectBag): u64 {
    bag.size
}

/// True if there are no entries.
public fun is_empty(bag: &ObjectBag): bool {
    bag.size == 0
}

/// Ends an empty bag. Aborts with `EBagNotEmpty`.
public fun destroy_empty(bag: ObjectBag) {
    let ObjectBag { id, size } = bag;
    assert!(size == 0, EBagNotEmpty);
    id.delete()
}

/// The ID of the value of a key, `None` if it is not in the bag.
public fun value_id<K: copy + drop + store>(bag: &ObjectBag, k: K): Option<ID> {
    field::id(&bag.id, k)
}
