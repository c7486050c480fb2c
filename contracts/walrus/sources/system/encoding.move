/// Encoded sizes by encoding type.
module walrus::encoding;

use walrus::redstuff;

/// RedStuff over Reed-Solomon codes, the only supported encoding.
const RS2: u8 = 1;

/// The encoding type is not supported.
const EInvalidEncodingType: u64 = 0;

/// Bytes that all shards together store for a blob of `unencoded_length` bytes.
public fun encoded_blob_length(unencoded_length: u64, encoding_type: u8, n_shards: u16): u64 {
    assert!(encoding_type == RS2, EInvalidEncodingType);
    redstuff::encoded_blob_length(unencoded_length, n_shards)
}
