/// The nodes that compete for shards, bounded in number.
///
/// The order of the nodes has a meaning: it breaks ties in the apportionment. It changes only by
/// insertion at the end, replacement in place, and removal (the last node moves into the gap).
module walrus::active_set;

// Error codes.

/// The size limit is 0.
const EZeroMaxSize: u64 = 0;
/// The node to insert is in the set already.
const EDuplicateInsertion: u64 = 1;

/// A node and its stake.
public struct ActiveSetEntry has copy, drop, store {
    node_id: ID,
    staked_amount: u64,
}

/// Nodes with stake, at most `max_size` of them.
public struct ActiveSet has copy, drop, store {
    /// Largest number of nodes.
    max_size: u16,
    /// Smallest stake of a node in the set.
    threshold_stake: u64,
    /// The nodes, in the order that breaks ties.
    nodes: vector<ActiveSetEntry>,
    /// Sum of all stakes in the set.
    total_stake: u64,
}

/// Creates a set without nodes. The limit must be positive.
public(package) fun new(max_size: u16, threshold_stake: u64): ActiveSet {
    assert!(max_size > 0, EZeroMaxSize);
    ActiveSet { max_size, threshold_stake, nodes: vector[], total_stake: 0 }
}

/// Brings the set up to date with the stake of a node and returns whether the node is in it
/// afterwards. A stake of 0 or below the threshold removes the node.
public(package) fun insert_or_update(set: &mut ActiveSet, node_id: ID, staked_amount: u64): bool {
    if (staked_amount == 0 || staked_amount < set.threshold_stake) {
        set.remove(node_id);
        return false
    };
    set.update(node_id, staked_amount) || set.insert(node_id, staked_amount)
}

/// Changes the stake of a node if it is in the set; returns whether it is.
public(package) fun update(set: &mut ActiveSet, node_id: ID, staked_amount: u64): bool {
    let index = set.index_of(node_id);
    if (index.is_none()) return false;
    set.replace_at(index.destroy_some(), node_id, staked_amount);
    true
}

/// Inserts a node that is not in the set. If the set is full it takes the place of the node with
/// the smallest stake, provided that stake is smaller than its own.
fun insert(set: &mut ActiveSet, node_id: ID, staked_amount: u64): bool {
    assert!(set.index_of(node_id).is_none(), EDuplicateInsertion);
    if (set.nodes.length() < (set.max_size as u64)) {
        set.total_stake = set.total_stake + staked_amount;
        set.nodes.push_back(ActiveSetEntry { node_id, staked_amount });
        return true
    };

    // Starting from the newcomer's stake finds the first of the smallest strictly smaller stakes.
    let mut smallest = staked_amount;
    let mut place = option::none<u64>();
    set.nodes.length().do!(|i| {
        let stake = set.nodes[i].staked_amount;
        if (stake < smallest) {
            smallest = stake;
            place = option::some(i);
        }
    });
    if (place.is_none()) return false;
    set.replace_at(place.destroy_some(), node_id, staked_amount);
    true
}

/// Removes a node if it is in the set; the last node moves into the gap.
public(package) fun remove(set: &mut ActiveSet, node_id: ID) {
    let index = set.index_of(node_id);
    if (index.is_none()) return;
    let entry = set.nodes.swap_remove(index.destroy_some());
    set.total_stake = set.total_stake - entry.staked_amount;
}

/// Changes the size limit. Nodes above it are kept.
public(package) fun set_max_size(set: &mut ActiveSet, max_size: u16) {
    set.max_size = max_size;
}

/// Returns the size limit.
public(package) fun max_size(set: &ActiveSet): u16 {
    set.max_size
}

/// Returns the number of nodes.
public(package) fun size(set: &ActiveSet): u16 {
    set.nodes.length() as u16
}

/// Returns the node IDs in order.
public(package) fun active_ids(set: &ActiveSet): vector<ID> {
    set.nodes.map_ref!(|entry| entry.node_id)
}

/// Returns the node IDs and their stakes, both in order.
public(package) fun active_ids_and_stake(set: &ActiveSet): (vector<ID>, vector<u64>) {
    (set.active_ids(), set.nodes.map_ref!(|entry| entry.staked_amount))
}

/// Returns the smallest stake of a node in the set.
public(package) fun threshold_stake(set: &ActiveSet): u64 {
    set.threshold_stake
}

/// Returns the sum of all stakes in the set.
public(package) fun total_stake(set: &ActiveSet): u64 {
    set.total_stake
}

fun index_of(set: &ActiveSet, node_id: ID): Option<u64> {
    set.nodes.find_index!(|entry| entry.node_id == node_id)
}

fun replace_at(set: &mut ActiveSet, index: u64, node_id: ID, staked_amount: u64) {
    let entry = &mut set.nodes[index];
    set.total_stake = set.total_stake - entry.staked_amount + staked_amount;
    *entry = ActiveSetEntry { node_id, staked_amount };
}

// === Test only ===

#[test_only]
/// Returns the stake of a node in the set, or 0.
public fun stake_for_testing(set: &ActiveSet, node_id: ID): u64 {
    let index = set.index_of(node_id);
    if (index.is_some()) set.nodes[index.destroy_some()].staked_amount else 0
}

#[test_only]
/// Inserts without the preceding lookup.
public fun insert_for_testing(set: &mut ActiveSet, node_id: ID, staked_amount: u64): bool {
    set.insert(node_id, staked_amount)
}
