// SPDX-License-Identifier: Apache-2.0

/// Questions about types.
module sui::types;

/// True if the type is a one-time witness: named like its module in upper case, not generic, one
/// `bool` field, built once when the package is published.
public native fun is_one_time_witness<T: drop>(_: &T): bool;
