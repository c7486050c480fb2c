// SPDX-License-Identifier: Apache-2.0

/// Facts about the `address` type.
module std::address;

/// The number of bytes of an address.
public fun length(): u64 {
    32
}
