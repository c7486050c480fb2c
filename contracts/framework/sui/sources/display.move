// SPDX-License-Identifier: Apache-2.0

/// Templates that tell wallets how to show objects of a type.
module sui::display;

use std::string::String;
use sui::event;
use sui::package::Publisher;
use sui::vec_map::{Self, VecMap};

/// The publisher did not publish `T`.
const ENotOwner: u64 = 0;
/// There are more names than values, or fewer.
const EVecLengthMismatch: u64 = 1;

/// The templates of `T`, which may name fields in braces.
public struct Display<phantom T: key> has key, store {
    id: UID,
    fields: VecMap<String, String>,
    version: u16,
}

/// A display was made.
public struct DisplayCreated<phantom T: key> has copy, drop {
    id: ID,
}

/// A version of the templates is in force.
public struct VersionUpdated<phantom T: key> has copy, drop {
    id: ID,
    version: u16,
    fields: VecMap<String, String>,
}

/// A display without templates. Aborts with `ENotOwner`.
public fun new<T: key>(pub: &Publisher, ctx: &mut TxContext): Display<T> {
    assert!(is_authorized<T>(pub), ENotOwner);
    create_internal(ctx)
}

/// A display with templates. Aborts with `ENotOwner`, `EVecLengthMismatch` or
/// `vec_map::EKeyAlreadyExists`.
public fun new_with_fields<T: key>(
    pub: &Publisher,
    fields: vector<String>,
    values: vector<String>,
    ctx: &mut TxContext,
): Display<T> {
    let mut display = new(pub, ctx);
    display.add_multiple(fields, values);
    display
}

/// Makes a display and gives it to the sender. Aborts with `ENotOwner`.
#[allow(lint(self_transfer))]
public entry fun create_and_keep<T: key>(pub: &Publisher, ctx: &mut TxContext) {
    transfer::public_transfer(new<T>(pub, ctx), ctx.sender())
}

/// Puts the present templates in force as a new version.
public entry fun update_version<T: key>(display: &mut Display<T>) {
    display.version = display.version + 1;
    event::emit(VersionUpdated<T> {
        id: object::id(display),
        version: display.version,
        fields: display.fields,
    })
}

/// Adds a template. Aborts with `vec_map::EKeyAlreadyExists`.
public entry fun add<T: key>(self: &mut Display<T>, name: String, value: String) {
    self.fields.insert(name, value)
}

/// Adds templates. Aborts with `EVecLengthMismatch` or `vec_map::EKeyAlreadyExists`.
public entry fun add_multiple<T: key>(
    self: &mut Display<T>,
    fields: vector<String>,
    values: vector<String>,
) {
    assert!(fields.length() == values.length(), EVecLengthMismatch);
    fields.zip_do!(values, |name, value| self.add(name, value))
}

/// Replaces a template. Aborts with `vec_map::EKeyDoesNotExist`.
public entry fun edit<T: key>(self: &mut Display<T>, name: String, value: String) {
    self.remove(name);
    self.add(name, value)
}

/// Takes a template out. Aborts with `vec_map::EKeyDoesNotExist`.
public entry fun remove<T: key>(self: &mut Display<T>, name: String) {
    self.fields.remove(&name);
}

/// True if the publisher published the package of `T`.
public fun is_authorized<T: key>(pub: &Publisher): bool {
    pub.from_package<T>()
}

/// The version in force.
public fun version<T: key>(d: &Display<T>): u16 {
    d.version
}

/// The templates.
public fun fields<T: key>(d: &Display<T>): &VecMap<String, String> {
    &d.fields
}

fun create_internal<T: key>(ctx: &mut TxContext): Display<T> {
    let display = Display { id: object::new(ctx), fields: vec_map::empty(), version: 0 };
    event::emit(DisplayCreated<T> { id: object::id(&display) });
    display
}
