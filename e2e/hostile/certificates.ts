import type { Transaction } from '@mysten/sui/transactions';
import { concatBytes, encodeInvalidBlobId, normalizeAddress } from '@walrus-ts/core';
import { secretOf, type Certificate } from '@walrus-ts/testkit/contract-world';
import { beforeAll, describe, it } from 'vitest';
import { abort, attacks, type Failure, type Stage, type StageBlob } from './stage.js';

/** Bytes with some of them replaced. */
function changed(bytes: Uint8Array, at: number, ...values: number[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(values, at);
  return copy;
}

interface Fixture {
  readonly s: Stage;
  readonly blob: StageBlob;
  readonly deletable: StageBlob;
  readonly good: Certificate;
}

const noWeight = abort('bls_aggregate', 'ENotEnoughStake');
const badBitmap = abort('bls_aggregate', 'EInvalidBitmap');
const badSignature = abort('bls_aggregate', 'ESigVerification');

/** Certificates for `fixture.blob` that are wrong in one point each. */
const FORGERIES: readonly (readonly [string, Failure, (f: Fixture) => Certificate])[] = [
  [
    'signed by one node too few for a quorum',
    noWeight,
    ({ s, blob }) => s.certificate(s.confirmation(blob), 6),
  ],
  ['without signers', noWeight, ({ good }) => ({ ...good, bitmap: new Uint8Array(2) })],
  ['with an empty bitmap', noWeight, ({ good }) => ({ ...good, bitmap: new Uint8Array() })],
  [
    'with a bitmap one byte too long',
    badBitmap,
    ({ good }) => ({ ...good, bitmap: Uint8Array.of(0x7f, 0, 0) }),
  ],
  [
    'with a bit beyond the last member',
    badBitmap,
    ({ good }) => ({ ...good, bitmap: Uint8Array.of(0x7f, 0x04) }),
  ],
  [
    'with more bits than signatures',
    badSignature,
    ({ s, good, blob }) => ({ ...s.certificate(s.confirmation(blob), 6), bitmap: good.bitmap }),
  ],
  [
    'with a signature added twice in place of another',
    badSignature,
    ({ s, blob, good }) => {
      const message = s.confirmation(blob);
      const sign = (index: number): Uint8Array => s.world.bls.sign(s.member(index).secret, message);
      const signature = s.world.bls.aggregateSignatures([0, 1, 2, 3, 4, 5, 5].map(sign));
      return { ...good, signature };
    },
  ],
  [
    'with the bits of other members',
    badSignature,
    ({ good }) => ({ ...good, bitmap: Uint8Array.of(0xfe, 0) }),
  ],
  [
    "signed with the attacker's own keys",
    badSignature,
    ({ s, good }) => ({
      ...good,
      signature: s.world.bls.aggregateSignatures(
        Array.from({ length: 7 }, (_, i) =>
          s.world.bls.sign(secretOf(`forged ${i}`), good.message),
        ),
      ),
    }),
  ],
  [
    'with the signature of another blob',
    badSignature,
    ({ s, good, deletable }) => ({
      ...good,
      signature: s.certificate(s.confirmation(deletable)).signature,
    }),
  ],
  [
    'with one bit of the signature flipped',
    badSignature,
    ({ good }) => ({
      ...good,
      signature: changed(good.signature, 95, (good.signature[95] ?? 0) ^ 1),
    }),
  ],
  [
    'with a signature of zeros',
    badSignature,
    ({ good }) => ({ ...good, signature: new Uint8Array(96) }),
  ],
  [
    'with the point at infinity as signature',
    badSignature,
    ({ good }) => ({
      ...good,
      signature: changed(new Uint8Array(96), 0, 0xc0),
    }),
  ],
  [
    'with a signature one byte short',
    badSignature,
    ({ good }) => ({
      ...good,
      signature: good.signature.slice(0, 95),
    }),
  ],
  ['without signature', badSignature, ({ good }) => ({ ...good, signature: new Uint8Array() })],
  [
    'of the epoch before',
    abort('messages', 'EIncorrectEpoch'),
    ({ s, blob }) => s.certificate(s.confirmation(blob, s.committee.epoch - 1)),
  ],
  [
    'of the next epoch',
    abort('messages', 'EIncorrectEpoch'),
    ({ s, blob }) => s.certificate(s.confirmation(blob, s.committee.epoch + 1)),
  ],
  [
    'of the last epoch there can be',
    abort('messages', 'EIncorrectEpoch'),
    ({ s, blob }) => s.certificate(s.confirmation(blob, 0xffff_ffff)),
  ],
  [
    'of another message type',
    abort('messages', 'EInvalidMsgType'),
    ({ s, blob }) =>
      s.certificate(encodeInvalidBlobId({ epoch: s.committee.epoch, blobId: blob.blobId })),
  ],
  [
    'of another version of the messages',
    abort('messages', 'EIncorrectIntentVersion'),
    ({ s, good }) => s.certificate(changed(good.message, 1, 1)),
  ],
  [
    'of another application',
    abort('messages', 'EIncorrectAppId'),
    ({ s, good }) => s.certificate(changed(good.message, 2, 0)),
  ],
  [
    'with an unknown kind of persistence',
    abort('messages', 'EInvalidBlobPersistenceType'),
    ({ s, good }) => s.certificate(changed(good.message, good.message.length - 1, 2)),
  ],
  [
    'cut off in the blob ID',
    abort('bcs', 'EOutOfRange'),
    ({ s, good }) => s.certificate(good.message.slice(0, 30)),
  ],
  [
    'cut off in the header',
    abort('bcs', 'EOutOfRange'),
    ({ s, good }) => s.certificate(good.message.slice(0, 5)),
  ],
  [
    'over an empty message',
    abort('bcs', 'EOutOfRange'),
    ({ s }) => s.certificate(new Uint8Array()),
  ],
  [
    'for another blob',
    abort('blob', 'EInvalidBlobId'),
    ({ s, deletable }) => s.certificate(s.confirmation(deletable)),
  ],
  [
    'for a deletable blob where this one is permanent',
    abort('blob', 'EInvalidBlobPersistenceType'),
    ({ s, blob }) => s.certificate(s.confirmation({ ...blob, isDeletable: true })),
  ],
];

/** Forged certificates, in every function that takes one. */
export function certificateAttacks(stage: () => Stage): void {
  describe('certificates', () => {
    const attack = attacks(stage);
    let fixture: Fixture;

    beforeAll(async () => {
      const s = stage();
      const blob = await s.register(s.alice);
      const deletable = await s.register(s.alice, { isDeletable: true });
      fixture = { s, blob, deletable, good: s.certificate(s.confirmation(blob)) };
    });

    for (const [name, failure, forge] of FORGERIES) {
      attack(
        `a certificate ${name}`,
        failure,
        (tx, s) => {
          const { object } = fixture.blob;
          s.present(tx, 'system::certify_blob', [s.world.system, object], forge(fixture));
        },
        (s) => s.alice.wallet,
      );
    }

    attack(
      'a certificate of a deletable blob that names another object',
      abort('blob', 'EInvalidBlobObject'),
      (tx, s) => {
        const { deletable, blob } = fixture;
        const message = s.confirmation({ ...deletable, object: blob.object });
        const certificate = s.certificate(message);
        s.present(tx, 'system::certify_blob', [s.world.system, deletable.object], certificate);
      },
      (s) => s.alice.wallet,
    );
    attack(
      'a certificate of a permanent blob for a deletable one',
      abort('blob', 'EInvalidBlobPersistenceType'),
      (tx, s) => {
        const { deletable } = fixture;
        const certificate = s.certificate(s.confirmation({ ...deletable, isDeletable: false }));
        s.present(tx, 'system::certify_blob', [s.world.system, deletable.object], certificate);
      },
      (s) => s.alice.wallet,
    );

    it('takes the certificate that is right', async () => {
      const { s, blob } = fixture;
      await s.certify(s.alice, blob);
    });
    attack(
      'the right certificate a second time',
      abort('blob', 'EAlreadyCertified'),
      (tx, s) => {
        s.present(tx, 'system::certify_blob', [s.world.system, fixture.blob.object], fixture.good);
      },
      (s) => s.alice.wallet,
    );

    describe('of other kinds', () => {
      const invalid = (s: Stage): Uint8Array =>
        encodeInvalidBlobId({ epoch: s.committee.epoch, blobId: fixture.blob.blobId });

      attack('an invalid blob ID by a third of the shards', noWeight, (tx, s) => {
        s.present(tx, 'system::invalidate_blob_id', [s.world.system], s.certificate(invalid(s), 3));
      });
      attack(
        'a storage confirmation as an invalid blob ID',
        abort('messages', 'EInvalidMsgType'),
        (tx, s) => {
          s.present(tx, 'system::invalidate_blob_id', [s.world.system], fixture.good);
        },
      );
      attack(
        'an invalid blob ID as a removal by deny lists',
        abort('messages', 'EInvalidMsgType'),
        (tx, s) => {
          const certificate = s.certificate(invalid(s));
          s.present(tx, 'system::delete_deny_listed_blob', [s.world.system], certificate);
        },
      );
      attack(
        'an invalid blob ID of a past epoch',
        abort('messages', 'EIncorrectEpoch'),
        (tx, s) => {
          const message = encodeInvalidBlobId({ epoch: 0, blobId: fixture.blob.blobId });
          s.present(tx, 'system::invalidate_blob_id', [s.world.system], s.certificate(message));
        },
      );
    });

    describe('after the epoch change', () => {
      let late: StageBlob;
      let old: Certificate;
      beforeAll(async () => {
        const s = stage();
        late = await s.register(s.alice, { epochs: 1 });
        old = s.certificate(s.confirmation(late));
        await s.nextEpoch();
      });
      attack(
        'a certificate of the committee that is gone',
        abort('messages', 'EIncorrectEpoch'),
        (tx, s) => {
          s.present(tx, 'system::certify_blob', [s.world.system, late.object], old);
        },
        (s) => s.alice.wallet,
      );
      attack(
        'a new certificate of a blob that has expired',
        abort('blob', 'EResourceBounds'),
        (tx, s) => {
          const certificate = s.certificate(s.confirmation(late));
          s.present(tx, 'system::certify_blob', [s.world.system, late.object], certificate);
        },
        (s) => s.alice.wallet,
      );
    });
  });
}

/** Deny lists, protocol versions and event blobs: statements of single nodes, and certificates about them. */
export function nodeStatementAttacks(stage: () => Stage): void {
  describe('statements of nodes', () => {
    const attack = attacks(stage);
    const header = (type: number, epoch: number): Uint8Array => {
      const bytes = new Uint8Array(7);
      bytes.set([type, 0, 3]);
      new DataView(bytes.buffer).setUint32(3, epoch, true);
      return bytes;
    };
    const denyList = (s: Stage, nodeId: string, sequence: bigint): Uint8Array => {
      const body = new Uint8Array(32 + 8 + 8 + 32);
      body.set(Buffer.from(normalizeAddress(nodeId).slice(2), 'hex'));
      new DataView(body.buffer).setBigUint64(32, sequence, true);
      return concatBytes(header(4, s.committee.epoch), body);
    };
    const protocolVersion = (s: Stage, startEpoch: number): Uint8Array => {
      const body = new Uint8Array(12);
      new DataView(body.buffer).setUint32(0, startEpoch, true);
      return concatBytes(header(6, s.committee.epoch), body);
    };
    const byNode = (s: Stage) => s.member(0).wallet;
    const byOutsider = (s: Stage) => s.outsider.wallet;
    const eventBlob = (
      tx: Transaction,
      s: Stage,
      capability: string,
      change: { readonly checkpoint?: number; readonly epoch?: number } = {},
    ): void => {
      s.world.call(tx, 'system::certify_event_blob', [
        s.world.system,
        capability,
        tx.pure.u256(1n),
        tx.pure.u256(2n),
        tx.pure.u64(10n),
        tx.pure.u8(1),
        tx.pure.u64(change.checkpoint ?? 100),
        tx.pure.u32(change.epoch ?? s.committee.epoch),
      ]);
    };

    const notMember = abort('system_state_inner', 'ENotCommitteeMember');

    attack(
      'an update of a deny list by a node outside of the committee',
      notMember,
      (tx, s) => {
        const { capability, nodeId } = s.outsider;
        const certificate = s.certificate(denyList(s, nodeId, 1n));
        s.present(tx, 'system::update_deny_list', [s.world.system, capability], certificate);
      },
      byOutsider,
    );
    attack(
      "an update with another node's certificate",
      abort('system_state_inner', 'EIncorrectDenyListNode'),
      (tx, s) => {
        const certificate = s.certificate(denyList(s, s.member(1).nodeId, 1n));
        const { capability } = s.member(0);
        s.present(tx, 'system::update_deny_list', [s.world.system, capability], certificate);
      },
      byNode,
    );
    attack(
      'an update whose sequence number does not rise',
      abort('system_state_inner', 'EIncorrectDenyListSequence'),
      (tx, s) => {
        const { capability, nodeId } = s.member(0);
        const certificate = s.certificate(denyList(s, nodeId, 0n));
        s.present(tx, 'system::update_deny_list', [s.world.system, capability], certificate);
      },
      byNode,
    );
    attack(
      'an update that only a third has signed',
      noWeight,
      (tx, s) => {
        const { capability, nodeId } = s.member(0);
        const certificate = s.certificate(denyList(s, nodeId, 1n), 4);
        s.present(tx, 'system::update_deny_list', [s.world.system, capability], certificate);
      },
      byNode,
    );
    attack(
      'the announcement of a deny list by a node outside of the committee',
      notMember,
      (tx, s) => {
        s.world.call(tx, 'system::register_deny_list_update', [
          s.world.system,
          s.outsider.capability,
          tx.pure.u256(1n),
          tx.pure.u64(1n),
        ]);
      },
      byOutsider,
    );
    attack(
      'the announcement of an old deny list',
      abort('system_state_inner', 'EIncorrectDenyListSequence'),
      (tx, s) => {
        s.world.call(tx, 'system::register_deny_list_update', [
          s.world.system,
          s.member(0).capability,
          tx.pure.u256(1n),
          tx.pure.u64(0n),
        ]);
      },
      byNode,
    );
    attack(
      'a protocol version announced by a node outside of the committee',
      notMember,
      (tx, s) => {
        const certificate = s.certificate(protocolVersion(s, s.committee.epoch));
        const { capability } = s.outsider;
        s.present(tx, 'system::update_protocol_version', [s.world.system, capability], certificate);
      },
      byOutsider,
    );
    attack(
      'a protocol version that starts in the past',
      abort('system_state_inner', 'EInvalidStartEpoch'),
      (tx, s) => {
        const certificate = s.certificate(protocolVersion(s, s.committee.epoch - 1));
        const { capability } = s.member(0);
        s.present(tx, 'system::update_protocol_version', [s.world.system, capability], certificate);
      },
      byNode,
    );
    attack(
      'a deny list as a protocol version',
      abort('messages', 'EInvalidMsgType'),
      (tx, s) => {
        const { capability, nodeId } = s.member(0);
        const certificate = s.certificate(denyList(s, nodeId, 1n));
        s.present(tx, 'system::update_protocol_version', [s.world.system, capability], certificate);
      },
      byNode,
    );
    attack(
      'an event blob attested by a node outside of the committee',
      notMember,
      (tx, s) => eventBlob(tx, s, s.outsider.capability),
      byOutsider,
    );
    attack(
      'an event blob attested for another epoch',
      abort('system_state_inner', 'EInvalidIdEpoch'),
      (tx, s) => eventBlob(tx, s, s.member(0).capability, { epoch: s.committee.epoch + 1 }),
      byNode,
    );

    describe('after a first attestation', () => {
      beforeAll(async () => {
        const s = stage();
        await s.world.chain.must(byNode(s), (tx) => eventBlob(tx, s, s.member(0).capability));
      });
      attack(
        'the same event blob again',
        abort('system_state_inner', 'ERepeatedAttestation'),
        (tx, s) => eventBlob(tx, s, s.member(0).capability),
        byNode,
      );
      attack(
        'the next event blob before the first is certified',
        abort('system_state_inner', 'EIncorrectAttestation'),
        (tx, s) => eventBlob(tx, s, s.member(0).capability, { checkpoint: 200 }),
        byNode,
      );
    });

    it('still takes the update that is right', async () => {
      const s = stage();
      const { capability, nodeId } = s.member(0);
      await s.world.chain.must(byNode(s), (tx) => {
        const certificate = s.certificate(denyList(s, nodeId, 1n));
        s.present(tx, 'system::update_deny_list', [s.world.system, capability], certificate);
      });
    });
  });
}
