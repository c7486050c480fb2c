// SPDX-License-Identifier: Apache-2.0

/// Ownership of objects.
module sui::transfer;

/// An object that is not new cannot become shared. (Raised by a native.)
#[allow(unused_const)]
const ESharedNonNewObject: u64 = 0;
/// An object could not be serialized. (Raised by a native.)
#[allow(unused_const)]
const EBCSSerializationFailure: u64 = 1;
/// The received object has another type. (Raised by a native.)
#[allow(unused_const)]
const EReceivingObjectTypeMismatch: u64 = 2;
/// The object cannot be received at this version by this parent. (Raised by a native.)
#[allow(unused_const)]
const EUnableToReceiveObject: u64 = 3;
/// The operation is not supported. (Raised by a native.)
#[allow(unused_const)]
const ENotSupported: u64 = 5;

/// The right to receive, in this transaction, an object that was sent to an object.
public struct Receiving<phantom T: key> has drop {
    id: ID,
    version: u64,
}

/// Gives an object to an address. Only for the module of `T`.
public fun transfer<T: key>(obj: T, recipient: address) {
    transfer_impl(obj, recipient)
}

/// Gives an object with `store` to an address.
public fun public_transfer<T: key + store>(obj: T, recipient: address) {
    transfer_impl(obj, recipient)
}

/// Makes an object immutable for ever. Only for the module of `T`.
public fun freeze_object<T: key>(obj: T) {
    freeze_object_impl(obj)
}

/// Makes an object with `store` immutable for ever.
public fun public_freeze_object<T: key + store>(obj: T) {
    freeze_object_impl(obj)
}

/// Makes a new object usable by everybody, or returns a shared one. Only for the module of
/// `T`. Aborts with `ESharedNonNewObject`.
public fun share_object<T: key>(obj: T) {
    share_object_impl(obj)
}

/// Makes a new object with `store` usable by everybody, or returns a shared one. Aborts with
/// `ESharedNonNewObject`.
public fun public_share_object<T: key + store>(obj: T) {
    share_object_impl(obj)
}

/// Takes an object that was sent to `parent`. Only for the module of `T`. Aborts with
/// `EReceivingObjectTypeMismatch` or `EUnableToReceiveObject`.
public fun receive<T: key>(parent: &mut UID, to_receive: Receiving<T>): T {
    let Receiving { id, version } = to_receive;
    receive_impl(parent.to_address(), id, version)
}

/// Takes an object with `store` that was sent to `parent`. Aborts with
/// `EReceivingObjectTypeMismatch` or `EUnableToReceiveObject`.
public fun public_receive<T: key + store>(parent: &mut UID, to_receive: Receiving<T>): T {
    let Receiving { id, version } = to_receive;
    receive_impl(parent.to_address(), id, version)
}

/// The object that can be received.
public fun receiving_object_id<T: key>(receiving: &Receiving<T>): ID {
    receiving.id
}

public(package) native fun transfer_impl<T: key>(obj: T, recipient: address);

public(package) native fun freeze_object_impl<T: key>(obj: T);

public(package) native fun share_object_impl<T: key>(obj: T);

native fun receive_impl<T: key>(parent: address, to_receive: ID, version: u64): T;

#[test_only]
public(package) fun make_receiver<T: key>(id: ID, version: u64): Receiving<T> {
    Receiving { id, version }
}

#[test_only]
public(package) fun unpack_receiver<T: key>(receiving: Receiving<T>): (ID, u64) {
    let Receiving { id, version } = receiving;
    (id, version)
}
