// SPDX-License-Identifier: Apache-2.0

/// Types as text: `address::module::Name<arguments>` with 64-digit addresses, or the name of a
/// primitive type.
module std::type_name;

use std::ascii::String;

/// A primitive type has no module.
const ENonModuleType: u64 = 0;

const COLON: u8 = 58;
const VECTOR_PREFIX: vector<u8> = b"vector<";
const PRIMITIVES: vector<vector<u8>> = vector[
    b"bool",
    b"u8",
    b"u16",
    b"u32",
    b"u64",
    b"u128",
    b"u256",
    b"address",
];

/// The canonical text of a type.
public struct TypeName has copy, drop, store {
    name: String,
}

/// The name of `T` with the package versions that introduced each type.
public native fun with_defining_ids<T>(): TypeName;

/// The name of `T` with the first versions of the packages.
public native fun with_original_ids<T>(): TypeName;

/// The package version that introduced `T`. Aborts with `ENonModuleType`.
public native fun defining_id<T>(): address;

/// The first version of the package of `T`. Aborts with `ENonModuleType`.
public native fun original_id<T>(): address;

/// The former name of `with_defining_ids`.
public fun get<T>(): TypeName {
    with_defining_ids<T>()
}

/// The former name of `with_original_ids`.
public fun get_with_original_ids<T>(): TypeName {
    with_original_ids<T>()
}

/// True for integers, `bool`, `address` and vectors.
public fun is_primitive(self: &TypeName): bool {
    let name = self.name.as_bytes();
    let primitives = PRIMITIVES;
    let vector_prefix = VECTOR_PREFIX;
    primitives.contains(name) || starts_with(name, &vector_prefix)
}

fun starts_with(text: &vector<u8>, prefix: &vector<u8>): bool {
    if (text.length() < prefix.length()) return false;
    let mut i = 0;
    while (i < prefix.length() && text[i] == prefix[i]) i = i + 1;
    i == prefix.length()
}

/// The text of the name.
public fun as_string(self: &TypeName): &String {
    &self.name
}

/// The former name of `as_string`.
public fun borrow_string(self: &TypeName): &String {
    self.as_string()
}

/// The address part, 64 hexadecimal digits. Aborts with `ENonModuleType`.
public fun address_string(self: &TypeName): String {
    if (self.is_primitive()) abort ENonModuleType;
    self.name.substring(0, std::address::length() * 2)
}

/// The module part. Aborts with `ENonModuleType`.
public fun module_string(self: &TypeName): String {
    if (self.is_primitive()) abort ENonModuleType;
    let start = std::address::length() * 2 + 2;
    let bytes = self.name.as_bytes();
    let mut end = start;
    while (bytes[end] != COLON) end = end + 1;
    self.name.substring(start, end)
}

/// The name of the type without address and module but with its arguments. Aborts with
/// `ENonModuleType`.
public fun datatype_string(self: &TypeName): String {
    let start = std::address::length() * 2 + 2 + self.module_string().length() + 2;
    self.name.substring(start, self.name.length())
}

/// The name as text.
public fun into_string(self: TypeName): String {
    self.name
}
