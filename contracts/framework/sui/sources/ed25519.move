// SPDX-License-Identifier: Apache-2.0

/// Ed25519 signatures.
module sui::ed25519;

/// True if `signature` (64 bytes) signs `msg` under `public_key` (32 bytes); false also for
/// malformed input.
public native fun ed25519_verify(
    signature: &vector<u8>,
    public_key: &vector<u8>,
    msg: &vector<u8>,
): bool;
