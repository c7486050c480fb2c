import type { Transaction } from '@mysten/sui/transactions';
import { encodeProofOfPossession, normalizeAddress } from '@walrus-ts/core';
import { secretOf, type RegistrationChange } from '@walrus-ts/testkit/contract-world';
import { describe, it } from 'vitest';
import { abort, attacks, type Stage } from './stage.js';

const badProof = abort('staking_pool', 'EInvalidProofOfPossession');
const INFINITY = (length: number): Uint8Array => Uint8Array.of(0xc0, ...new Uint8Array(length - 1));

/** Registrations and key changes with keys that are not one's own, and with values out of range. */
export function proofAttacks(stage: () => Stage): void {
  describe('proofs of possession', () => {
    const attack = attacks(stage);
    const secret = secretOf('mallory');

    /** Registers Mallory's node, with her own right proof unless it is changed. */
    const register = (tx: Transaction, s: Stage, change: RegistrationChange): void => {
      const address = s.mallory.wallet.toSuiAddress();
      const proof = s.world.proofOf(secret, address, s.committee.epoch);
      tx.transferObjects([s.world.registration(tx, 'mallory', secret, proof, change)], address);
    };
    const setKey = (tx: Transaction, s: Stage, key: Uint8Array, proof: Uint8Array): void => {
      s.world.call(tx, 'staking::set_next_public_key', [
        s.world.staking,
        s.member(0).capability,
        tx.pure.vector('u8', key),
        tx.pure.vector('u8', proof),
      ]);
    };

    attack("another node's key with its own proof, replayed", badProof, (tx, s) => {
      const { secret: stolen, publicKey, wallet } = s.member(0);
      const proof = s.world.proofOf(stolen, wallet.toSuiAddress(), s.committee.epoch);
      register(tx, s, { publicKey, proof });
    });
    attack("another node's key with the attacker's proof", badProof, (tx, s) => {
      register(tx, s, { publicKey: s.member(0).publicKey });
    });
    attack('a proof made for another address', badProof, (tx, s) => {
      const address = s.alice.wallet.toSuiAddress();
      register(tx, s, { proof: s.world.proofOf(secret, address, s.committee.epoch) });
    });
    attack('a proof of the epoch before, replayed', badProof, (tx, s) => {
      const address = s.mallory.wallet.toSuiAddress();
      register(tx, s, { proof: s.world.proofOf(secret, address, s.committee.epoch - 1) });
    });
    attack('a proof for the next epoch', badProof, (tx, s) => {
      const address = s.mallory.wallet.toSuiAddress();
      register(tx, s, { proof: s.world.proofOf(secret, address, s.committee.epoch + 1) });
    });
    attack('a storage confirmation in place of the proof', badProof, (tx, s) => {
      const address = normalizeAddress(s.mallory.wallet.toSuiAddress());
      const publicKey = s.world.bls.publicKey(secret);
      const message = encodeProofOfPossession({ epoch: s.committee.epoch, address, publicKey });
      message[0] = 1;
      register(tx, s, { proof: s.world.bls.sign(secret, message) });
    });
    attack('the point at infinity as key and as proof', badProof, (tx, s) => {
      register(tx, s, { publicKey: INFINITY(48), proof: INFINITY(96) });
    });
    attack('a key that is no point', badProof, (tx, s) => {
      register(tx, s, { publicKey: new Uint8Array(48).fill(0xff) });
    });
    attack('no proof', badProof, (tx, s) => register(tx, s, { proof: new Uint8Array() }));
    attack('a key one byte short', abort('messages', 'EInvalidKeyLength'), (tx, s) => {
      register(tx, s, { publicKey: s.world.bls.publicKey(secret).slice(1) });
    });

    attack(
      "a change to another node's key with its proof",
      badProof,
      (tx, s) => {
        const { secret: stolen, publicKey, wallet } = s.member(1);
        const proof = s.world.proofOf(stolen, wallet.toSuiAddress(), s.committee.epoch);
        setKey(tx, s, publicKey, proof);
      },
      (s) => s.member(0).wallet,
    );
    attack(
      'a change of key with a proof of a past epoch',
      badProof,
      (tx, s) => {
        const next = secretOf('next key');
        const address = s.member(0).wallet.toSuiAddress();
        const proof = s.world.proofOf(next, address, s.committee.epoch - 1);
        setKey(tx, s, s.world.bls.publicKey(next), proof);
      },
      (s) => s.member(0).wallet,
    );

    attack('a name of 101 bytes', abort('staking_pool', 'EInvalidNameLength'), (tx, s) => {
      register(tx, s, { name: 'n'.repeat(101) });
    });
    attack(
      'an address of 260 bytes',
      abort('staking_pool', 'EInvalidNetworkAddressLength'),
      (tx, s) => register(tx, s, { networkAddress: 'a'.repeat(260) }),
    );
    attack(
      'a commission of more than everything',
      abort('staking_pool', 'EIncorrectCommissionRate'),
      (tx, s) => register(tx, s, { commissionRate: 10_001 }),
    );
    attack(
      'a network key of 32 bytes',
      abort('storage_node', 'EInvalidNetworkPublicKey'),
      (tx, s) => register(tx, s, { networkPublicKey: new Uint8Array(32) }),
    );
    attack(
      'a later commission of more than everything',
      abort('staking_pool', 'EIncorrectCommissionRate'),
      (tx, s) => {
        const { capability } = s.member(0);
        s.world.call(tx, 'staking::set_next_commission', [
          s.world.staking,
          capability,
          tx.pure.u16(0xffff),
        ]);
      },
      (s) => s.member(0).wallet,
    );

    it('takes the proof that is right', async () => {
      const s = stage();
      await s.world.chain.must(s.mallory.wallet, (tx) => register(tx, s, {}));
    });
  });
}
