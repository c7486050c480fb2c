// SPDX-License-Identifier: Apache-2.0

/// A queue that hands out the entry of highest priority, kept as a binary heap. Which of several
/// entries with equal priority comes first follows from the heap operations, which are those of
/// the chain: an entry moves only past strictly smaller ones, the left child before the right.
module sui::priority_queue;

/// The queue is empty.
const EPopFromEmptyHeap: u64 = 0;
/// There are more priorities than values, or fewer.
const EMismatchedLengths: u64 = 1;
/// An index is not below the number of entries.
#[allow(unused_const)]
const EIndexOutOfBounds: u64 = 2;

/// Entries in heap order: none has a higher priority than its parent at `(index - 1) / 2`.
public struct PriorityQueue<T: drop> has drop, store {
    entries: vector<Entry<T>>,
}

/// A value and its priority; the highest comes first.
public struct Entry<T: drop> has drop, store {
    priority: u64,
    value: T,
}

/// A queue of these entries.
public fun new<T: drop>(mut entries: vector<Entry<T>>): PriorityQueue<T> {
    let mut parents = entries.length() / 2;
    while (parents > 0) {
        parents = parents - 1;
        sift_down(&mut entries, parents);
    };
    PriorityQueue { entries }
}

/// Takes out the priority and value of the first entry. Aborts with `EPopFromEmptyHeap`.
public fun pop_max<T: drop>(pq: &mut PriorityQueue<T>): (u64, T) {
    assert!(!pq.entries.is_empty(), EPopFromEmptyHeap);
    let Entry { priority, value } = pq.entries.swap_remove(0);
    sift_down(&mut pq.entries, 0);
    (priority, value)
}

/// Adds a value.
public fun insert<T: drop>(pq: &mut PriorityQueue<T>, priority: u64, value: T) {
    let mut at = pq.entries.length();
    pq.entries.push_back(Entry { priority, value });
    while (at > 0) {
        let parent = (at - 1) / 2;
        if (pq.entries[at].priority <= pq.entries[parent].priority) break;
        pq.entries.swap(at, parent);
        at = parent;
    }
}

/// An entry for `new`.
public fun new_entry<T: drop>(priority: u64, value: T): Entry<T> {
    Entry { priority, value }
}

/// Entries for `new`. Aborts with `EMismatchedLengths`.
public fun create_entries<T: drop>(p: vector<u64>, v: vector<T>): vector<Entry<T>> {
    assert!(p.length() == v.length(), EMismatchedLengths);
    p.zip_map!(v, |priority, value| Entry { priority, value })
}

/// The priorities in heap order.
public fun priorities<T: drop>(pq: &PriorityQueue<T>): vector<u64> {
    pq.entries.map_ref!(|entry| entry.priority)
}

/// Moves the entry at `at` down until no child has a higher priority.
fun sift_down<T: drop>(entries: &mut vector<Entry<T>>, mut at: u64) {
    let len = entries.length();
    loop {
        let left = 2 * at + 1;
        if (left >= len) break;
        let right = left + 1;
        let mut largest = at;
        if (entries[left].priority > entries[largest].priority) largest = left;
        if (right < len && entries[right].priority > entries[largest].priority) largest = right;
        if (largest == at) break;
        entries.swap(largest, at);
        at = largest;
    }
}
