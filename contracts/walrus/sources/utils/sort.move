/// Ordering of maps keyed by node ID.
///
/// Committees and signer bitmaps rely on one canonical member order: ascending node ID, read as a
/// 256-bit big-endian number. Both helpers are macros because the value type is arbitrary.
module walrus::sort;

use sui::vec_map::{Self, VecMap};

/// Returns the same map with its entries in ascending order of the node ID.
///
/// Insertion sort over three parallel vectors: almost all callers pass maps that are sorted
/// already up to a few entries, where this is linear. Entries with equal keys cannot occur.
public macro fun sort_vec_map_by_node_id<$V>($self: VecMap<ID, $V>): VecMap<ID, $V> {
    let map = $self;
    let (mut ids, mut values) = map.into_keys_values();
    let mut ranks = vector<u256>[];
    let count = ids.length();
    let mut i = 0;
    while (i < count) {
        ranks.push_back(ids[i].to_address().to_u256());
        let mut j = i;
        while (j > 0 && ranks[j - 1] > ranks[j]) {
            ranks.swap(j - 1, j);
            ids.swap(j - 1, j);
            values.swap(j - 1, j);
            j = j - 1;
        };
        i = i + 1;
    };
    vec_map::from_keys_values(ids, values)
}

/// Returns whether the entries of the map are in strictly ascending order of the node ID.
public macro fun is_vec_map_sorted_by_node_id<$V>($self: &VecMap<ID, $V>): bool {
    let map = $self;
    let ids = map.keys();
    let count = ids.length();
    let mut sorted = true;
    let mut i = 1;
    while (i < count) {
        if (ids[i - 1].to_address().to_u256() >= ids[i].to_address().to_u256()) {
            sorted = false;
        };
        i = i + 1;
    };
    sorted
}
