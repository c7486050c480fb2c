// SPDX-License-Identifier: Apache-2.0

/// Hash functions with 32-byte digests.
module sui::hash;

/// BLAKE2b-256 of the bytes.
public native fun blake2b256(data: &vector<u8>): vector<u8>;

/// Keccak-256 of the bytes.
public native fun keccak256(data: &vector<u8>): vector<u8>;
