// SPDX-License-Identifier: Apache-2.0

/// Events.
module sui::event;

/// Adds an event to the effects of the transaction. `T` belongs to the calling module.
public native fun emit<T: copy + drop>(event: T);

/// The number of events of the current transaction.
#[test_only]
public native fun num_events(): u32;

/// The events of type `T` of the current transaction, oldest first.
#[test_only]
public native fun events_by_type<T: copy + drop>(): vector<T>;
