/// Which node holds which shard numbers in one epoch.
///
/// Members are always kept in ascending order of the node ID taken as a 256-bit big-endian number;
/// the position of a member is also its position in the BLS committee and in signer bitmaps. The
/// shard numbers inside a member are in no particular order.
module walrus::committee;

use sui::vec_map::{Self, VecMap};
use walrus::sort;

// Error codes.

/// The old and the new committee do not hold the same number of shards.
const EInvalidShardAssignment: u64 = 0;

/// Shard numbers by node ID, sorted by node ID.
public struct Committee(VecMap<ID, vector<u16>>) has copy, drop, store;

/// Returns a committee without members.
public(package) fun empty(): Committee {
    Committee(vec_map::empty())
}

/// Returns whether the node is a member.
public(package) fun contains(cmt: &Committee, node_id: &ID): bool {
    cmt.0.contains(node_id)
}

/// Builds the first committee of a network: nodes in ascending order of their ID receive
/// consecutive shard numbers, starting at 0. A node with count 0 keeps an empty list.
public(package) fun initialize(assigned_number: VecMap<ID, u16>): Committee {
    let (ids, counts) = sort::sort_vec_map_by_node_id!(assigned_number).into_keys_values();
    let mut next_shard = 0u16;
    let mut lists = vector<vector<u16>>[];
    counts.do!(|count| {
        let mut list = vector<u16>[];
        let end = next_shard + count;
        while (next_shard < end) {
            list.push_back(next_shard);
            next_shard = next_shard + 1;
        };
        lists.push_back(list);
    });
    Committee(vec_map::from_keys_values(ids, lists))
}

/// Builds the committee that follows `cmt` for a new distribution of shard counts, moving as few
/// shards as possible.
///
/// Leaving members release all their shards, shrinking members release from the end of their list;
/// newcomers (in the order of the distribution) and then growing members (in the order of the old
/// committee) take from the end of the released shards. Aborts if the total number of shards would
/// change.
public(package) fun transition(cmt: &Committee, mut new_assignments: VecMap<ID, u16>): Committee {
    let (old_ids, old_lists) = cmt.to_inner().into_keys_values();

    let mut ids = vector<ID>[];
    let mut lists = vector<vector<u16>>[];
    let mut growing_ids = vector<ID>[];
    let mut growing_lists = vector<vector<u16>>[];
    let mut growing_counts = vector<u16>[];
    let mut free = vector<u16>[];
    let mut old_total = 0u64;
    let mut new_total = 0u64;

    // What the old members keep and release.
    old_ids.zip_do!(old_lists, |node_id, mut list| {
        let held = list.length();
        old_total = old_total + held;
        let target = take_count(&mut new_assignments, &node_id);
        new_total = new_total + (target as u64);
        if (target == 0) {
            free.append(list);
        } else if ((target as u64) > held) {
            growing_ids.push_back(node_id);
            growing_lists.push_back(list);
            growing_counts.push_back(target);
        } else {
            while (list.length() > (target as u64)) free.push_back(list.pop_back());
            ids.push_back(node_id);
            lists.push_back(list);
        };
    });

    // What is left of the distribution are the newcomers.
    let (new_ids, new_counts) = new_assignments.into_keys_values();
    new_counts.do_ref!(|count| new_total = new_total + (*count as u64));
    assert!(old_total == new_total, EInvalidShardAssignment);

    new_ids.zip_do!(new_counts, |node_id, count| {
        if (count > 0) {
            ids.push_back(node_id);
            lists.push_back(take_shards(vector[], count, &mut free));
        };
    });
    ids.append(growing_ids);
    growing_lists.zip_do!(growing_counts, |list, count| {
        lists.push_back(take_shards(list, count, &mut free));
    });

    Committee(sort::sort_vec_map_by_node_id!(vec_map::from_keys_values(ids, lists)))
}

/// Returns the shard numbers of a member. Aborts in the framework if the node is not a member.
#[syntax(index)]
public fun shards(cmt: &Committee, node_id: &ID): &vector<u16> {
    cmt.0.get(node_id)
}

/// Returns the number of members.
public fun size(cmt: &Committee): u64 {
    cmt.0.length()
}

/// Returns a reference to the map from node ID to shard numbers.
public fun inner(cmt: &Committee): &VecMap<ID, vector<u16>> {
    &cmt.0
}

/// Returns a copy of the map from node ID to shard numbers.
public fun to_inner(cmt: &Committee): VecMap<ID, vector<u16>> {
    cmt.0
}

/// Returns the nodes that are members of the first committee only, and those that are members of
/// the second only. Both lists are in ascending order of the node ID.
public(package) fun diff(cmt_1: &Committee, cmt_2: &Committee): (vector<ID>, vector<ID>) {
    let ids_1 = cmt_1.0.keys();
    let ids_2 = cmt_2.0.keys();
    let mut only_1 = vector<ID>[];
    let mut only_2 = vector<ID>[];
    let mut i = 0;
    let mut j = 0;
    // Both lists are sorted, so one walk over them finds the members that have no partner.
    while (i < ids_1.length() && j < ids_2.length()) {
        let rank_1 = ids_1[i].to_address().to_u256();
        let rank_2 = ids_2[j].to_address().to_u256();
        if (rank_1 == rank_2) {
            i = i + 1;
            j = j + 1;
        } else if (rank_1 < rank_2) {
            only_1.push_back(ids_1[i]);
            i = i + 1;
        } else {
            only_2.push_back(ids_2[j]);
            j = j + 1;
        };
    };
    while (i < ids_1.length()) {
        only_1.push_back(ids_1[i]);
        i = i + 1;
    };
    while (j < ids_2.length()) {
        only_2.push_back(ids_2[j]);
        j = j + 1;
    };
    (only_1, only_2)
}

/// Removes a node from a distribution and returns its count, 0 if it is not part of it.
fun take_count(assignments: &mut VecMap<ID, u16>, node_id: &ID): u16 {
    let index = assignments.get_idx_opt(node_id);
    if (index.is_none()) return 0;
    let (_, count) = assignments.remove_entry_by_idx(index.destroy_some());
    count
}

/// Moves shards from the end of `free` to the end of `list` until it holds `count`.
fun take_shards(mut list: vector<u16>, count: u16, free: &mut vector<u16>): vector<u16> {
    while (list.length() < (count as u64)) list.push_back(free.pop_back());
    list
}

// === Test only ===

#[test_only]
/// Returns a committee with exactly the given map, which must be sorted by node ID.
public fun from_map_for_testing(map: VecMap<ID, vector<u16>>): Committee {
    assert!(sort::is_vec_map_sorted_by_node_id!(&map));
    Committee(map)
}
