// SPDX-License-Identifier: Apache-2.0

/// Time on the chain.
module sui::clock;

/// The sender is not `@0x0`.
const ENotSystemAddress: u64 = 0;

/// The clock, one shared object at `0x6`. Transactions take it by immutable reference only.
public struct Clock has key {
    id: UID,
    timestamp_ms: u64,
}

/// Milliseconds since 1970.
public fun timestamp_ms(clock: &Clock): u64 {
    clock.timestamp_ms
}

/// Makes the clock at genesis. Aborts with `ENotSystemAddress`.
#[allow(unused_function)]
fun create(ctx: &TxContext) {
    assert!(ctx.sender() == @0x0, ENotSystemAddress);
    transfer::share_object(Clock { id: object::clock(), timestamp_ms: 0 })
}

/// Sets the time; called by the chain before the transactions of a commit. Aborts with
/// `ENotSystemAddress`.
#[allow(unused_function)]
fun consensus_commit_prologue(clock: &mut Clock, timestamp_ms: u64, ctx: &TxContext) {
    assert!(ctx.sender() == @0x0, ENotSystemAddress);
    clock.timestamp_ms = timestamp_ms
}

/// A clock at time 0, not shared.
#[test_only]
public fun create_for_testing(ctx: &mut TxContext): Clock {
    Clock { id: object::new(ctx), timestamp_ms: 0 }
}

/// Shares a test clock.
#[test_only]
public fun share_for_testing(clock: Clock) {
    transfer::share_object(clock)
}

/// Advances a test clock by `tick` milliseconds.
#[test_only]
public fun increment_for_testing(clock: &mut Clock, tick: u64) {
    clock.timestamp_ms = clock.timestamp_ms + tick
}

/// Sets a test clock, not backwards.
#[test_only]
public fun set_for_testing(clock: &mut Clock, timestamp_ms: u64) {
    assert!(timestamp_ms >= clock.timestamp_ms);
    clock.timestamp_ms = timestamp_ms
}

/// Ends a test clock.
#[test_only]
public fun destroy_for_testing(clock: Clock) {
    let Clock { id, timestamp_ms: _ } = clock;
    id.delete()
}
