/// The delegator's object: a principal that is staked with one pool.
///
/// The tokens themselves stay in this object; the pool only counts them. Rewards are paid out when
/// the object is handed back.
module walrus::staked_wal;

use sui::balance::Balance;
use wal::wal::WAL;
use walrus::walrus_context::WalrusContext;

/// Smallest principal of one object: 1 WAL in FROST.
const MIN_STAKING_THRESHOLD: u64 = 1_000_000_000;

// Error codes. The numbers 3 to 5 are not in use.

/// The stake has not been requested for withdrawal.
const ENotWithdrawing: u64 = 0;
/// The two objects differ in pool, activation epoch or state.
const EMetadataMismatch: u64 = 1;
/// The amount to split off is not below the principal.
const EInvalidAmount: u64 = 2;
/// The stake has been requested for withdrawal already.
const EAlreadyWithdrawing: u64 = 6;
/// A principal would be below the minimum.
const EStakeBelowThreshold: u64 = 7;

/// Where the stake is in its life.
public enum StakedWalState has copy, drop, store {
    /// Staked, no withdrawal requested.
    Staked,
    /// Payout is possible from `withdraw_epoch` on.
    Withdrawing { withdraw_epoch: u32 },
}

/// A stake of `principal` with the pool `node_id`, earning from `activation_epoch` on.
public struct StakedWal has key, store {
    id: UID,
    /// Whether a withdrawal was requested.
    state: StakedWalState,
    /// ID of the node, which is the object ID of its pool.
    node_id: ID,
    /// The staked tokens.
    principal: Balance<WAL>,
    /// First epoch in which the stake counts.
    activation_epoch: u32,
}

/// Creates a stake of at least 1 WAL.
public(package) fun mint(
    node_id: ID,
    principal: Balance<WAL>,
    activation_epoch: u32,
    ctx: &mut TxContext,
): StakedWal {
    assert!(principal.value() >= MIN_STAKING_THRESHOLD, EStakeBelowThreshold);
    StakedWal {
        id: object::new(ctx),
        state: StakedWalState::Staked,
        node_id,
        principal,
        activation_epoch,
    }
}

/// Destroys the stake and returns its principal.
public(package) fun into_balance(sw: StakedWal): Balance<WAL> {
    let StakedWal { id, principal, .. } = sw;
    id.delete();
    principal
}

/// Marks the stake as requested for withdrawal.
public(package) fun set_withdrawing(sw: &mut StakedWal, withdraw_epoch: u32) {
    assert!(sw.is_staked(), EAlreadyWithdrawing);
    sw.state = StakedWalState::Withdrawing { withdraw_epoch };
}

/// Returns whether the principal can be taken back in one step because it does not count for any
/// selected committee yet. `node_in_next_committee` says whether the next committee is selected and
/// has the node as a member.
public(package) fun can_withdraw_early(
    sw: &StakedWal,
    node_in_next_committee: bool,
    wctx: &WalrusContext,
): bool {
    if (!sw.is_staked()) return false;
    let epoch = wctx.epoch();
    sw.activation_epoch == epoch + 2
        || (sw.activation_epoch == epoch + 1 && !node_in_next_committee)
}

// === Accessors ===

/// Returns the ID of the node the stake belongs to.
public fun node_id(sw: &StakedWal): ID {
    sw.node_id
}

/// Returns the principal in FROST.
public fun value(sw: &StakedWal): u64 {
    sw.principal.value()
}

/// Returns the first epoch in which the stake counts.
public fun activation_epoch(sw: &StakedWal): u32 {
    sw.activation_epoch
}

/// Returns whether no withdrawal was requested.
public fun is_staked(sw: &StakedWal): bool {
    match (&sw.state) {
        StakedWalState::Staked => true,
        StakedWalState::Withdrawing { .. } => false,
    }
}

/// Returns whether a withdrawal was requested.
public fun is_withdrawing(sw: &StakedWal): bool {
    !sw.is_staked()
}

/// Returns the epoch from which the payout is possible. Aborts if no withdrawal was requested.
public fun withdraw_epoch(sw: &StakedWal): u32 {
    match (&sw.state) {
        StakedWalState::Staked => abort ENotWithdrawing,
        StakedWalState::Withdrawing { withdraw_epoch } => *withdraw_epoch,
    }
}

// === Changes by the owner ===

/// Adds the principal of another stake, which must agree in pool, activation epoch and state.
public fun join(sw: &mut StakedWal, other: StakedWal) {
    assert!(
        sw.node_id == other.node_id
            && sw.activation_epoch == other.activation_epoch
            && sw.state == other.state,
        EMetadataMismatch,
    );
    sw.principal.join(other.into_balance());
}

/// Splits `amount` off into a new stake with the same pool, activation epoch and state. Both parts
/// must hold at least 1 WAL.
public fun split(sw: &mut StakedWal, amount: u64, ctx: &mut TxContext): StakedWal {
    let value = sw.value();
    assert!(amount < value, EInvalidAmount);
    assert!(
        amount >= MIN_STAKING_THRESHOLD && value - amount >= MIN_STAKING_THRESHOLD,
        EStakeBelowThreshold,
    );
    StakedWal {
        id: object::new(ctx),
        state: sw.state,
        node_id: sw.node_id,
        principal: sw.principal.split(amount),
        activation_epoch: sw.activation_epoch,
    }
}
