// A chain made of lists, for tests of one node: plain JavaScript, since a child process of the crash test loads it
// without a build. Events are given as the chain client decodes them.

/**
 * @param {{ nodeId: string, nShards: number, shards: number[], epoch?: number }} init
 */
export function createFakeChain({ nodeId, nShards, shards, epoch = 1 }) {
  /** @type {{ checkpoint: bigint, timestampMs: number, events: object[] }[]} */
  const checkpoints = [];
  const waiting = new Set();
  const state = { epoch, shards, isDown: false, committeeCalls: 0, reported: [] };
  let transactions = 0;

  const chain = {
    state,
    checkpoints,
    /** Adds one checkpoint with the given events; IDs are filled in. */
    push(...events) {
      transactions += 1;
      checkpoints.push({
        checkpoint: BigInt(checkpoints.length),
        timestampMs: 0,
        events: events.map((event, eventSeq) => ({
          id: { txDigest: `tx${transactions}`, eventSeq },
          ...event,
        })),
      });
      for (const wake of waiting) wake();
      waiting.clear();
    },
    async committee() {
      state.committeeCalls += 1;
      if (state.isDown)
        throw Object.assign(new Error('chain is down'), { code: 'X', retryable: true });
      const networkPublicKey = new Uint8Array(33);
      const publicKey = new Uint8Array(96);
      const rest = Array.from({ length: nShards }, (_, i) => i).filter(
        (i) => !state.shards.includes(i),
      );
      const member = { name: 'x', networkAddress: '127.0.0.1:1', publicKey, networkPublicKey };
      return {
        epoch: state.epoch,
        nShards,
        members:
          state.epoch === 0
            ? []
            : [
                ...(state.shards.length === 0 ? [] : [{ ...member, nodeId, shards: state.shards }]),
                { ...member, nodeId: `0x${'ff'.repeat(32)}`, shards: rest },
              ],
      };
    },
    async *events({ fromCheckpoint, signal }) {
      for (let next = Number(fromCheckpoint); !signal?.aborted;) {
        const checkpoint = checkpoints[next];
        if (checkpoint !== undefined) {
          yield checkpoint;
          next += 1;
          continue;
        }
        await new Promise((resolve) => {
          waiting.add(resolve);
          signal?.addEventListener('abort', resolve, { once: true });
        });
      }
    },
    async epochSyncDone(reportedEpoch) {
      state.reported.push(reportedEpoch);
      return 'done';
    },
  };
  if (epoch > 0) chain.push({ type: 'EpochChangeStart', epoch });
  return chain;
}

let objects = 0;

/** A registration event, by default permanent until epoch 10. */
export function registered(blobId, fields = {}) {
  objects += 1;
  return {
    type: 'BlobRegistered',
    epoch: 1,
    blobId,
    size: 1n,
    encodingType: 1,
    endEpoch: 10,
    isDeletable: false,
    objectId: `0x${objects.toString(16).padStart(64, '0')}`,
    ...fields,
  };
}

/** The certification of a registration. */
export function certified(registration, fields = {}) {
  const { epoch, blobId, endEpoch, isDeletable, objectId } = registration;
  return {
    type: 'BlobCertified',
    epoch,
    blobId,
    endEpoch,
    isDeletable,
    objectId,
    isExtension: false,
    ...fields,
  };
}

/** The deletion of a registration. */
export function deleted(registration, fields = {}) {
  const { epoch, blobId, endEpoch, objectId } = registration;
  return { type: 'BlobDeleted', epoch, blobId, endEpoch, objectId, wasCertified: false, ...fields };
}
