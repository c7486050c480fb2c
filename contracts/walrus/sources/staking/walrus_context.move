/// What a staking pool needs to know about the network while it handles one call.
module walrus::walrus_context;

use sui::vec_map::VecMap;

/// Snapshot of the staking state, valid for one call.
public struct WalrusContext has drop {
    /// Current epoch.
    epoch: u32,
    /// Whether the committee of the next epoch has been selected.
    committee_selected: bool,
    /// Shard numbers by node ID in the current committee.
    committee: VecMap<ID, vector<u16>>,
}

/// Creates a snapshot.
public(package) fun new(
    epoch: u32,
    committee_selected: bool,
    committee: VecMap<ID, vector<u16>>,
): WalrusContext {
    WalrusContext { epoch, committee_selected, committee }
}

/// Returns the current epoch.
public(package) fun epoch(self: &WalrusContext): u32 {
    self.epoch
}

/// Returns whether the committee of the next epoch has been selected.
public(package) fun committee_selected(self: &WalrusContext): bool {
    self.committee_selected
}

/// Returns the current committee's shard numbers by node ID.
public(package) fun committee(self: &WalrusContext): &VecMap<ID, vector<u16>> {
    &self.committee
}
