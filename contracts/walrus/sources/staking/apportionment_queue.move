/// A priority queue for the apportionment of shards: the largest quotient comes first, and among
/// equal quotients the largest tie breaker.
///
/// Binary heap in a vector: the children of position i are at 2i + 1 and 2i + 2, and no child comes
/// before its parent.
module walrus::apportionment_queue;

use std::uq64_64::UQ64_64;

// Error codes.

/// The queue is empty.
const EPopFromEmptyHeap: u64 = 0;

/// Queue of values with fixed-point priorities.
public struct ApportionmentQueue<T> has drop {
    entries: vector<Entry<T>>,
}

/// One value in the queue.
public struct Entry<T> has drop {
    priority: UQ64_64,
    tie_breaker: u64,
    value: T,
}

/// Creates an empty queue.
public fun new<T>(): ApportionmentQueue<T> {
    ApportionmentQueue { entries: vector[] }
}

/// Removes the first value; returns its priority, its tie breaker and the value itself.
public fun pop_max<T>(pq: &mut ApportionmentQueue<T>): (UQ64_64, u64, T) {
    assert!(!pq.entries.is_empty(), EPopFromEmptyHeap);
    let Entry { priority, tie_breaker, value } = pq.entries.swap_remove(0);
    bubble_down(&mut pq.entries);
    (priority, tie_breaker, value)
}

/// Adds a value.
public fun insert<T>(
    pq: &mut ApportionmentQueue<T>,
    priority: UQ64_64,
    tie_breaker: u64,
    value: T,
) {
    pq.entries.push_back(Entry { priority, tie_breaker, value });
    bubble_up(&mut pq.entries);
}

/// Repairs the heap after the first entry was exchanged.
fun bubble_down<T>(elements: &mut vector<Entry<T>>) {
    let count = elements.length();
    let mut parent = 0;
    loop {
        let left = 2 * parent + 1;
        let right = left + 1;
        let mut first = parent;
        if (left < count && elements[left].higher_priority_than(&elements[first])) first = left;
        if (right < count && elements[right].higher_priority_than(&elements[first])) first = right;
        if (first == parent) break;
        elements.swap(parent, first);
        parent = first;
    }
}

/// Repairs the heap after an entry was added at the end.
fun bubble_up<T>(elements: &mut vector<Entry<T>>) {
    let mut child = elements.length() - 1;
    while (child > 0) {
        let parent = (child - 1) / 2;
        if (!elements[child].higher_priority_than(&elements[parent])) break;
        elements.swap(child, parent);
        child = parent;
    }
}

/// Returns whether the first entry has to leave the queue before the second.
fun higher_priority_than<T>(entry1: &Entry<T>, entry2: &Entry<T>): bool {
    if (entry1.priority == entry2.priority) {
        entry1.tie_breaker > entry2.tie_breaker
    } else {
        entry1.priority.gt(entry2.priority)
    }
}
