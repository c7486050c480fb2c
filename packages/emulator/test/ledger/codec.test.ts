import { bcs, TypeTagSerializer } from '@mysten/sui/bcs';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { Transaction } from '@mysten/sui/transactions';
import { fromBase58, toBase58 } from '@walrus-ts/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../src/ledger/codec/bytes.js';
import { decodeEffects, encodeEffects } from '../../src/ledger/codec/effects.js';
import { decodeObject, makeObject } from '../../src/ledger/codec/object.js';
import {
  decodeTransactionData,
  encodeTransactionData,
} from '../../src/ledger/codec/transaction.js';
import { encodeTypeTag, normalizeType, readTypeTag } from '../../src/ledger/codec/type-tag.js';
import {
  base58ToDigest,
  digestOf,
  digestToBase58,
  signingDigest,
} from '../../src/ledger/digest.js';
import type { ExecutionError, TransactionEffects } from '../../src/ledger/types.js';
import { need } from './world.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const id = (n: number): string => `0x${n.toString(16).padStart(2, '0').repeat(32)}`;
const digest = (n: number): string => toBase58(new Uint8Array(32).fill(n));

const TRANSACTION =
  '0000020008e8030000000000000020222222222222222222222222222222222222222222222222222222222222222202' +
  '02000101000001010300000000010100a0ccc8bcc83f6c628340134f8546a21e0618fd1aaa02432bba454c4a2c2233da' +
  '01111111111111111111111111111111111111111111111111111111111111111105000000000000002002020202020202' +
  '02020202020202020202020202020202020202020202020202a0ccc8bcc83f6c628340134f8546a21e0618fd1aaa02432b' +
  'ba454c4a2c2233dae80300000000000080841e000000000000';
const CLOCK =
  '0000000000000000000000000000000000000000000000000000000000000000000205636c6f636b05436c6f636b000001' +
  '00000000000000280000000000000000000000000000000000000000000000000000000000000006000000000000000002' +
  '0100000000000000205c32844bfcf9d08b2398d7877ae22f2c89a3c4519abb76d0bd7e171ce54dcc060000000000000000';

describe('digests', () => {
  it('of the transaction vector are right', () => {
    expect(digestOf('transaction', bytes(TRANSACTION))).toBe(
      '9TbnuRiNJ1MgHSRN1v9FEcG54cwvHTM7nWjXERXyFfuD',
    );
    expect(hex(signingDigest(bytes(TRANSACTION)))).toBe(
      '8c986175734de0ef709d0b538e28f3184bdca6f12871879c558df949784bb39e',
    );
  });

  it('of the mainnet genesis clock object is right', () => {
    const clock = decodeObject(bytes(CLOCK));
    expect(clock.digest).toBe('EsPK73W5CEbPH2mDVRhdcg3jGMCydpiysRSa3vJPxheW');
    expect(clock.previousTransaction).toBe('7CuBm1AnLgkBMB6GiEn5d3RizznF5LbawjJTs8A5dcXF');
    expect(clock.owner).toEqual({ kind: 'shared', initialVersion: 1n });
    const { data, owner, previousTransaction, storageRebate } = clock;
    expect(hex(makeObject({ data, owner, previousTransaction, storageRebate }).bcs)).toBe(CLOCK);
  });

  it('agree with a general base58 codec, also with leading zeros', () => {
    const arbitrary = fc.tuple(
      fc.integer({ min: 0, max: 32 }),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
    );
    fc.assert(
      fc.property(arbitrary, ([zeros, value]) => {
        const padded = value.fill(0, 0, zeros);
        const text = digestToBase58(padded);
        expect(text).toBe(toBase58(padded));
        expect(base58ToDigest(text)).toEqual(padded);
      }),
    );
  });

  it('that are not 32 bytes of base58 are refused', () => {
    for (const text of [
      '',
      '1',
      '0'.repeat(43),
      'z'.repeat(44),
      'z'.repeat(43) + 'é',
      '1'.repeat(33),
      '1'.repeat(31),
    ]) {
      expect(() => base58ToDigest(text), text).toThrow(/not a digest/);
    }
    expect(fromBase58(digestToBase58(new Uint8Array(32).fill(255)))).toEqual(
      new Uint8Array(32).fill(255),
    );
  });
});

describe('types', () => {
  it('are normalised', () => {
    expect(normalizeType('0x2::coin::Coin< 0x2::sui::SUI >')).toBe(
      `0x${'0'.repeat(63)}2::coin::Coin<0x${'0'.repeat(63)}2::sui::SUI>`,
    );
    expect(normalizeType('vector<vector<u8>>')).toBe('vector<vector<u8>>');
    for (const text of [
      '',
      'u7',
      'vector',
      'vector<u8',
      '0x2::a',
      '0x2::a::B<>',
      '0x2::a::B<u8>>',
      'struct',
      '0xg::a::B',
    ]) {
      expect(() => normalizeType(text), text).toThrow(/not a Move type/);
    }
  });

  it('have the BCS of the official client', () => {
    const type = '0x2::dynamic_field::Field<0x1::string::String,vector<0xabc::m::T<u256,address>>>';
    const expected = bcs.TypeTag.serialize(TypeTagSerializer.parseFromStr(type, true)).toBytes();
    expect(encodeTypeTag(type)).toEqual(expected);
    expect(readTypeTag(new ByteReader(expected))).toBe(normalizeType(type));
  });
});

