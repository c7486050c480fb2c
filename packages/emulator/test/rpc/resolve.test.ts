import { GrpcTypes, SuiGrpcClient } from '@mysten/sui/grpc';
import { Transaction } from '@mysten/sui/transactions';
import { describe, expect, it } from 'vitest';

import { parseDraft } from '../../src/rpc/resolve/draft.js';

const ID = `0x${'ab'.repeat(32)}`;
const DIGEST = '9TbnuRiNJ1MgHSRN1v9FEcG54cwvHTM7nWjXERXyFfuD';

/** A message as parsed from the wire, from its set fields. */
function fromWire(fields: Parameters<typeof GrpcTypes.Transaction.create>[0]) {
  return GrpcTypes.Transaction.fromBinary(
    GrpcTypes.Transaction.toBinary(GrpcTypes.Transaction.create(fields)),
  );
}

function programmable(inputs: GrpcTypes.Input[], commands: GrpcTypes.Command[] = []) {
  return fromWire({
    sender: '0x7',
    kind: {
      data: { oneofKind: 'programmableTransaction', programmableTransaction: { inputs, commands } },
    },
  });
}

describe('drafts', () => {
  it('keep complete inputs and mark the others for look-up', () => {
    const kinds = GrpcTypes.Input_InputKind;
    const { inputs, sender } = parseDraft(
      programmable([
        { kind: kinds.PURE, pure: Uint8Array.of(1) },
        { pure: Uint8Array.of(2) },
        { kind: kinds.IMMUTABLE_OR_OWNED, objectId: ID, version: 3n, digest: DIGEST },
        { kind: kinds.SHARED, objectId: '0x6', version: 1n, mutable: false },
        { kind: kinds.RECEIVING, objectId: ID, version: 3n, digest: DIGEST },
        { objectId: '0x99' },
        { kind: kinds.SHARED, objectId: ID },
      ]),
    );
    expect(sender).toBe(`0x${'0'.repeat(63)}7`);
    expect(inputs).toEqual([
      { kind: 'pure', bytes: Uint8Array.of(1) },
      { kind: 'pure', bytes: Uint8Array.of(2) },
      { kind: 'immutableOrOwned', ref: { objectId: ID, version: 3n, digest: DIGEST } },
      { kind: 'shared', objectId: `0x${'0'.repeat(63)}6`, initialVersion: 1n, mutable: false },
      { kind: 'receiving', ref: { objectId: ID, version: 3n, digest: DIGEST } },
      { kind: 'unresolvedObject', objectId: `0x${'0'.repeat(62)}99` },
      { kind: 'unresolvedObject', objectId: ID, as: 'shared' },
    ]);
  });

  it('read what the official builder sends', async () => {
    let seen: GrpcTypes.Transaction | undefined;
    const client = new SuiGrpcClient({ network: 'localnet', baseUrl: 'http://unused.test' });
    client.transactionExecutionService.simulateTransaction = (request) => {
      seen = request.transaction;
      throw new Error('not sent');
    };
    const transaction = new Transaction();
    transaction.setSender('0x7');
    const [coin] = transaction.splitCoins(transaction.gas, [5]);
    transaction.moveCall({
      target: '0x2::test::call',
      typeArguments: ['0x2::sui::SUI'],
      arguments: [transaction.object(ID), transaction.object.clock(), coin],
    });
    await expect(transaction.build({ client })).rejects.toThrow('not sent');
    const draft = parseDraft(fromWire(seen ?? {}));
    expect(draft.budget).toBeUndefined();
    expect(draft.payment).toEqual([]);
    expect(draft.inputs.map((input) => input.kind)).toEqual(['pure', 'unresolvedObject', 'shared']);
    expect(draft.commands).toMatchObject([
      { kind: 'splitCoins', coin: { kind: 'gasCoin' }, amounts: [{ kind: 'input', input: 0 }] },
      {
        kind: 'moveCall',
        package: `0x${'0'.repeat(63)}2`,
        typeArguments: [`0x${'0'.repeat(63)}2::sui::SUI`],
        arguments: [
          { kind: 'input', input: 1 },
          { kind: 'input', input: 2 },
          { kind: 'nestedResult', command: 0, result: 0 },
        ],
      },
    ]);
  });

  it.each<[string, GrpcTypes.Transaction]>([
    ['no kind', fromWire({ sender: '0x7' })],
    [
      'no sender',
      fromWire({
        kind: {
          data: {
            oneofKind: 'programmableTransaction',
            programmableTransaction: { inputs: [], commands: [] },
          },
        },
      }),
    ],
    ['a malformed id', programmable([{ objectId: '0xzz' }])],
    ['an input without anything', programmable([{}])],
    ['a malformed digest', programmable([{ objectId: ID, digest: 'abc' }])],
    ['a command without anything', programmable([], [{ command: { oneofKind: undefined } }])],
    [
      'a malformed type',
      programmable(
        [],
        [
          {
            command: {
              oneofKind: 'moveCall',
              moveCall: {
                package: '0x2',
                module: 'm',
                function: 'f',
                typeArguments: ['a::b'],
                arguments: [],
              },
            },
          },
        ],
      ),
    ],
    [
      'too many commands',
      programmable(
        [],
        Array.from({ length: 1025 }, () => ({ command: { oneofKind: undefined } })),
      ),
    ],
  ])('refuse %s as INVALID_ARGUMENT', (_name, transaction) => {
    expect(() => parseDraft(transaction)).toThrow(
      expect.objectContaining({ status: 'INVALID_ARGUMENT' }),
    );
  });
});
