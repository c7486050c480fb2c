/// How wallets and explorers show the objects that users own.
///
/// The displays and the publisher of the package end up in one shared object; nothing can take them
/// out again today.
module walrus::display;

use std::string::String;
use std::type_name;
use sui::display::{Self, Display};
use sui::object_bag::{Self, ObjectBag};
use sui::package::Publisher;
use walrus::blob::Blob;
use walrus::staked_wal::StakedWal;
use walrus::storage_resource::Storage;

/// Holder of the displays, keyed by the names of their types, and of the publisher.
public struct ObjectDisplay has key {
    id: UID,
    inner: ObjectBag,
}

/// Key of the publisher.
public struct PublisherKey() has copy, drop, store;

/// Creates the displays and shares them.
public(package) fun create(p: Publisher, ctx: &mut TxContext) {
    let mut inner = object_bag::new(ctx);
    inner.add(type_name::with_defining_ids<Blob>(), init_blob_display(&p, ctx));
    inner.add(type_name::with_defining_ids<Storage>(), init_storage_display(&p, ctx));
    inner.add(type_name::with_defining_ids<StakedWal>(), init_staked_wal_display(&p, ctx));
    inner.add(PublisherKey(), p);
    transfer::share_object(ObjectDisplay { id: object::new(ctx), inner });
}

fun init_blob_display(p: &Publisher, ctx: &mut TxContext): Display<Blob> {
    new_display(
        p,
        b"Walrus blob ({size} bytes)",
        b"Registered in epoch {registered_epoch}, certified in {certified_epoch}, deletable: {deletable}",
        ctx,
    )
}

fun init_storage_display(p: &Publisher, ctx: &mut TxContext): Display<Storage> {
    new_display(
        p,
        b"Walrus storage ({storage_size} bytes)",
        b"Space reserved from epoch {start_epoch} until the start of epoch {end_epoch}",
        ctx,
    )
}

fun init_staked_wal_display(p: &Publisher, ctx: &mut TxContext): Display<StakedWal> {
    new_display(
        p,
        b"Staked WAL ({principal} FROST)",
        b"Stake with node {node_id}, active from epoch {activation_epoch} on",
        ctx,
    )
}

/// Creates a display with the fields that all of them share. The link is left empty.
fun new_display<T: key>(
    p: &Publisher,
    name: vector<u8>,
    description: vector<u8>,
    ctx: &mut TxContext,
): Display<T> {
    let mut display = display::new<T>(p, ctx);
    display.add(key(b"name"), name.to_string());
    display.add(key(b"description"), description.to_string());
    display.add(key(b"image_url"), b"".to_string());
    display.add(key(b"project_url"), b"".to_string());
    display.add(key(b"link"), b"".to_string());
    display.update_version();
    display
}

fun key(name: vector<u8>): String {
    name.to_string()
}
