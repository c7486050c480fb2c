import { Inputs } from '@mysten/sui/transactions';
import { blobIdToInt } from '@walrus-ts/core';
import { need } from '@walrus-ts/testkit/contract-world';
import { beforeAll, describe, it } from 'vitest';
import { BLOB_SIZE, ENCODED_SIZE, attacks, blobOf, fails, refusals, type Stage } from './stage.js';

const limitExceeded = ['INVALID_ARGUMENT', 'LEDGER_LIMIT_EXCEEDED'] as const;
const MAX_COMMANDS = 1023;

/** Transactions and objects beyond the limits of the protocol (move-vm.md §11). */
export function limitAttacks(stage: () => Stage): void {
  describe('limits', () => {
    const attack = attacks(stage);
    const refused = refusals(stage);
    let blob: string;
    let pool: string;
    beforeAll(async () => {
      const s = stage();
      blob = (await s.register(s.mallory)).object;
      pool = await s.make(s.mallory, '::storage_pool::StoragePool', (tx) =>
        s.world.call(tx, 'system::create_storage_pool', [
          s.world.system,
          tx.pure.u64(1000n * ENCODED_SIZE),
          tx.pure.u32(1),
          s.mallory.walCoin,
        ]),
      );
    });

    refused('a command too many', limitExceeded, (tx, s) => {
      for (let i = 0; i <= MAX_COMMANDS; i++) s.world.votingEnd(tx);
    });
    refused('an input of 16 KiB', limitExceeded, (tx, s) => {
      s.world.call(tx, 'system::invalidate_blob_id', [
        s.world.system,
        tx.pure.vector('u8', new Uint8Array(16 * 1024)),
        tx.pure.vector('u8', []),
        tx.pure.vector('u8', []),
      ]);
    });
    refused('a transaction of more than 128 KiB', limitExceeded, (tx) => {
      for (let i = 0; i < 9; i++) tx.pure(new Uint8Array(16 * 1024 - 1));
      tx.splitCoins(tx.gas, [1]);
    });
    refused(
      'a budget beyond the maximum',
      ['INVALID_ARGUMENT', 'LEDGER_INVALID_TRANSACTION'],
      (tx, s) => s.world.votingEnd(tx),
      () => ({ budget: 50_000_000_000_001n }),
    );
    refused(
      'a budget beyond the balance',
      ['INVALID_ARGUMENT', 'LEDGER_INSUFFICIENT_GAS'],
      (tx, s) => s.world.votingEnd(tx),
      () => ({ budget: 5_000_000_000_000n }),
    );
    refused('inputs beyond the maximum', limitExceeded, (tx, s) => {
      const { objectId, digest } = s.world.chain.object(blob);
      for (let i = 0; i < 2049; i++) {
        const id = (BigInt(objectId) ^ BigInt(i)).toString(16).padStart(64, '0');
        tx.object(Inputs.ObjectRef({ objectId: `0x${id}`, version: '1', digest }));
      }
      tx.splitCoins(tx.gas, [1]);
    });

    attack('attributes larger than an object may be', fails('MoveObjectTooBig'), (tx, s) => {
      // 16 of them are 256 KB; one text, used many times, because a transaction holds only 128 KiB.
      const value = tx.pure.string('v'.repeat(16_000));
      for (let i = 0; i < 17; i++) {
        s.world.call(tx, 'blob::insert_or_update_metadata_pair', [
          blob,
          tx.pure.string(`key ${i}`),
          value,
        ]);
      }
    });
    attack(
      'more new objects than a transaction may make',
      fails('MovePrimitiveRuntimeError'),
      (tx, s) => {
        const one = tx.pure.u64(1);
        const self = s.mallory.wallet.toSuiAddress();
        for (let command = 0; command < 5; command++) {
          const coins = tx.splitCoins(
            tx.gas,
            Array.from({ length: 500 }, () => one),
          );
          const each = Array.from({ length: 500 }, (_, i) => need(coins[i], `coin ${i}`));
          tx.transferObjects(each, self);
        }
      },
    );
    attack(
      'more children than a transaction may touch',
      fails('MovePrimitiveRuntimeError'),
      (tx, s) => {
        const size = tx.pure.u64(BLOB_SIZE);
        const encoding = tx.pure.u8(1);
        const deletable = tx.pure.bool(true);
        for (let i = 0; i < 510; i++) {
          const { blobId, rootHash } = blobOf(0x10000 + i);
          s.world.call(tx, 'system::register_pooled_blob', [
            s.world.system,
            pool,
            tx.pure.u256(blobIdToInt(blobId)),
            tx.pure.u256(rootHash),
            size,
            encoding,
            deletable,
            s.mallory.walCoin,
          ]);
        }
      },
    );
    it('more computation than is paid for', async () => {
      const s = stage();
      const good = s.certificate(new Uint8Array(40));
      await s.attack(
        s.mallory.wallet,
        (tx) => {
          const bytes = (value: Uint8Array) => tx.pure.vector('u8', value);
          const certificate = [bytes(good.signature), bytes(good.bitmap), bytes(good.message)];
          for (let i = 0; i < 400; i++) s.world.call(tx, 'system::epoch', [s.world.system]);
          s.world.call(tx, 'system::invalidate_blob_id', [s.world.system, ...certificate]);
        },
        fails('InsufficientGas'),
        { budget: 1_000_000n },
      );
    });
  });
}
