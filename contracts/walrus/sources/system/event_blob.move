/// Bookkeeping for event blobs, the blobs in which storage nodes archive the Walrus events.
///
/// Nodes do not sign event blobs. Each node attests with its capability which blob ID it computed
/// for the events up to a checkpoint; the shards of the attesting nodes are added up here.
module walrus::event_blob;

use sui::vec_map::{Self, VecMap};

/// Event blobs must be certified in the order of their checkpoints.
const EInvalidSequenceNumber: u64 = 0;

/// The last attestation of a node, kept in its capability.
public struct EventBlobAttestation has copy, drop, store {
    checkpoint_sequence_num: u64,
    epoch: u32,
}

/// An event blob together with the last checkpoint whose events it contains.
public struct EventBlob has copy, drop, store {
    blob_id: u256,
    ending_checkpoint_sequence_number: u64,
}

/// Progress of the certification.
public struct EventBlobCertificationState has store {
    latest_certified_blob: Option<EventBlob>,
    /// Shards behind each candidate of the current epoch. Nodes only support the same candidate if
    /// they agree on the blob ID and on the checkpoint.
    aggregate_weight_per_blob: VecMap<EventBlob, u16>,
}

// === Attestations ===

/// Records that a node attested for `checkpoint_sequence_num` in `epoch`.
public(package) fun new_attestation(
    checkpoint_sequence_num: u64,
    epoch: u32,
): EventBlobAttestation {
    EventBlobAttestation { checkpoint_sequence_num, epoch }
}

/// Checkpoint of the attestation.
public(package) fun last_attested_event_blob_checkpoint_seq_num(
    self: &EventBlobAttestation,
): u64 {
    self.checkpoint_sequence_num
}

/// Epoch of the attestation.
public(package) fun last_attested_event_blob_epoch(self: &EventBlobAttestation): u32 {
    self.epoch
}

// === Event blobs ===

/// Describes an event blob.
public(package) fun new_event_blob(
    ending_checkpoint_sequence_number: u64,
    blob_id: u256,
): EventBlob {
    EventBlob { blob_id, ending_checkpoint_sequence_number }
}

/// Blob ID of the event blob.
public(package) fun blob_id(self: &EventBlob): u256 {
    self.blob_id
}

/// Last checkpoint covered by the event blob.
public(package) fun ending_checkpoint_sequence_number(self: &EventBlob): u64 {
    self.ending_checkpoint_sequence_number
}

// === Certification state ===

/// State of a network without event blobs.
public(package) fun create_with_empty_state(): EventBlobCertificationState {
    EventBlobCertificationState {
        latest_certified_blob: option::none(),
        aggregate_weight_per_blob: vec_map::empty(),
    }
}

/// Blob ID of the newest certified event blob.
public(package) fun get_latest_certified_blob_id(self: &EventBlobCertificationState): Option<u256> {
    self.latest_certified_blob.map!(|blob| blob.blob_id)
}

/// Last checkpoint of the newest certified event blob.
public(package) fun get_latest_certified_checkpoint_sequence_number(
    self: &EventBlobCertificationState,
): Option<u64> {
    self.latest_certified_blob.map!(|blob| blob.ending_checkpoint_sequence_number)
}

/// Number of candidates with attestations.
public(package) fun get_num_tracked_blobs(self: &EventBlobCertificationState): u64 {
    self.aggregate_weight_per_blob.length()
}

/// Whether events up to the given checkpoint are archived already.
public(package) fun is_blob_already_certified(
    self: &EventBlobCertificationState,
    ending_checkpoint_sequence_num: u64,
): bool {
    self
        .get_latest_certified_checkpoint_sequence_number()
        .is_some_and!(|latest| *latest >= ending_checkpoint_sequence_num)
}

/// Records a newly certified event blob; its checkpoint must be above the previous one.
public(package) fun update_latest_certified_event_blob(
    self: &mut EventBlobCertificationState,
    checkpoint_sequence_number: u64,
    blob_id: u256,
) {
    assert!(!self.is_blob_already_certified(checkpoint_sequence_number), EInvalidSequenceNumber);
    self.latest_certified_blob = option::some(new_event_blob(checkpoint_sequence_number, blob_id));
}

/// Adds the shards of one attestation to a tracked candidate and returns its total; aborts in
/// `vec_map` if the candidate is not tracked.
public(package) fun update_aggregate_weight(
    self: &mut EventBlobCertificationState,
    blob_id: u256,
    ending_checkpoint_sequence_number: u64,
    weight: u16,
): u16 {
    let candidate = new_event_blob(ending_checkpoint_sequence_number, blob_id);
    let total = self.aggregate_weight_per_blob.get_mut(&candidate);
    *total = *total + weight;
    *total
}

/// Starts counting shards for a candidate; does nothing if they are being counted already.
public(package) fun start_tracking_blob(
    self: &mut EventBlobCertificationState,
    blob_id: u256,
    ending_checkpoint_sequence_number: u64,
) {
    let candidate = new_event_blob(ending_checkpoint_sequence_number, blob_id);
    if (!self.aggregate_weight_per_blob.contains(&candidate)) {
        self.aggregate_weight_per_blob.insert(candidate, 0);
    }
}

/// Forgets all candidates; the newest certified event blob stays.
public(package) fun reset(self: &mut EventBlobCertificationState) {
    self.aggregate_weight_per_blob = vec_map::empty();
}
