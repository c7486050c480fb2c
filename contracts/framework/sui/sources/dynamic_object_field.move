// SPDX-License-Identifier: Apache-2.0

/// Dynamic fields whose values stay objects that can be looked up by their own ID. A plain
/// dynamic field holds the ID, and the value belongs to the object of that field.
module sui::dynamic_object_field;

use sui::dynamic_field as field;

/// Keeps the names apart from those of plain dynamic fields.
public struct Wrapper<Name> has copy, drop, store {
    name: Name,
}

/// Adds a field. Aborts with `dynamic_field::EFieldAlreadyExists`.
public fun add<Name: copy + drop + store, Value: key + store>(
    object: &mut UID,
    name: Name,
    value: Value,
) {
    internal_add(object, name, value)
}

/// The value of a field. Aborts with the codes of `dynamic_field::borrow`.
public fun borrow<Name: copy + drop + store, Value: key + store>(
    object: &UID,
    name: Name,
): &Value {
    internal_borrow(object, name)
}

/// The value of a field, mutable. Aborts with the codes of `dynamic_field::borrow`.
public fun borrow_mut<Name: copy + drop + store, Value: key + store>(
    object: &mut UID,
    name: Name,
): &mut Value {
    internal_borrow_mut(object, name)
}

/// Takes a field out. Aborts with the codes of `dynamic_field::borrow`.
public fun remove<Name: copy + drop + store, Value: key + store>(
    object: &mut UID,
    name: Name,
): Value {
    internal_remove(object, name)
}

/// True if there is a field of this name, of any type.
public fun exists<Name: copy + drop + store>(object: &UID, name: Name): bool {
    field::exists_with_type<Wrapper<Name>, ID>(object, Wrapper { name })
}

/// The former name of `exists`.
public fun exists_<Name: copy + drop + store>(object: &UID, name: Name): bool {
    exists(object, name)
}

/// Takes a field out if it exists. Aborts with `dynamic_field::EFieldTypeMismatch`.
public fun remove_opt<Name: copy + drop + store, Value: key + store>(
    object: &mut UID,
    name: Name,
): Option<Value> {
    if (exists(object, name)) option::some(internal_remove(object, name)) else option::none()
}

/// True if there is a field of this name and type.
public fun exists_with_type<Name: copy + drop + store, Value: key + store>(
    object: &UID,
    name: Name,
): bool {
    internal_exists_with_type<Name, Value>(object, name)
}

/// The ID of the value of a field, `None` if there is no such field.
public fun id<Name: copy + drop + store>(object: &UID, name: Name): Option<ID> {
    if (!exists(object, name)) return option::none();
    let (_, value) = field::field_info(object, Wrapper { name });
    option::some(value.to_id())
}

public(package) fun internal_add<Name: copy + drop + store, Value: key>(
    object: &mut UID,
    name: Name,
    value: Value,
) {
    let key = Wrapper { name };
    field::add(object, key, object::id(&value));
    let (field, _) = field::field_info(object, key);
    field::add_child_object(field.to_address(), value)
}

public(package) fun internal_borrow<Name: copy + drop + store, Value: key>(
    object: &UID,
    name: Name,
): &Value {
    let (field, value) = field::field_info(object, Wrapper { name });
    field::borrow_child_object(field, value)
}

public(package) fun internal_borrow_mut<Name: copy + drop + store, Value: key>(
    object: &mut UID,
    name: Name,
): &mut Value {
    let (field, value) = field::field_info_mut(object, Wrapper { name });
    field::borrow_child_object_mut(field, value)
}

public(package) fun internal_remove<Name: copy + drop + store, Value: key>(
    object: &mut UID,
    name: Name,
): Value {
    let key = Wrapper { name };
    let (field, id) = field::field_info(object, key);
    let value = field::remove_child_object(field.to_address(), id);
    field::remove<Wrapper<Name>, ID>(object, key);
    value
}

public(package) fun internal_exists_with_type<Name: copy + drop + store, Value: key>(
    object: &UID,
    name: Name,
): bool {
    let key = Wrapper { name };
    if (!field::exists_with_type<Wrapper<Name>, ID>(object, key)) return false;
    let (field, id) = field::field_info(object, key);
    field::has_child_object_with_ty<Value>(field.to_address(), id)
}
