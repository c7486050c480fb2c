// SPDX-License-Identifier: Apache-2.0

/// Identity of objects.
module sui::object;

use std::bcs;
use sui::address;

/// `id.to_bytes()`.
public use fun id_to_bytes as ID.to_bytes;

/// `id.to_address()`.
public use fun id_to_address as ID.to_address;

/// `uid.as_inner()`.
public use fun uid_as_inner as UID.as_inner;

/// `uid.to_inner()`.
public use fun uid_to_inner as UID.to_inner;

/// `uid.to_address()`.
public use fun uid_to_address as UID.to_address;

/// `uid.to_bytes()`.
public use fun uid_to_bytes as UID.to_bytes;

/// The sender is not `@0x0`.
#[allow(unused_const)]
const ENotSystemAddress: u64 = 0;

const SUI_CLOCK_OBJECT_ID: address = @0x6;
const SUI_RANDOM_ID: address = @0x8;

/// The name of an object. Any number of copies may exist, and the object need not.
public struct ID has copy, drop, store {
    bytes: address,
}

/// The identity of an object, its first field. No two exist with the same `ID`, and only
/// `delete` ends one.
public struct UID has store {
    id: ID,
}

/// The 32 bytes of an ID.
public fun id_to_bytes(id: &ID): vector<u8> {
    bcs::to_bytes(&id.bytes)
}

/// The ID as an address.
public fun id_to_address(id: &ID): address {
    id.bytes
}

/// The ID with these 32 bytes. Aborts with the code of `address::from_bytes`.
public fun id_from_bytes(bytes: vector<u8>): ID {
    ID { bytes: address::from_bytes(bytes) }
}

/// The ID with the bytes of this address.
public fun id_from_address(bytes: address): ID {
    ID { bytes }
}

/// The identity of the shared `Clock`.
public(package) fun clock(): UID {
    UID { id: ID { bytes: SUI_CLOCK_OBJECT_ID } }
}

/// The identity of the shared `Random`.
public(package) fun randomness_state(): UID {
    UID { id: ID { bytes: SUI_RANDOM_ID } }
}

/// A reference to the ID inside.
public fun uid_as_inner(uid: &UID): &ID {
    &uid.id
}

/// A copy of the ID inside.
public fun uid_to_inner(uid: &UID): ID {
    uid.id
}

/// The 32 bytes of the ID inside.
public fun uid_to_bytes(uid: &UID): vector<u8> {
    uid.id.to_bytes()
}

/// The ID inside as an address.
public fun uid_to_address(uid: &UID): address {
    uid.id.bytes
}

/// An identity that never existed before.
public fun new(ctx: &mut TxContext): UID {
    UID { id: ID { bytes: ctx.fresh_object_address() } }
}

/// Ends an identity. Must be called when an object is unpacked for good.
public fun delete(id: UID) {
    let UID { id: ID { bytes } } = id;
    delete_impl(bytes)
}

/// The ID of an object.
public fun id<T: key>(obj: &T): ID {
    borrow_uid(obj).id
}

/// A reference to the ID of an object.
public fun borrow_id<T: key>(obj: &T): &ID {
    &borrow_uid(obj).id
}

/// The 32 bytes of the ID of an object.
public fun id_bytes<T: key>(obj: &T): vector<u8> {
    borrow_uid(obj).id.to_bytes()
}

/// The ID of an object as an address.
public fun id_address<T: key>(obj: &T): address {
    borrow_uid(obj).id.bytes
}

/// The identity of a dynamic field, whose ID is computed.
public(package) fun new_uid_from_hash(bytes: address): UID {
    record_new_uid(bytes);
    UID { id: ID { bytes } }
}

native fun borrow_uid<T: key>(obj: &T): &UID;

native fun delete_impl(id: address);

native fun record_new_uid(id: address);

/// The ID made last in this transaction.
#[test_only]
public fun last_created(ctx: &TxContext): ID {
    ID { bytes: ctx.last_created_object_id() }
}
