/// Byte layouts of all events.
#[test_only]
module walrus::events_tests;

use std::unit_test::assert_eq;
use sui::bcs;
use sui::event;
use walrus::events;

const ID_1: vector<u8> = x"1111111111111111111111111111111111111111111111111111111111111111";
const ID_2: vector<u8> = x"2222222222222222222222222222222222222222222222222222222222222222";
const ID_3: vector<u8> = x"3333333333333333333333333333333333333333333333333333333333333333";
const NUMBER: u256 = 0x1111111111111111111111111111111111111111111111111111111111111111;

fun id_2(): ID {
    object::id_from_address(
        @0x2222222222222222222222222222222222222222222222222222222222222222,
    )
}

fun id_3(): ID {
    object::id_from_address(
        @0x3333333333333333333333333333333333333333333333333333333333333333,
    )
}

/// Joins the parts of an expected event.
fun join(parts: vector<vector<u8>>): vector<u8> {
    parts.fold!(vector[], |mut bytes, part| {
        bytes.append(part);
        bytes
    })
}

/// Exactly one event of type `T` was emitted, with these bytes.
fun check<T: copy + drop>(parts: vector<vector<u8>>) {
    let events = event::events_by_type<T>();
    assert_eq!(events.length(), 1);
    assert_eq!(bcs::to_bytes(&events[0]), join(parts));
}

#[test]
fun blob_events() {
    events::emit_blob_registered(1, NUMBER, 2, 3, 4, true, id_2());
    check<events::BlobRegistered>(vector[
        x"01000000",
        ID_1,
        x"0200000000000000",
        x"03",
        x"04000000",
        x"01",
        ID_2,
    ]);
    events::emit_blob_certified(1, NUMBER, 2, false, id_2(), true);
    check<events::BlobCertified>(vector[x"01000000", ID_1, x"02000000", x"00", ID_2, x"01"]);
    events::emit_blob_deleted(1, NUMBER, 2, id_2(), true);
    check<events::BlobDeleted>(vector[x"01000000", ID_1, x"02000000", ID_2, x"01"]);
    events::emit_invalid_blob_id(1, NUMBER);
    check<events::InvalidBlobID>(vector[x"01000000", ID_1]);
    assert_eq!(event::num_events(), 4);
}

#[test]
fun epoch_events() {
    events::emit_epoch_change_start(1);
    check<events::EpochChangeStart>(vector[x"01000000"]);
    events::emit_epoch_change_done(2);
    check<events::EpochChangeDone>(vector[x"02000000"]);
    events::emit_shards_received(3, vector[1, 258]);
    check<events::ShardsReceived>(vector[x"03000000", x"0201000201"]);
    events::emit_epoch_parameters_selected(4);
    check<events::EpochParametersSelected>(vector[x"04000000"]);
    events::emit_shard_recovery_start(5, vector[]);
    check<events::ShardRecoveryStart>(vector[x"05000000", x"00"]);
}

#[test]
fun contract_events() {
    events::emit_contract_upgraded(1, id_2(), 5);
    check<events::ContractUpgraded>(vector[x"01000000", ID_2, x"0500000000000000"]);
    events::emit_contract_upgrade_proposed(1, x"aabb");
    check<events::ContractUpgradeProposed>(vector[x"01000000", x"02aabb"]);
    events::emit_contract_upgrade_quorum_reached(1, x"ccdd");
    check<events::ContractUpgradeQuorumReached>(vector[x"01000000", x"02ccdd"]);
    events::emit_protocol_version(1, 2, 3);
    check<events::ProtocolVersionUpdated>(
        vector[x"01000000", x"02000000", x"0300000000000000"],
    );
    events::emit_prices_updated(1, 2, 3);
    check<events::PricesUpdated>(
        vector[x"01000000", x"0200000000000000", x"0300000000000000"],
    );
}

#[test]
fun deny_list_events() {
    events::emit_register_deny_list_update(1, NUMBER, 5, id_2());
    check<events::RegisterDenyListUpdate>(
        vector[x"01000000", ID_1, x"0500000000000000", ID_2],
    );
    events::emit_deny_list_update(1, NUMBER, 6, id_2());
    check<events::DenyListUpdate>(vector[x"01000000", ID_1, x"0600000000000000", ID_2]);
    events::emit_deny_listed_blob_deleted(1, NUMBER);
    check<events::DenyListBlobDeleted>(vector[x"01000000", ID_1]);
}

#[test]
fun storage_pool_events() {
    events::emit_storage_pool_created(1, id_2(), 5, 6, 7);
    check<events::StoragePoolCreated>(
        vector[x"01000000", ID_2, x"0500000000000000", x"06000000", x"07000000"],
    );
    events::emit_pooled_blob_registered(1, NUMBER, 5, 6, true, id_2(), id_3());
    check<events::PooledBlobRegistered>(
        vector[x"01000000", ID_1, x"0500000000000000", x"06", x"01", ID_2, ID_3],
    );
    events::emit_pooled_blob_certified(1, NUMBER, true, id_2(), id_3());
    check<events::PooledBlobCertified>(vector[x"01000000", ID_1, x"01", ID_2, ID_3]);
    events::emit_pooled_blob_deleted(1, NUMBER, id_2(), true, id_3());
    check<events::PooledBlobDeleted>(vector[x"01000000", ID_1, ID_2, x"01", ID_3]);
    events::emit_storage_pool_extended(1, id_2(), 9);
    check<events::StoragePoolExtended>(vector[x"01000000", ID_2, x"09000000"]);
}
