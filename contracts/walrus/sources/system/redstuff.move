/// Size arithmetic of the RedStuff encoding.
///
/// A blob is laid out as a matrix of equally large symbols which the code extends in both
/// dimensions. Each shard keeps one row (primary sliver) and one column (secondary sliver) of
/// source symbols, and the metadata of the whole blob.
module walrus::redstuff;

/// Bytes of one Merkle root.
const DIGEST_LEN: u64 = 32;
/// Bytes of a blob ID.
const BLOB_ID_LEN: u64 = 32;

/// Bytes that all `n_shards` shards together store for a blob of `unencoded_length` bytes.
///
/// Aborts with an arithmetic error if the blob needs symbols of more than 65,534 bytes.
public(package) fun encoded_blob_length(unencoded_length: u64, n_shards: u16): u64 {
    // A row has as many source symbols as there are columns and the other way round; together that
    // is the sum of both dimensions.
    let symbols_per_shard =
        (source_symbols_primary(n_shards) as u64) + (source_symbols_secondary(n_shards) as u64);
    let sliver_bytes = symbols_per_shard * (symbol_size(unencoded_length, n_shards) as u64);
    (n_shards as u64) * (sliver_bytes + metadata_size(n_shards))
}

/// Source symbols along the primary dimension: any so many primary slivers restore a blob.
fun source_symbols_primary(n_shards: u16): u16 {
    n_shards - 2 * max_byzantine(n_shards)
}

/// Source symbols along the secondary dimension: any so many secondary slivers restore a blob.
fun source_symbols_secondary(n_shards: u16): u16 {
    n_shards - max_byzantine(n_shards)
}

/// Source symbols of the whole matrix.
fun n_source_symbols(n_shards: u16): u64 {
    (source_symbols_primary(n_shards) as u64) * (source_symbols_secondary(n_shards) as u64)
}

/// Bytes per symbol: the smallest even size with which the matrix holds the blob. An empty blob is
/// encoded like one of a single byte.
fun symbol_size(mut unencoded_length: u64, n_shards: u16): u16 {
    if (unencoded_length == 0) {
        unencoded_length = 1;
    };
    // The cast and the addition are what rejects blobs that are too large.
    let minimum = unencoded_length.div_ceil(n_source_symbols(n_shards)) as u16;
    minimum + minimum % 2
}

/// Bytes of metadata each shard stores: two roots per sliver pair and the blob ID.
fun metadata_size(n_shards: u16): u64 {
    (n_shards as u64) * 2 * DIGEST_LEN + BLOB_ID_LEN
}

/// The largest number of faulty shards below a third.
fun max_byzantine(n_shards: u16): u16 {
    (n_shards - 1) / 3
}

/// Symbol size in bytes.
#[test_only]
public fun symbol_size_for_testing(unencoded_length: u64, n_shards: u16): u16 {
    symbol_size(unencoded_length, n_shards)
}

/// Primary and secondary source symbols, and bytes of metadata per shard.
#[test_only]
public fun parameters_for_testing(n_shards: u16): (u16, u16, u64) {
    (
        source_symbols_primary(n_shards),
        source_symbols_secondary(n_shards),
        metadata_size(n_shards),
    )
}
