// SPDX-License-Identifier: Apache-2.0

/// Rights over published packages: who published a type, and who may upgrade code.
module sui::package;

use std::ascii::String;
use std::type_name;
use sui::types;

/// `cap.package()`.
public use fun upgrade_package as UpgradeCap.package;

/// `cap.policy()`.
public use fun upgrade_policy as UpgradeCap.policy;

/// `cap.authorize(policy, digest)`.
public use fun authorize_upgrade as UpgradeCap.authorize;

/// `cap.commit(receipt)`.
public use fun commit_upgrade as UpgradeCap.commit;

/// `ticket.package()`.
public use fun ticket_package as UpgradeTicket.package;

/// `ticket.policy()`.
public use fun ticket_policy as UpgradeTicket.policy;

/// `ticket.digest()`.
public use fun ticket_digest as UpgradeTicket.digest;

/// `receipt.cap()`.
public use fun receipt_cap as UpgradeReceipt.cap;

/// `receipt.package()`.
public use fun receipt_package as UpgradeReceipt.package;

/// `publisher.burn()`.
public use fun burn_publisher as Publisher.burn;

/// `publisher.module_()`.
public use fun published_module as Publisher.module_;

/// `publisher.package()`.
public use fun published_package as Publisher.package;

/// The witness is not a one-time witness.
const ENotOneTimeWitness: u64 = 0;
/// The policy allows more than the present one.
const ETooPermissive: u64 = 1;
/// An upgrade is under way.
const EAlreadyAuthorized: u64 = 2;
/// No upgrade is under way.
const ENotAuthorized: u64 = 3;
/// The receipt belongs to another cap.
const EWrongUpgradeCap: u64 = 4;

/// Function bodies may change, signatures and layouts may not.
const COMPATIBLE: u8 = 0;
/// New functions and modules only.
const ADDITIVE: u8 = 128;
/// New dependencies only.
const DEP_ONLY: u8 = 192;

/// Proof of having published the module of a type.
public struct Publisher has key, store {
    id: UID,
    package: String,
    module_name: String,
}

/// The right to upgrade a package.
public struct UpgradeCap has key, store {
    id: UID,
    /// The newest version, or zero while an upgrade is under way.
    package: ID,
    /// The number of upgrades plus one.
    version: u64,
    /// What upgrades may change.
    policy: u8,
}

/// Permission for one upgrade, to be used up in this transaction.
public struct UpgradeTicket {
    cap: ID,
    package: ID,
    policy: u8,
    digest: vector<u8>,
}

/// Proof of a finished upgrade, to be handed to its cap in this transaction.
public struct UpgradeReceipt {
    cap: ID,
    package: ID,
}

/// The publisher of the module of a one-time witness. Aborts with `ENotOneTimeWitness`.
public fun claim<OTW: drop>(otw: OTW, ctx: &mut TxContext): Publisher {
    assert!(types::is_one_time_witness(&otw), ENotOneTimeWitness);
    publisher_of<OTW>(ctx)
}

/// Claims and gives the publisher to the sender. Aborts with `ENotOneTimeWitness`.
#[allow(lint(self_transfer))]
public fun claim_and_keep<OTW: drop>(otw: OTW, ctx: &mut TxContext) {
    let publisher = claim(otw, ctx);
    transfer::public_transfer(publisher, ctx.sender())
}

/// Gives up a publisher.
public fun burn_publisher(self: Publisher) {
    let Publisher { id, package: _, module_name: _ } = self;
    id.delete()
}

/// True if `T` is a type of the published package.
public fun from_package<T>(self: &Publisher): bool {
    type_name::with_original_ids<T>().address_string() == self.package
}

/// True if `T` is a type of the published module.
public fun from_module<T>(self: &Publisher): bool {
    let name = type_name::with_original_ids<T>();
    name.address_string() == self.package && name.module_string() == self.module_name
}

/// The module of the witness.
public fun published_module(self: &Publisher): &String {
    &self.module_name
}

/// The address of the package, 64 hexadecimal digits.
public fun published_package(self: &Publisher): &String {
    &self.package
}

/// The newest version of the package, or zero while an upgrade is under way.
public fun upgrade_package(cap: &UpgradeCap): ID {
    cap.package
}

