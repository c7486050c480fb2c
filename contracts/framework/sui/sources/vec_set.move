// SPDX-License-Identifier: Apache-2.0

/// A small set kept as a vector in order of insertion; every operation is linear.
module sui::vec_set;

/// The key is in the set already.
const EKeyAlreadyExists: u64 = 0;
/// The key is not in the set.
const EKeyDoesNotExist: u64 = 1;

/// Distinct keys.
public struct VecSet<K: copy + drop> has copy, drop, store {
    contents: vector<K>,
}

/// A set without keys.
public fun empty<K: copy + drop>(): VecSet<K> {
    VecSet { contents: vector[] }
}

/// A set of one key.
public fun singleton<K: copy + drop>(key: K): VecSet<K> {
    VecSet { contents: vector[key] }
}

/// Adds a key at the end. Aborts with `EKeyAlreadyExists`.
public fun insert<K: copy + drop>(self: &mut VecSet<K>, key: K) {
    assert!(!self.contains(&key), EKeyAlreadyExists);
    self.contents.push_back(key)
}

/// Takes a key out. Aborts with `EKeyDoesNotExist`.
public fun remove<K: copy + drop>(self: &mut VecSet<K>, key: &K) {
    let (found, idx) = self.contents.index_of(key);
    assert!(found, EKeyDoesNotExist);
    self.contents.remove(idx);
}

/// True if the key is in the set.
public fun contains<K: copy + drop>(self: &VecSet<K>, key: &K): bool {
    self.contents.contains(key)
}

/// The number of keys.
public fun length<K: copy + drop>(self: &VecSet<K>): u64 {
    self.contents.length()
}

/// The former name of `length`.
public fun size<K: copy + drop>(self: &VecSet<K>): u64 {
    self.length()
}

/// True if there are no keys.
public fun is_empty<K: copy + drop>(self: &VecSet<K>): bool {
    self.contents.is_empty()
}

/// The keys in order.
public fun into_keys<K: copy + drop>(self: VecSet<K>): vector<K> {
    let VecSet { contents } = self;
    contents
}

/// A set of these keys. Aborts with `EKeyAlreadyExists`.
public fun from_keys<K: copy + drop>(keys: vector<K>): VecSet<K> {
    let mut set = empty();
    keys.do!(|key| set.insert(key));
    set
}

/// The keys in order.
public fun keys<K: copy + drop>(self: &VecSet<K>): &vector<K> {
    &self.contents
}
