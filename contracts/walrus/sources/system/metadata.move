/// String attributes of a blob.
module walrus::metadata;

use std::string::String;
use sui::vec_map::{Self, VecMap};

/// Attributes in order of their last update.
public struct Metadata has drop, store {
    metadata: VecMap<String, String>,
}

/// No attributes.
public fun new(): Metadata {
    Metadata { metadata: vec_map::empty() }
}

/// Sets the attribute `key` to `value`; a replaced attribute moves to the end.
public fun insert_or_update(self: &mut Metadata, key: String, value: String) {
    self.remove_if_exists(&key);
    self.metadata.insert(key, value);
}

/// Removes an attribute and returns its key and value; aborts in `vec_map` if it is absent.
public fun remove(self: &mut Metadata, key: &String): (String, String) {
    self.metadata.remove(key)
}

/// Removes an attribute and returns its value, if there is one.
public fun remove_if_exists(self: &mut Metadata, key: &String): option::Option<String> {
    if (!self.metadata.contains(key)) {
        return option::none()
    };
    let (_, value) = self.metadata.remove(key);
    option::some(value)
}