describe('transactions', () => {
  it('of the vector decode and encode', () => {
    const data = decodeTransactionData(bytes(TRANSACTION));
    expect(data.gas).toEqual({
      payment: [{ objectId: id(0x11), version: 5n, digest: digest(2) }],
      owner: data.sender,
      price: 1000n,
      budget: 2_000_000n,
    });
    expect(hex(encodeTransactionData(data))).toBe(TRANSACTION);
  });

  it('with every command and input agree with the official client', async () => {
    const tx = new Transaction();
    tx.setSender(id(1));
    tx.setGasOwner(id(2));
    tx.setGasPrice(1000);
    tx.setGasBudget(50_000_000);
    tx.setGasPayment([{ objectId: id(3), version: 4, digest: digest(5) }]);
    tx.setExpiration({ Epoch: 7 });
    const [coin] = tx.splitCoins(tx.gas, [1, 2]);
    const owned = tx.objectRef({ objectId: id(6), version: '9', digest: digest(7) });
    const receiving = tx.receivingRef({ objectId: id(8), version: 3, digest: digest(9) });
    const shared = tx.sharedObjectRef({ objectId: id(10), initialSharedVersion: 2, mutable: true });
    tx.mergeCoins(owned, [need(coin)]);
    tx.moveCall({
      target: `${id(11)}::module_name::function_name`,
      typeArguments: ['0x2::sui::SUI', 'vector<u8>'],
      arguments: [shared, receiving, tx.pure.string('text'), tx.pure.vector('u64', [1, 2])],
    });
    const vec = tx.makeMoveVec({ type: '0x2::coin::Coin<0x2::sui::SUI>', elements: [owned] });
    tx.makeMoveVec({ elements: [owned] });
    tx.transferObjects([vec], tx.pure.address(id(12)));
    const [cap] = tx.publish({ modules: [[1, 2, 3]], dependencies: ['0x1', '0x2'] });
    tx.upgrade({ modules: [[4]], dependencies: ['0x1'], package: id(13), ticket: need(cap) });
    const encoded = await tx.build();
    const decoded = decodeTransactionData(encoded);
    expect(hex(encodeTransactionData(decoded))).toBe(hex(encoded));
    expect(digestOf('transaction', encoded)).toBe(await tx.getDigest());
    if (decoded.kind.kind !== 'programmable') throw new Error('programmable');
    expect(decoded.kind.commands.map((command) => command.kind)).toEqual([
      'splitCoins',
      'mergeCoins',
      'moveCall',
      'makeMoveVec',
      'makeMoveVec',
      'transferObjects',
      'publish',
      'upgrade',
    ]);
  });

  it('with a validity window and withdrawals decode', () => {
    const window = {
      minEpoch: 1n,
      maxEpoch: 2n,
      minTimestampMs: undefined,
      maxTimestampMs: 5n,
      chain: digest(3),
      nonce: 77,
    };
    const base = decodeTransactionData(bytes(TRANSACTION));
    const withdrawal = {
      kind: 'fundsWithdrawal',
      amount: 5n,
      coinType: normalizeType('0x2::sui::SUI'),
    } as const;
    for (const expiration of [
      { kind: 'validDuring', ...window } as const,
      { kind: 'validity', ...window, allowedProposers: { epoch: 1n, proposers: [1, 5] } } as const,
    ]) {
      const kind = {
        kind: 'programmable',
        commands: [],
        inputs: [
          { ...withdrawal, source: { kind: 'sponsor' } },
          { ...withdrawal, source: { kind: 'senderAllowance', funder: id(1), allowance: id(2) } },
        ],
      } as const;
      const encoded = encodeTransactionData({ ...base, kind, expiration });
      expect(decodeTransactionData(encoded)).toEqual({ ...base, kind, expiration });
      const official = bcs.TransactionData.parse(encoded);
      expect(hex(bcs.TransactionData.serialize(official).toBytes())).toBe(hex(encoded));
    }
  });

  it('that are cut, extended or changed never decode to something else than they encode', () => {
    const original = bytes(TRANSACTION);
    for (let length = 0; length < original.length; length++) {
      expect(() => decodeTransactionData(original.subarray(0, length)), `length ${length}`).toThrow(
        /BCS/,
      );
    }
    expect(() => decodeTransactionData(new Uint8Array([...original, 0]))).toThrow(/trailing/);
    fc.assert(
      fc.property(fc.nat(original.length - 1), fc.nat(255), (at, value) => {
        const changed = original.slice();
        changed[at] = value;
        try {
          expect(encodeTransactionData(decodeTransactionData(changed))).toEqual(changed);
        } catch (error) {
          expect(error).toMatchObject({ code: 'LEDGER_INVALID_BCS' });
        }
      }),
    );
  });

  it('are signed by the official client with the vector signature', async () => {
    const keypair = Ed25519Keypair.fromSecretKey(new Uint8Array(32).fill(7));
    const { signature } = await keypair.signTransaction(bytes(TRANSACTION));
    expect(signature).toBe(
      'AMWuKM/BpzUft7ZAIP8juY4GhCl2sTYVUDrK9QcumQM6RM5FR76R60rHmbk3kijQ6/zhiLrBLJKvExrbYow1VArqSmxj4pxSCr71UHsTLsX5lUd2rr6+e5JCHuppFEbSLA==',
    );
  });
});