/// The number of upgrades plus one.
public fun version(cap: &UpgradeCap): u64 {
    cap.version
}

/// What upgrades may change.
public fun upgrade_policy(cap: &UpgradeCap): u8 {
    cap.policy
}

/// The package to upgrade.
public fun ticket_package(ticket: &UpgradeTicket): ID {
    ticket.package
}

/// What the upgrade may change.
public fun ticket_policy(ticket: &UpgradeTicket): u8 {
    ticket.policy
}

/// The digest of the new code.
public fun ticket_digest(ticket: &UpgradeTicket): &vector<u8> {
    &ticket.digest
}

/// The cap that permitted the upgrade.
public fun receipt_cap(receipt: &UpgradeReceipt): ID {
    receipt.cap
}

/// The upgraded package.
public fun receipt_package(receipt: &UpgradeReceipt): ID {
    receipt.package
}

/// The policy number of compatible upgrades.
public fun compatible_policy(): u8 {
    COMPATIBLE
}

/// The policy number of additive upgrades.
public fun additive_policy(): u8 {
    ADDITIVE
}

/// The policy number of upgrades of dependencies only.
public fun dep_only_policy(): u8 {
    DEP_ONLY
}

/// Allows additive upgrades only. Aborts with `ETooPermissive`.
public entry fun only_additive_upgrades(cap: &mut UpgradeCap) {
    cap.restrict(ADDITIVE)
}

/// Allows upgrades of dependencies only. Aborts with `ETooPermissive`.
public entry fun only_dep_upgrades(cap: &mut UpgradeCap) {
    cap.restrict(DEP_ONLY)
}

/// Gives up the right to upgrade.
public entry fun make_immutable(cap: UpgradeCap) {
    let UpgradeCap { id, package: _, version: _, policy: _ } = cap;
    id.delete()
}

/// Begins an upgrade to code with this digest. Aborts with `EAlreadyAuthorized` or
/// `ETooPermissive`.
public fun authorize_upgrade(cap: &mut UpgradeCap, policy: u8, digest: vector<u8>): UpgradeTicket {
    let none = @0x0.to_id();
    assert!(cap.package != none, EAlreadyAuthorized);
    assert!(policy >= cap.policy, ETooPermissive);
    let package = cap.package;
    cap.package = none;
    UpgradeTicket { cap: object::id(cap), package, policy, digest }
}

/// Ends an upgrade. Aborts with `EWrongUpgradeCap` or `ENotAuthorized`.
public fun commit_upgrade(cap: &mut UpgradeCap, receipt: UpgradeReceipt) {
    let UpgradeReceipt { cap: cap_id, package } = receipt;
    assert!(object::id(cap) == cap_id, EWrongUpgradeCap);
    assert!(cap.package == @0x0.to_id(), ENotAuthorized);
    cap.package = package;
    cap.version = cap.version + 1
}

fun publisher_of<T>(ctx: &mut TxContext): Publisher {
    let name = type_name::with_original_ids<T>();
    Publisher {
        id: object::new(ctx),
        package: name.address_string(),
        module_name: name.module_string(),
    }
}

/// Makes the policy stricter, never laxer.
fun restrict(cap: &mut UpgradeCap, policy: u8) {
    assert!(cap.policy <= policy, ETooPermissive);
    cap.policy = policy
}

/// A publisher for any witness type.
#[test_only]
public fun test_claim<OTW: drop>(_: OTW, ctx: &mut TxContext): Publisher {
    publisher_of<OTW>(ctx)
}

/// The cap of a package that was not really published.
#[test_only]
public fun test_publish(id: ID, ctx: &mut TxContext): UpgradeCap {
    UpgradeCap { id: object::new(ctx), package: id, version: 1, policy: COMPATIBLE }
}

/// Pretends to upgrade; the new ID follows from the ticket.
#[test_only]
public fun test_upgrade(ticket: UpgradeTicket): UpgradeReceipt {
    let UpgradeTicket { cap, package, policy, digest } = ticket;
    let mut seed = package.to_bytes();
    seed.push_back(policy);
    seed.append(digest);
    let package = sui::address::from_bytes(sui::hash::blake2b256(&seed)).to_id();
    UpgradeReceipt { cap, package }
}
