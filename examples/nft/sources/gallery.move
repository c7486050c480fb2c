/// Pictures as objects: each owns the Walrus blob that holds its bytes.
module nft::gallery;

use std::string::String;
use sui::coin::Coin;
use sui::event;
use wal::wal::WAL;
use walrus::blob::Blob;
use walrus::system::System;

// Error codes.

/// The blob is not certified: nobody has promised to keep it.
const ENotCertified: u64 = 0;
/// The blob can be deleted by its owner, so it is no foundation for a picture.
const EDeletable: u64 = 1;
/// A picture needs a title.
const ENoTitle: u64 = 2;

/// A titled picture. Whoever owns it owns the blob inside.
public struct Picture has key, store {
    id: UID,
    title: String,
    blob: Blob,
}

/// Somebody made a picture.
public struct PictureMinted has copy, drop {
    picture_id: ID,
    blob_id: u256,
}

/// Makes a picture of a certified, permanent blob.
public fun mint(blob: Blob, title: String, ctx: &mut TxContext): Picture {
    assert!(blob.certified_epoch().is_some(), ENotCertified);
    assert!(!blob.is_deletable(), EDeletable);
    assert!(!title.is_empty(), ENoTitle);
    let picture = Picture { id: object::new(ctx), title, blob };
    event::emit(PictureMinted {
        picture_id: object::id(&picture),
        blob_id: picture.blob.blob_id(),
    });
    picture
}

/// Pays for more epochs of the bytes; anybody who can borrow the picture may.
public fun extend(
    self: &mut Picture,
    system: &mut System,
    epochs: u32,
    payment: &mut Coin<WAL>,
) {
    system.extend_blob(&mut self.blob, epochs, payment);
}

/// Gives the picture another title.
public fun rename(self: &mut Picture, title: String) {
    assert!(!title.is_empty(), ENoTitle);
    self.title = title;
}

/// Takes the picture apart and returns its blob.
public fun unwrap(self: Picture): Blob {
    let Picture { id, title: _, blob } = self;
    id.delete();
    blob
}

/// The title.
public fun title(self: &Picture): &String { &self.title }

/// ID under which the bytes can be read from Walrus.
public fun blob_id(self: &Picture): u256 { self.blob.blob_id() }

/// First epoch in which the bytes need not be there any more.
public fun end_epoch(self: &Picture): u32 { self.blob.end_epoch() }
