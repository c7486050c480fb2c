// SPDX-License-Identifier: Apache-2.0

/// Binary canonical serialization.
module std::bcs;

/// The BCS bytes of a value.
public native fun to_bytes<MoveValue>(v: &MoveValue): vector<u8>;