describe('effects', () => {
  const location = { package: id(1), module: 'm', function: 3, instruction: 9, functionName: 'f' };
  const errors: ExecutionError[] = [
    { kind: 'InsufficientGas' },
    { kind: 'MoveAbort', location, code: 2n ** 64n - 1n },
    { kind: 'MovePrimitiveRuntimeError', location: undefined },
    { kind: 'MovePrimitiveRuntimeError', location: { ...location, functionName: undefined } },
    { kind: 'CommandArgumentError', argument: 1, error: { kind: 'IndexOutOfBounds', index: 5 } },
    {
      kind: 'CommandArgumentError',
      argument: 1,
      error: { kind: 'SecondaryIndexOutOfBounds', result: 5, secondary: 2 },
    },
    { kind: 'CommandArgumentError', argument: 2, error: { kind: 'InvalidResultArity', result: 5 } },
    { kind: 'CommandArgumentError', argument: 0, error: { kind: 'InvalidTxContext' } },
    { kind: 'TypeArgumentError', argument: 4, error: 'ConstraintNotSatisfied' },
    { kind: 'UnusedValueWithoutDrop', result: 1, secondary: 2 },
    { kind: 'InvalidPublicFunctionReturnType', index: 0 },
    { kind: 'CircularObjectOwnership', object: id(7) },
    { kind: 'MoveObjectTooBig', size: 256_001n, maxSize: 256_000n },
    {
      kind: 'PackageUpgradeError',
      error: { kind: 'DigestDoesNotMatch', digest: new Uint8Array(32) },
    },
    {
      kind: 'PackageUpgradeError',
      error: { kind: 'PackageIDDoesNotMatch', packageId: id(1), ticketId: id(2) },
    },
    { kind: 'PackageUpgradeError', error: { kind: 'UnknownUpgradePolicy', policy: 3 } },
    { kind: 'SharedObjectOperationNotAllowed' },
    { kind: 'InvalidLinkage' },
  ];

  const effects = (error?: ExecutionError): TransactionEffects => ({
    status:
      error === undefined
        ? { success: true }
        : { success: false, error, command: 3, description: expect.any(String) },
    epoch: 1n,
    gasUsed: {
      computationCost: 1n,
      storageCost: 2n,
      storageRebate: 3n,
      nonRefundableStorageFee: 4n,
    },
    transactionDigest: digest(1),
    gasObjectIndex: 0,
    eventsDigest: digest(2),
    dependencies: [digest(3), digest(4)],
    lamportVersion: 8n,
    changedObjects: [
      {
        objectId: id(1),
        input: { version: 7n, digest: digest(1), owner: { kind: 'address', address: id(5) } },
        output: {
          kind: 'object',
          digest: digest(9),
          version: 8n,
          owner: { kind: 'shared', initialVersion: 8n },
        },
        idOperation: 'none',
      },
      {
        objectId: id(2),
        input: undefined,
        output: { kind: 'package', digest: digest(9), version: 1n },
        idOperation: 'created',
      },
      {
        objectId: id(3),
        input: {
          version: 7n,
          digest: digest(1),
          owner: { kind: 'consensusAddress', startVersion: 3n, address: id(5) },
        },
        output: undefined,
        idOperation: 'deleted',
      },
    ],
    unchangedConsensusObjects: [
      { objectId: id(6), kind: 'readOnlyRoot', version: 5n, digest: digest(6) },
    ],
  });

  it('round-trip and agree with the official client for every error', () => {
    for (const error of [undefined, ...errors]) {
      const value = effects(error);
      const encoded = encodeEffects(value);
      expect(decodeEffects(encoded)).toEqual(value);
      const official = bcs.TransactionEffects.parse(encoded);
      // The official client reads an absent location, but cannot write one.
      if (error?.kind !== 'MovePrimitiveRuntimeError' || error.location !== undefined) {
        expect(hex(bcs.TransactionEffects.serialize(official).toBytes())).toBe(hex(encoded));
      }
      if (error !== undefined) {
        expect(official.V2?.status.Failure?.error.$kind).toBe(error.kind);
      }
    }
  });
});
