// SPDX-License-Identifier: Apache-2.0

/// The SHA-2 and SHA-3 hash functions with 32-byte digests.
module std::hash;

/// SHA2-256 of the bytes.
public native fun sha2_256(data: vector<u8>): vector<u8>;

/// SHA3-256 of the bytes.
public native fun sha3_256(data: vector<u8>): vector<u8>;
