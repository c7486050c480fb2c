// SPDX-License-Identifier: Apache-2.0

/// A small map kept as a vector in order of insertion; every operation is linear.
module sui::vec_map;

/// The key is in the map already.
const EKeyAlreadyExists: u64 = 0;
/// The key is not in the map.
const EKeyDoesNotExist: u64 = 1;
/// The map has entries.
const EMapNotEmpty: u64 = 2;
/// The index is not below the number of entries.
const EIndexOutOfBounds: u64 = 3;
/// The map has no entries.
const EMapEmpty: u64 = 4;
/// There are more keys than values, or fewer.
const EUnequalLengths: u64 = 5;

/// Entries with distinct keys.
public struct VecMap<K: copy, V> has copy, drop, store {
    contents: vector<Entry<K, V>>,
}

/// A key and its value.
public struct Entry<K: copy, V> has copy, drop, store {
    key: K,
    value: V,
}

/// A map without entries.
public fun empty<K: copy, V>(): VecMap<K, V> {
    VecMap { contents: vector[] }
}

/// Adds an entry at the end. Aborts with `EKeyAlreadyExists`.
public fun insert<K: copy, V>(self: &mut VecMap<K, V>, key: K, value: V) {
    assert!(!self.contains(&key), EKeyAlreadyExists);
    self.contents.push_back(Entry { key, value })
}

/// Takes an entry out. Aborts with `EKeyDoesNotExist`.
public fun remove<K: copy, V>(self: &mut VecMap<K, V>, key: &K): (K, V) {
    let idx = self.get_idx(key);
    let Entry { key, value } = self.contents.remove(idx);
    (key, value)
}

/// Takes out the entry added last. Aborts with `EMapEmpty`.
public fun pop<K: copy, V>(self: &mut VecMap<K, V>): (K, V) {
    assert!(!self.is_empty(), EMapEmpty);
    let Entry { key, value } = self.contents.pop_back();
    (key, value)
}

/// The value of a key, mutable. Aborts with `EKeyDoesNotExist`.
#[syntax(index)]
public fun get_mut<K: copy, V>(self: &mut VecMap<K, V>, key: &K): &mut V {
    let idx = self.get_idx(key);
    &mut self.contents[idx].value
}

/// The value of a key. Aborts with `EKeyDoesNotExist`.
#[syntax(index)]
public fun get<K: copy, V>(self: &VecMap<K, V>, key: &K): &V {
    let idx = self.get_idx(key);
    &self.contents[idx].value
}

/// A copy of the value of a key, `None` if there is none.
public fun try_get<K: copy, V: copy>(self: &VecMap<K, V>, key: &K): Option<V> {
    self.get_idx_opt(key).map!(|idx| self.contents[idx].value)
}

/// True if the key is in the map.
public fun contains<K: copy, V>(self: &VecMap<K, V>, key: &K): bool {
    self.contents.any!(|entry| &entry.key == key)
}

/// The number of entries.
public fun length<K: copy, V>(self: &VecMap<K, V>): u64 {
    self.contents.length()
}

/// The former name of `length`.
public fun size<K: copy, V>(self: &VecMap<K, V>): u64 {
    self.length()
}

/// True if there are no entries.
public fun is_empty<K: copy, V>(self: &VecMap<K, V>): bool {
    self.contents.is_empty()
}

/// Ends an empty map. Aborts with `EMapNotEmpty`.
public fun destroy_empty<K: copy, V>(self: VecMap<K, V>) {
    assert!(self.is_empty(), EMapNotEmpty);
    let VecMap { contents } = self;
    contents.destroy_empty()
}

/// The keys and the values in order.
public fun into_keys_values<K: copy, V>(self: VecMap<K, V>): (vector<K>, vector<V>) {
    let VecMap { contents } = self;
    let mut keys = vector[];
    let mut values = vector[];
    contents.do!(|entry| {
        let Entry { key, value } = entry;
        keys.push_back(key);
        values.push_back(value);
    });
    (keys, values)
}

/// A map of these keys and values. Aborts with `EUnequalLengths` or `EKeyAlreadyExists`.
public fun from_keys_values<K: copy, V>(keys: vector<K>, values: vector<V>): VecMap<K, V> {
    assert!(keys.length() == values.length(), EUnequalLengths);
    let mut map = empty();
    keys.zip_do!(values, |key, value| map.insert(key, value));
    map
}

/// The keys in order.
public fun keys<K: copy, V>(self: &VecMap<K, V>): vector<K> {
    self.contents.map_ref!(|entry| entry.key)
}

/// The index of a key, `None` if it is not in the map.
public fun get_idx_opt<K: copy, V>(self: &VecMap<K, V>, key: &K): Option<u64> {
    self.contents.find_index!(|entry| &entry.key == key)
}

/// The index of a key. Aborts with `EKeyDoesNotExist`.
public fun get_idx<K: copy, V>(self: &VecMap<K, V>, key: &K): u64 {
    let idx = self.get_idx_opt(key);
    assert!(idx.is_some(), EKeyDoesNotExist);
    idx.destroy_some()
}

/// The entry at an index. Aborts with `EIndexOutOfBounds`.
public fun get_entry_by_idx<K: copy, V>(self: &VecMap<K, V>, idx: u64): (&K, &V) {
    assert!(idx < self.length(), EIndexOutOfBounds);
    let entry = &self.contents[idx];
    (&entry.key, &entry.value)
}

/// The entry at an index, its value mutable. Aborts with `EIndexOutOfBounds`.
public fun get_entry_by_idx_mut<K: copy, V>(self: &mut VecMap<K, V>, idx: u64): (&K, &mut V) {
    assert!(idx < self.length(), EIndexOutOfBounds);
    let entry = &mut self.contents[idx];
    (&entry.key, &mut entry.value)
}

/// Takes out the entry at an index. Aborts with `EIndexOutOfBounds`.
public fun remove_entry_by_idx<K: copy, V>(self: &mut VecMap<K, V>, idx: u64): (K, V) {
    assert!(idx < self.length(), EIndexOutOfBounds);
    let Entry { key, value } = self.contents.remove(idx);
    (key, value)
}
