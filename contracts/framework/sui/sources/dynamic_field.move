// SPDX-License-Identifier: Apache-2.0

/// Fields that are added to an object at run time, named by values of any type. Each is an
/// object of its own whose ID follows from the parent and the name.
module sui::dynamic_field;

/// The object has a field of this name.
const EFieldAlreadyExists: u64 = 0;
/// The object has no field of this name. (Raised by natives.)
#[allow(unused_const)]
const EFieldDoesNotExist: u64 = 1;
/// The field has a value of another type. (Raised by natives.)
#[allow(unused_const)]
const EFieldTypeMismatch: u64 = 2;
/// The name could not be serialized. (Raised by natives.)
#[allow(unused_const)]
const EBCSSerializationFailure: u64 = 3;

/// The object that holds a field.
public struct Field<Name: copy + drop + store, Value: store> has key {
    id: UID,
    name: Name,
    value: Value,
}

/// Adds a field. Aborts with `EFieldAlreadyExists`.
public fun add<Name: copy + drop + store, Value: store>(
    object: &mut UID,
    name: Name,
    value: Value,
) {
    let parent = object.to_address();
    let hash = hash_type_and_key(parent, name);
    assert!(!has_child_object(parent, hash), EFieldAlreadyExists);
    add_child_object(parent, Field { id: object::new_uid_from_hash(hash), name, value })
}

/// The value of a field. Aborts with `EFieldDoesNotExist` or `EFieldTypeMismatch`.
public fun borrow<Name: copy + drop + store, Value: store>(object: &UID, name: Name): &Value {
    let hash = hash_type_and_key(object.to_address(), name);
    &borrow_child_object<Field<Name, Value>>(object, hash).value
}

/// The value of a field, mutable. Aborts with `EFieldDoesNotExist` or `EFieldTypeMismatch`.
public fun borrow_mut<Name: copy + drop + store, Value: store>(
    object: &mut UID,
    name: Name,
): &mut Value {
    let hash = hash_type_and_key(object.to_address(), name);
    &mut borrow_child_object_mut<Field<Name, Value>>(object, hash).value
}

/// Takes a field out. Aborts with `EFieldDoesNotExist` or `EFieldTypeMismatch`.
public fun remove<Name: copy + drop + store, Value: store>(object: &mut UID, name: Name): Value {
    let parent = object.to_address();
    let hash = hash_type_and_key(parent, name);
    let Field { id, name: _, value } = remove_child_object<Field<Name, Value>>(parent, hash);
    id.delete();
    value
}

/// True if there is a field of this name, of any type.
public fun exists<Name: copy + drop + store>(object: &UID, name: Name): bool {
    let parent = object.to_address();
    has_child_object(parent, hash_type_and_key(parent, name))
}

/// The former name of `exists`.
public fun exists_<Name: copy + drop + store>(object: &UID, name: Name): bool {
    exists(object, name)
}

/// Takes a field out if it exists. Aborts with `EFieldTypeMismatch`.
public fun remove_opt<Name: copy + drop + store, Value: store>(
    object: &mut UID,
    name: Name,
): Option<Value> {
    if (exists(object, name)) option::some(remove(object, name)) else option::none()
}

/// The former name of `remove_opt`.
public fun remove_if_exists<Name: copy + drop + store, Value: store>(
    object: &mut UID,
    name: Name,
): Option<Value> {
    remove_opt(object, name)
}

/// True if there is a field of this name and type.
public fun exists_with_type<Name: copy + drop + store, Value: store>(
    object: &UID,
    name: Name,
): bool {
    let parent = object.to_address();
    has_child_object_with_ty<Field<Name, Value>>(parent, hash_type_and_key(parent, name))
}

/// The identity of the field object of a dynamic object field, and the address of its value.
public(package) fun field_info<Name: copy + drop + store>(
    object: &UID,
    name: Name,
): (&UID, address) {
    let hash = hash_type_and_key(object.to_address(), name);
    let field = borrow_child_object<Field<Name, ID>>(object, hash);
    (&field.id, field.value.to_address())
}

/// Like `field_info`, the identity mutable.
public(package) fun field_info_mut<Name: copy + drop + store>(
    object: &mut UID,
    name: Name,
): (&mut UID, address) {
    let hash = hash_type_and_key(object.to_address(), name);
    let field = borrow_child_object_mut<Field<Name, ID>>(object, hash);
    (&mut field.id, field.value.to_address())
}

/// The address of the field object of a name.
public(package) native fun hash_type_and_key<K: copy + drop + store>(
    parent: address,
    k: K,
): address;

public(package) native fun add_child_object<Child: key>(parent: address, child: Child);

public(package) native fun borrow_child_object<Child: key>(object: &UID, id: address): &Child;

public(package) native fun borrow_child_object_mut<Child: key>(
    object: &mut UID,
    id: address,
): &mut Child;

public(package) native fun remove_child_object<Child: key>(parent: address, id: address): Child;

public(package) native fun has_child_object(parent: address, id: address): bool;

public(package) native fun has_child_object_with_ty<Child: key>(
    parent: address,
    id: address,
): bool;
