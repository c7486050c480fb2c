/// Display data of a storage node: what wallets and explorers show to people.
module walrus::node_metadata;

use std::string::String;
use sui::vec_map::{Self, VecMap};

/// Free-form texts of a node. Nothing in the protocol depends on them.
public struct NodeMetadata has copy, drop, store {
    /// Address of the node's picture.
    image_url: String,
    /// Address of the node's project page.
    project_url: String,
    /// What the operator says about the node.
    description: String,
    /// Further texts by name.
    extra_fields: VecMap<String, String>,
}

/// Creates metadata without extra fields.
public fun new(image_url: String, project_url: String, description: String): NodeMetadata {
    NodeMetadata { image_url, project_url, description, extra_fields: vec_map::empty() }
}

/// Sets the image address.
public fun set_image_url(metadata: &mut NodeMetadata, image_url: String) {
    metadata.image_url = image_url;
}

/// Sets the project address.
public fun set_project_url(metadata: &mut NodeMetadata, project_url: String) {
    metadata.project_url = project_url;
}

/// Sets the description.
public fun set_description(metadata: &mut NodeMetadata, description: String) {
    metadata.description = description;
}

/// Replaces all extra fields.
public fun set_extra_fields(metadata: &mut NodeMetadata, extra_fields: VecMap<String, String>) {
    metadata.extra_fields = extra_fields;
}

/// Returns the image address.
public fun image_url(metadata: &NodeMetadata): String {
    metadata.image_url
}

/// Returns the project address.
public fun project_url(metadata: &NodeMetadata): String {
    metadata.project_url
}

/// Returns the description.
public fun description(metadata: &NodeMetadata): String {
    metadata.description
}

/// Returns the extra fields.
public fun extra_fields(metadata: &NodeMetadata): &VecMap<String, String> {
    &metadata.extra_fields
}

/// Returns metadata with empty texts.
public(package) fun default(): NodeMetadata {
    new(b"".to_string(), b"".to_string(), b"".to_string())
}
