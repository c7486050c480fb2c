import { Transaction } from '@mysten/sui/transactions';
import { normalizeAddress } from '@walrus-ts/core';
import { describe, expect, it } from 'vitest';
import { ABORT_ADVICE } from '../../src/aborts.js';
import { ABORTS } from '../../src/generated/aborts.js';
import * as apportionment from '../../src/generated/walrus/apportionment-queue.js';
import * as auth from '../../src/generated/walrus/auth.js';
import { Blob } from '../../src/generated/walrus/blob.js';
import { Metadata } from '../../src/generated/walrus/metadata.js';
import { PoolState } from '../../src/generated/walrus/staking-pool.js';
import * as staking from '../../src/generated/walrus/staking.js';
import * as upgrade from '../../src/generated/walrus/upgrade.js';
import { u32 } from '../../src/move/layout.js';

const packageId = normalizeAddress('0xabc');
const objectId = normalizeAddress('0x7');

describe('generated functions', () => {
  it('add plain values, objects, values of the transaction and the clock', () => {
    const tx = new Transaction();
    const authorized = auth.authorizedAddress(tx, packageId, { addr: objectId });
    staking.setCommissionReceiver(tx, packageId, {
      staking: objectId,
      nodeId: '0x8',
      auth: auth.authenticateSender(tx, packageId),
      receiver: authorized,
    });
    staking.votingEnd(tx, packageId, { staking: objectId });
    const { commands, inputs } = tx.getData();
    expect(commands.map(({ MoveCall }) => MoveCall && `${MoveCall.module}::${MoveCall.function}`)) //
      .toEqual([
        'auth::authorized_address',
        'auth::authenticate_sender',
        'staking::set_commission_receiver',
        'staking::voting_end',
      ]);
    expect(commands[2]?.MoveCall?.arguments).toMatchObject([
      { $kind: 'Input', Input: 1 },
      { $kind: 'Input', Input: 2 },
      { $kind: 'Result', Result: 1 },
      { $kind: 'Result', Result: 0 },
    ]);
    // The staking object is one input for both calls; the clock is added by itself.
    expect(inputs).toHaveLength(4);
    expect(commands[3]?.MoveCall?.arguments).toHaveLength(2);
    expect(inputs[0]?.Pure?.bytes).toBe(Buffer.from(objectId.slice(2), 'hex').toString('base64'));
  });

  it('take nested vectors and type arguments', () => {
    const tx = new Transaction();
    upgrade.cleanupUpgradeProposals(tx, packageId, {
      self: objectId,
      staking: objectId,
      proposals: [Uint8Array.of(1, 2), [3]],
    });
    auth.authenticateWithObject(tx, packageId, { obj: objectId, typeArguments: ['0x2::m::T'] });
    const { commands, inputs } = tx.getData();
    expect(inputs.at(-1)?.Pure?.bytes).toBe(Buffer.from([2, 2, 1, 2, 1, 3]).toString('base64'));
    expect(commands[1]?.MoveCall?.typeArguments).toEqual(['0x2::m::T']);
  });
});

describe('generated layouts', () => {
  const storage = { id: objectId, startEpoch: 1, endEpoch: 5, storageSize: 1n << 40n };
  const blob = {
    id: objectId,
    registeredEpoch: 1,
    blobId: (1n << 255n) + 1n,
    size: 7n,
    encodingType: 1,
    certifiedEpoch: null,
    storage,
    deletable: true,
  };

  it('read and write the bytes of the chain', () => {
    const bytes = Blob.serialize(blob).toBytes();
    // spec contracts.md §2: id 32, epoch 4, blob ID 32, size 8, encoding 1, none 1, storage 48, bool 1
    expect(bytes).toHaveLength(32 + 4 + 32 + 8 + 1 + 1 + 48 + 1);
    expect(bytes[36]).toBe(1);
    expect(bytes[67]).toBe(0x80);
    expect(Blob.parse(bytes)).toEqual(blob);
  });

  it('know maps, enums and type parameters', () => {
    const metadata = new Map([
      ['b', '2'],
      ['a', '1'],
    ]);
    const bytes = Metadata.serialize({ metadata }).toBytes();
    expect([...bytes]).toEqual([2, 1, 98, 1, 50, 1, 97, 1, 49]);
    expect(Metadata.parse(bytes).metadata).toEqual(metadata);
    expect(PoolState.parse(Uint8Array.of(1, 9, 0, 0, 0))).toMatchObject({ Withdrawing: 9 });
    const entry = { priority: 3n, tieBreaker: 4n, value: 5 };
    const Entry = apportionment.Entry(u32);
    expect(Entry.parse(Entry.serialize(entry).toBytes())).toEqual(entry);
  });

  it('name their types', () => {
    expect(Blob.tag('0x1')).toBe('0x1::blob::Blob');
    expect(apportionment.Entry(u32).tag('0x1', 'u32')).toBe('0x1::apportionment_queue::Entry<u32>');
  });
});

describe('abort codes', () => {
  it('are those of the specification', () => {
    // spec contracts.md §6 and §7, a sample
    expect(ABORTS['walrus']?.['system_state_inner']?.['2']?.[0]).toBe('EInvalidEpochsAhead');
    expect(ABORTS['walrus']?.['staking_pool']?.['18']?.[0]).toBe('EZeroShares');
    expect(ABORTS['wal_exchange']?.['wal_exchange']?.['3']?.[0]).toBe('EInvalidExchangeRate');
    expect(ABORTS['sui']?.['balance']?.['2']?.[0]).toBe('ENotEnough');
  });

  it('all have a meaning', () => {
    for (const modules of Object.values(ABORTS)) {
      for (const [module, codes] of Object.entries(modules)) {
        for (const [name, text] of Object.values(codes)) {
          expect(text, `${module}::${name}`).toMatch(/^\S.*[^.]$/);
        }
      }
    }
  });

  it('that have advice exist', () => {
    const known = new Set(
      Object.values(ABORTS).flatMap((modules) =>
        Object.entries(modules).flatMap(([module, codes]) =>
          Object.values(codes).map(([name]) => `${module}::${name}`),
        ),
      ),
    );
    for (const key of Object.keys(ABORT_ADVICE)) expect(known).toContain(key);
  });
});
