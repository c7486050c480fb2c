// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.

/** Name and meaning of the abort codes of the contracts and of the framework, by package, module and code. */
export const ABORTS: Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, readonly [string, string]>>>>>
> = {
  wal: {},
  walrus: {
    active_set: {
      '0': ['EZeroMaxSize', 'the size limit is 0'],
      '1': ['EDuplicateInsertion', 'the node to insert is in the set already'],
    },
    apportionment_queue: { '0': ['EPopFromEmptyHeap', 'the queue is empty'] },
    blob: {
      '0': ['ENotCertified', 'the blob is not certified'],
      '1': ['EBlobNotDeletable', 'permanent blobs cannot be deleted'],
      '2': ['EResourceBounds', 'the epochs of the reservation do not fit'],
      '3': ['EResourceSize', 'the reservation is too small for the encoded blob'],
      '5': ['EAlreadyCertified', 'the blob is certified already'],
      '6': ['EInvalidBlobId', 'the blob ID is not the expected one'],
      '7': ['EDuplicateMetadata', 'the blob has attributes already'],
      '8': ['EMissingMetadata', 'the blob has no attributes'],
      '9': [
        'EInvalidBlobPersistenceType',
        'the confirmation is for a permanent blob but the blob is deletable, or the other way round',
      ],
      '10': ['EInvalidBlobObject', 'the confirmation is for another registration of the blob'],
    },
    bls_aggregate: {
      '0': ['EInvalidBitmap', 'the bitmap of signers does not fit the committee'],
      '1': ['ESigVerification', 'the aggregate signature is not valid'],
      '2': ['ENotEnoughStake', 'the signers do not have enough shards'],
      '3': ['EIncorrectCommittee', 'a committee member must have shards'],
    },
    committee: {
      '0': [
        'EInvalidShardAssignment',
        'the old and the new committee do not hold the same number of shards',
      ],
    },
    encoding: { '0': ['EInvalidEncodingType', 'the encoding type is not supported'] },
    event_blob: {
      '0': [
        'EInvalidSequenceNumber',
        'event blobs must be certified in the order of their checkpoints',
      ],
    },
    init: {
      '0': [
        'EInvalidMigration',
        'the staking side and the system side disagree after the migration',
      ],
      '1': ['EInvalidUpgradeCap', 'the upgrade capability belongs to another package'],
      '2': ['EDeprecatedFunction', 'the function has been replaced'],
    },
    messages: {
      '0': ['EIncorrectAppId', 'the message is for another application'],
      '1': ['EIncorrectEpoch', 'the message is from another epoch'],
      '2': ['EInvalidMsgType', 'the message is of another type'],
      '3': ['EIncorrectIntentVersion', 'the message has an unknown version'],
      '4': [
        'EInvalidBlobPersistenceType',
        'the confirmation is neither for a permanent nor for a deletable blob',
      ],
      '5': ['ENotDeletable', 'a confirmation for a permanent blob names no object'],
      '6': ['EInvalidKeyLength', 'the key does not have the length of a BLS public key'],
    },
    pending_values: {
      '0': ['EMissingEpochValue', 'there is no entry for the epoch'],
      '1': ['EReduceValueTooLarge', 'the entry is smaller than the amount to take off'],
    },
    pool_exchange_rate: { '0': ['EInvalidRate', 'there are more shares than WAL'] },
    slashing: {
      '0': ['ENotAuthorized', "the authentication is not that of the voter's governance authority"],
      '1': ['EDuplicateVote', 'the node has voted for this proposal already'],
      '2': ['ENoProposalForNode', 'there is no proposal for the node'],
      '3': ['EWrongEpoch', 'the proposal was made in another epoch'],
      '4': ['ENotEnoughVotes', 'the votes are no quorum'],
    },
    staked_wal: {
      '0': ['ENotWithdrawing', 'the stake has not been requested for withdrawal'],
      '1': ['EMetadataMismatch', 'the two objects differ in pool, activation epoch or state'],
      '2': ['EInvalidAmount', 'the amount to split off is not below the principal'],
      '6': ['EAlreadyWithdrawing', 'the stake has been requested for withdrawal already'],
      '7': ['EStakeBelowThreshold', 'a principal would be below the minimum'],
    },
    staking: {
      '0': ['EInvalidMigration', 'there is nothing to migrate'],
      '1': ['EWrongVersion', 'the object belongs to another version of the code'],
      '2': ['EDeprecatedFunction', 'the function has been replaced'],
    },
    staking_inner: {
      '0': [
        'EWrongEpochState',
        'the operation is not allowed in this state of the epoch, or not yet',
      ],
      '1': ['EInvalidSyncEpoch', 'the report is for another epoch'],
      '2': ['EDuplicateSyncDone', 'the node has reported for this epoch already'],
      '3': ['ENoStake', 'there is no stake to apportion shards by'],
      '4': ['ENotInCommittee', 'the node is not a member of the current committee'],
      '5': ['ECommitteeSelected', 'the next committee is selected already'],
      '6': ['ENextCommitteeIsEmpty', 'the next committee has not been selected'],
      '7': ['EInvalidNodeWeight', 'the number of shards of a node is out of range'],
      '8': ['EPoolNotFound', 'there is no pool with this ID'],
      '9': ['EZeroNodeWeight', 'a selected member has no shards'],
      '10': ['EIncorrectNodeOrder', 'the keys and the committee are not in the same order'],
    },
    staking_pool: {
      '0': ['EPoolAlreadyUpdated', 'the pool has been advanced to this epoch already'],
      '1': ['ECalculationError', 'withdrawals are worth more than the pool'],
      '2': ['EIncorrectEpochAdvance', 'rewards arrive at a pool without active stake'],
      '3': ['EPoolNotEmpty', 'the pool to destroy still holds something'],
      '4': ['EInvalidProofOfPossession', 'the proof of possession does not verify'],
      '5': ['EPoolAlreadyWithdrawing', 'the pool is being closed already'],
      '6': ['EPoolIsNotActive', 'the pool does not accept stake any more'],
      '7': ['EZeroStake', 'the amount is 0'],
      '8': ['ENotStaked', 'the stake was requested for withdrawal already'],
      '9': ['EIncorrectPoolId', 'the stake belongs to another pool'],
      '10': ['ENotWithdrawing', 'the stake has to be requested for withdrawal first'],
      '11': ['EWithdrawEpochNotReached', 'the withdraw epoch is in the future'],
      '12': ['EActivationEpochNotReached', 'the activation epoch is in the future'],
      '13': ['EWithdrawDirectly', 'the stake can be withdrawn at once, without a request'],
      '14': ['EIncorrectCommissionRate', 'the commission rate is above 100%'],
      '15': ['EAuthorizationFailure', 'the authentication does not match the rule'],
      '16': ['EInvalidNetworkAddressLength', 'the network address is too long'],
      '17': ['EInvalidNameLength', 'the name is too long'],
      '18': ['EZeroShares', 'the stake converts to no share at all'],
    },
    storage_accounting: { '0': ['ETooFarInFuture', 'the epoch is beyond the end of the ring'] },
    storage_node: {
      '0': ['EInvalidNetworkPublicKey', 'the network public key does not have 33 bytes'],
    },
    storage_pool: {
      '0': ['EBlobNotDeletable', 'permanent blobs cannot be deleted'],
      '1': ['EResourceBounds', 'the epochs of the reservation do not fit'],
      '2': ['EAlreadyCertified', 'the blob is certified already'],
      '3': ['EInvalidBlobId', 'the blob ID is not the expected one'],
      '4': [
        'EInvalidBlobPersistenceType',
        'the confirmation is for a permanent blob but the blob is deletable, or the other way round',
      ],
      '5': ['EInvalidBlobObject', 'the confirmation is for another registration of the blob'],
      '6': ['EInsufficientCapacity', 'the pool has not that many unused bytes'],
      '7': ['EPoolNotEmpty', 'there are blobs in the pool'],
      '8': ['EInvalidBlobSize', 'more bytes would be given back than are in use'],
      '9': ['EInvalidBlobCount', 'more blobs would be removed than there are'],
      '10': ['EWrongVersion', 'the pool is not of the version of this code'],
      '11': ['EIncompatibleEndEpoch', 'the reservation does not end with the pool'],
      '12': ['EDuplicateMetadata', 'the blob has attributes already'],
      '13': ['EMissingMetadata', 'the blob has no attributes'],
      '14': ['EInvalidPercent', 'there are no more than 100 percent'],
    },
    storage_resource: {
      '0': ['EInvalidEpoch', 'a reservation cannot be cut at this epoch'],
      '1': [
        'EIncompatibleEpochs',
        'the epoch ranges can be put together neither by size nor by time',
      ],
      '2': ['EIncompatibleAmount', 'the sizes do not fit the operation'],
      '3': ['EInvalidEpochRange', 'a reservation must cover at least one epoch'],
    },
    system: {
      '0': ['EInvalidMigration', 'there is nothing to migrate'],
      '1': ['EWrongVersion', 'the object is not of the version of this code'],
      '2': ['EZeroExtractSize', 'nothing would be taken out of the storage pool'],
    },
    system_state_inner: {
      '0': ['EInvalidMaxEpochsAhead', 'the ring of future epochs would be too long'],
      '1': ['EStorageExceeded', 'the network does not have that much capacity left'],
      '2': ['EInvalidEpochsAhead', 'the range of epochs is empty, reversed or reaches too far'],
      '3': ['EInvalidIdEpoch', 'the certificate or attestation is not for the current epoch'],
      '4': ['EIncorrectCommittee', 'the new committee is not the one of the next epoch'],
      '5': ['EInvalidAccountingEpoch', 'the accounting slot is not the one of the finished epoch'],
      '6': [
        'EIncorrectAttestation',
        "the node's previous attestation in this epoch has not been resolved",
      ],
      '7': [
        'ERepeatedAttestation',
        'the node attested for this or a later checkpoint in this epoch',
      ],
      '8': ['ENotCommitteeMember', 'the node is not in the committee'],
      '9': [
        'EIncorrectDenyListSequence',
        'the sequence number of the deny list is not above the previous one',
      ],
      '10': ['EIncorrectDenyListNode', 'the certificate is for the deny list of another node'],
      '11': ['EInvalidResourceSize', 'zero bytes cannot be reserved'],
      '12': ['EInvalidStartEpoch', 'the protocol version would start in the past'],
    },
    upgrade: {
      '0': ['EInvalidUpgradeManager', 'the emergency capability belongs to another manager'],
      '1': ['ENotAuthorized', "the authentication is not that of the node's governance authority"],
      '2': ['EDuplicateVote', 'the node has voted for this proposal already'],
      '3': ['EInvalidPackageDigest', 'the digest does not have 32 bytes'],
      '4': ['ENoProposalForDigest', 'there is no proposal for the digest'],
      '5': ['EWrongEpoch', 'the proposal was made in another epoch'],
      '6': ['ENotEnoughVotes', 'the votes are no quorum'],
      '7': ['EWrongVersion', 'the package has been upgraded since the proposal was made'],
    },
  },
  wal_exchange: {
    wal_exchange: {
      '0': ['EInsufficientFundsInExchange', 'the pot holds too little'],
      '1': ['EInsufficientInputBalance', 'the coin holds less than the amount to exchange'],
      '2': ['EUnauthorizedAdminCap', 'the capability is for another exchange'],
      '3': ['EInvalidExchangeRate', 'both sides of a rate must be positive'],
    },
  },
  subsidies: {
    subsidies: {
      '0': ['EInvalidSubsidyRate', 'a rate above 100%'],
      '1': ['EUnauthorizedAdminCap', 'the capability is for another object'],
      '2': [
        'EWrongVersion',
        'the object is not of the version of this code, or there is nothing to migrate',
      ],
    },
  },
  walrus_subsidies: {
    epoch_balance: { '0': ['EIndexOutOfBounds', 'the ring is not that long'] },
    walrus_subsidies: {
      '0': ['EUnauthorizedAdminCap', 'the capability is for another object'],
      '1': ['EWrongVersion', 'the object is not of the version of this code'],
      '2': ['EInvalidMigration', 'there is nothing to migrate'],
    },
    walrus_subsidies_inner: {
      '0': ['EInvalidSubsidyRate', 'the rate is too high'],
      '1': ['EInsufficientFundsInPool', 'the pot cannot pay'],
    },
  },
  blob_bucket: {
    blob_bucket: {
      '0': ['EInvalidBlobBucketCap', 'the capability is for another bucket'],
      '1': ['EWrongVersion', 'the bucket is not of the version of this code'],
    },
    blob_bucket_inner_v1: { '0': ['EBlobBucketStorageExpired', 'the pool has ended'] },
  },
  std: {
    string: {
      '1': ['EInvalidUTF8', 'the bytes are not UTF-8'],
      '2': ['EInvalidIndex', 'an index is beyond the end or inside a character'],
    },
    type_name: { '0': ['ENonModuleType', 'a primitive type has no module'] },
  },
  sui: {
    address: {
      '0': [
        'EAddressParseError',
        'the bytes or the text are not an address. (Natives use the same code.)',
      ],
    },
    bag: { '0': ['EBagNotEmpty', 'there are entries'] },
    balance: {
      '0': ['ENonZero', 'the balance is not zero'],
      '1': ['EOverflow', 'the supply would exceed the range of u64'],
      '2': ['ENotEnough', 'the balance is smaller than the amount'],
    },
    bcs: {
      '0': ['EOutOfRange', 'there are fewer bytes than the value needs'],
      '1': ['ENotBool', 'a boolean is neither 0 nor 1'],
      '2': ['ELenOutOfRange', 'a length has too many bytes or does not fit 32 bits'],
    },
    clock: { '0': ['ENotSystemAddress', 'the sender is not @0x0'] },
    coin: {
      '0': ['EBadWitness', 'the witness is not a one-time witness'],
      '1': ['EInvalidArg', 'zero parts, or more parts than units'],
      '2': ['ENotEnough', 'the coin holds less than needed'],
    },
    display: {
      '0': ['ENotOwner', 'the publisher did not publish T'],
      '1': ['EVecLengthMismatch', 'there are more names than values, or fewer'],
    },
    dynamic_field: {
      '0': ['EFieldAlreadyExists', 'the object has a field of this name'],
      '1': ['EFieldDoesNotExist', 'the object has no field of this name. (Raised by natives.)'],
      '2': ['EFieldTypeMismatch', 'the field has a value of another type. (Raised by natives.)'],
    },
    group_ops: {
      '0': ['ENotSupported', 'the operation is not supported. (Raised by natives.)'],
      '1': ['EInvalidInput', 'the bytes are not an element'],
      '2': ['EInputTooLong', 'there are too many elements. (Raised by natives.)'],
      '3': ['EInvalidBufferLength', 'the buffer is too short'],
    },
    hex: {
      '0': ['EInvalidHexLength', 'the number of digits is odd'],
      '1': ['ENotValidHexCharacter', 'a character is not a hexadecimal digit'],
    },
    object: { '0': ['ENotSystemAddress', 'the sender is not @0x0'] },
    object_bag: { '0': ['EBagNotEmpty', 'there are entries'] },
    object_table: { '0': ['ETableNotEmpty', 'there are entries'] },
    package: {
      '0': ['ENotOneTimeWitness', 'the witness is not a one-time witness'],
      '1': ['ETooPermissive', 'the policy allows more than the present one'],
      '2': ['EAlreadyAuthorized', 'an upgrade is under way'],
      '3': ['ENotAuthorized', 'no upgrade is under way'],
      '4': ['EWrongUpgradeCap', 'the receipt belongs to another cap'],
    },
    priority_queue: {
      '0': ['EPopFromEmptyHeap', 'the queue is empty'],
      '1': ['EMismatchedLengths', 'there are more priorities than values, or fewer'],
      '2': ['EIndexOutOfBounds', 'an index is not below the number of entries'],
    },
    random: {
      '3': ['EInvalidRange', 'the range is empty'],
      '4': ['EInvalidLength', 'there are more elements than u16 can count'],
    },
    sui: {
      '0': ['EAlreadyMinted', 'the transaction is not the genesis transaction'],
      '1': ['ENotSystemAddress', 'the sender is not @0x0'],
    },
    table: { '0': ['ETableNotEmpty', 'there are entries'] },
    test_scenario: {
      '0': ['ECouldNotGenerateEffects', 'the effects could not be built. (Raised by natives.)'],
      '1': [
        'EInvalidSharedOrImmutableUsage',
        'a shared or immutable object was transferred, wrapped or changed. (Raised by natives.)',
      ],
      '2': ['ECantReturnObject', 'the object was not taken from there'],
      '3': ['EEmptyInventory', 'there is no such object'],
      '4': ['EObjectNotFound', 'there is no such object with this ID. (Raised by natives.)'],
      '5': [
        'EUnableToAllocateReceivingTicket',
        'a receiving ticket could not be made. (Raised by natives.)',
      ],
      '6': [
        'EReceivingTicketAlreadyAllocated',
        'a receiving ticket for the object exists. (Raised by natives.)',
      ],
      '7': [
        'EUnableToDeallocateReceivingTicket',
        'the receiving ticket cannot be returned. (Raised by natives.)',
      ],
    },
    transfer: {
      '0': [
        'ESharedNonNewObject',
        'an object that is not new cannot become shared. (Raised by a native.)',
      ],
      '2': [
        'EReceivingObjectTypeMismatch',
        'the received object has another type. (Raised by a native.)',
      ],
      '3': [
        'EUnableToReceiveObject',
        'the object cannot be received at this version by this parent. (Raised by a native.)',
      ],
      '5': ['ENotSupported', 'the operation is not supported. (Raised by a native.)'],
    },
    tx_context: {
      '0': ['EBadTxHashLength', 'a transaction digest has 32 bytes'],
      '1': ['ENoIDsCreated', 'no ID was made in this transaction. (Raised by a native.)'],
    },
    vec_map: {
      '0': ['EKeyAlreadyExists', 'the key is in the map already'],
      '1': ['EKeyDoesNotExist', 'the key is not in the map'],
      '2': ['EMapNotEmpty', 'the map has entries'],
      '3': ['EIndexOutOfBounds', 'the index is not below the number of entries'],
      '4': ['EMapEmpty', 'the map has no entries'],
      '5': ['EUnequalLengths', 'there are more keys than values, or fewer'],
    },
    vec_set: {
      '0': ['EKeyAlreadyExists', 'the key is in the set already'],
      '1': ['EKeyDoesNotExist', 'the key is not in the set'],
    },
    versioned: {
      '0': ['EInvalidUpgrade', 'the upgrade does not belong to this value, or goes backwards'],
    },
  },
};
