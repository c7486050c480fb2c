/// Pictures are made of what lasts, can be prolonged, and give their blob back.
#[test_only]
module nft::gallery_tests;

use nft::gallery;
use std::unit_test::{assert_eq, destroy};
use walrus::blob::Blob;
use walrus::system::System;
use walrus::system_fixtures::{
    bitmap,
    deletable_confirmation,
    first,
    new_system,
    permanent_confirmation,
    sample_blob_id,
    sample_encoded_size,
    sample_root_hash,
    sample_size,
    sign,
    wal,
};

const RS2: u8 = 1;
const N_SHARDS: u16 = 100;
const FUNDS: u64 = 100_000_000;
const EPOCHS: u32 = 3;

/// A registered blob, paid for three epochs.
fun register(system: &mut System, deletable: bool, ctx: &mut TxContext): Blob {
    let mut coin = wal(FUNDS, ctx);
    let storage = system.reserve_space(sample_encoded_size(N_SHARDS), EPOCHS, &mut coin, ctx);
    let blob = system.register_blob(
        storage,
        sample_blob_id(),
        sample_root_hash(),
        sample_size(),
        RS2,
        deletable,
        &mut coin,
        ctx,
    );
    coin.burn_for_testing();
    blob
}

/// A permanent blob for which the nodes have signed.
fun certified(system: &mut System, ctx: &mut TxContext): Blob {
    let mut blob = register(system, false, ctx);
    let message = permanent_confirmation(system.epoch(), blob.blob_id());
    let signers = first(7);
    system.certify_blob(&mut blob, sign(message, signers), bitmap(signers), message);
    blob
}

#[test]
fun certified_blob_becomes_a_picture_and_comes_back() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let blob = certified(&mut system, ctx);
    let mut picture = gallery::mint(blob, b"Sunset".to_string(), ctx);
    assert_eq!(*picture.title(), b"Sunset".to_string());
    assert_eq!(picture.blob_id(), sample_blob_id());
    picture.rename(b"Sunrise".to_string());
    assert_eq!(*picture.title(), b"Sunrise".to_string());
    let blob = picture.unwrap();
    assert_eq!(blob.blob_id(), sample_blob_id());
    destroy(blob);
    destroy(system);
}

#[test]
fun picture_is_prolonged() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let blob = certified(&mut system, ctx);
    let mut picture = gallery::mint(blob, b"Sunset".to_string(), ctx);
    let end = picture.end_epoch();
    let mut coin = wal(FUNDS, ctx);
    picture.extend(&mut system, 2, &mut coin);
    assert_eq!(picture.end_epoch(), end + 2);
    assert!(coin.value() < FUNDS);
    coin.burn_for_testing();
    destroy(picture);
    destroy(system);
}

#[test, expected_failure(abort_code = gallery::ENotCertified)]
fun blob_that_is_not_certified_is_refused() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let blob = register(&mut system, false, ctx);
    destroy(gallery::mint(blob, b"Sunset".to_string(), ctx));
    destroy(system);
}

#[test, expected_failure(abort_code = gallery::EDeletable)]
fun deletable_blob_is_refused() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let mut blob = register(&mut system, true, ctx);
    let message = deletable_confirmation(system.epoch(), blob.blob_id(), object::id(&blob));
    let signers = first(7);
    system.certify_blob(&mut blob, sign(message, signers), bitmap(signers), message);
    destroy(gallery::mint(blob, b"Sunset".to_string(), ctx));
    destroy(system);
}

#[test, expected_failure(abort_code = gallery::ENoTitle)]
fun empty_title_is_refused() {
    let ctx = &mut tx_context::dummy();
    let mut system = new_system(ctx);
    let blob = certified(&mut system, ctx);
    destroy(gallery::mint(blob, b"".to_string(), ctx));
    destroy(system);
}
