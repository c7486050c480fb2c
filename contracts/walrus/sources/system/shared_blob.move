/// Blobs that everybody can keep alive.
///
/// A shared blob carries a pot of WAL. Anybody may fill the pot and anybody may spend it, but only
/// on extending the blob; neither the blob nor the funds can be taken out again.
module walrus::shared_blob;

use sui::balance::{Self, Balance};
use sui::coin::Coin;
use wal::wal::WAL;
use walrus::blob::Blob;
use walrus::system::System;

/// A blob and the funds for its extension; always a shared object.
public struct SharedBlob has key, store {
    id: UID,
    blob: Blob,
    funds: Balance<WAL>,
}

/// Shares a blob without funds.
public fun new(blob: Blob, ctx: &mut TxContext) {
    share(blob, balance::zero(), ctx)
}

/// Shares a blob together with first funds.
public fun new_funded(blob: Blob, funds: Coin<WAL>, ctx: &mut TxContext) {
    share(blob, funds.into_balance(), ctx)
}

/// Adds to the funds.
public fun fund(self: &mut SharedBlob, added_funds: Coin<WAL>) {
    self.funds.join(added_funds.into_balance());
}

/// Extends the blob by `extended_epochs`, paid from the funds.
public fun extend(
    self: &mut SharedBlob,
    system: &mut System,
    extended_epochs: u32,
    ctx: &mut TxContext,
) {
    let mut payment = self.funds.withdraw_all().into_coin(ctx);
    system.extend_blob(&mut self.blob, extended_epochs, &mut payment);
    self.fund(payment);
}

/// The blob.
public fun blob(self: &SharedBlob): &Blob {
    &self.blob
}

/// The funds.
public fun funds(self: &SharedBlob): &Balance<WAL> {
    &self.funds
}

/// Wraps and shares.
fun share(blob: Blob, funds: Balance<WAL>, ctx: &mut TxContext) {
    transfer::share_object(SharedBlob { id: object::new(ctx), blob, funds })
}
