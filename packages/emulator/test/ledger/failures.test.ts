import type { Transaction } from '@mysten/sui/transactions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  coinBalance,
  decodeTransactionData,
  type Argument,
  type ExecutionError,
  type TransactionRecord,
} from '../../src/ledger/index.js';
import { checkRecord } from './invariants.js';
import {
  changeOf,
  createdOf,
  need,
  readFixture,
  refOf,
  STRANGER,
  SUI,
  USER,
  World,
} from './world.js';

let world: World;
let sample: string;
let counter: string;
let item: string;
const me = USER.toSuiAddress();

beforeAll(async () => {
  world = await World.open();
  const { packageId, record } = await world.publish(USER, await readFixture('sample'));
  sample = packageId;
  counter = createdOf(record, '::Counter')[0] ?? '';
  const made = await world.must(USER, (tx) =>
    tx.transferObjects([call(tx, 'new_item', [tx.pure.u64(5)])], me),
  );
  item = createdOf(made, '::Item')[0] ?? '';
});

afterAll(() => world.close());

function call(
  tx: Transaction,
  name: string,
  args: Parameters<Transaction['moveCall']>[0]['arguments'] = [],
) {
  return tx.moveCall({ target: `${sample}::sample::${name}`, arguments: args });
}

const owned = (tx: Transaction, id: string) => tx.objectRef(refOf(world.object(id)));
const counterInput = (tx: Transaction, mutable: boolean) => {
  const { owner } = world.object(counter);
  const version = owner.kind === 'shared' ? owner.initialVersion.toString() : '0';
  return tx.sharedObjectRef({ objectId: counter, initialSharedVersion: version, mutable });
};

/** Runs a transaction that must fail in execution. */
async function fails(
  fill: (tx: Transaction) => void,
  error: Partial<ExecutionError>,
  command?: number,
): Promise<TransactionRecord> {
  const before = world.coins(USER)[0];
  const record = checkRecord(world.ledger, await world.run(USER, fill));
  expect(record.effects.status).toMatchObject({ success: false, error });
  if (!record.effects.status.success && command !== undefined)
    expect(record.effects.status.command).toBe(command);
  expect(record.events).toEqual([]);
  const gas = record.effects.changedObjects[record.effects.gasObjectIndex ?? -1];
  expect(gas?.objectId).toBe(before?.objectId);
  return record;
}

const argument = (position: number, error: object): Partial<ExecutionError> =>
  ({ kind: 'CommandArgumentError', argument: position, error }) as Partial<ExecutionError>;

describe('a failing transaction', () => {
  it('keeps nothing but new versions of its inputs and the gas it cost', async () => {
    const contents = world.object(item).data;
    const record = await fails(
      (tx) => {
        const input = owned(tx, item);
        call(tx, 'set_number', [input, tx.pure.u64(77)]);
        call(tx, 'increment', [counterInput(tx, true)]);
        call(tx, 'many_events', [tx.pure.u64(3)]);
        call(tx, 'fail', [tx.pure.u64(42)]);
      },
      { kind: 'MoveAbort', code: 42n },
      3,
    );
    const { status, gasUsed } = record.effects;
    expect(status).toMatchObject({
      error: { location: { package: sample, module: 'sample', functionName: 'fail' } },
    });
    expect(record.effects.changedObjects.map((c) => c.objectId).sort()).toEqual(
      [
        item,
        counter,
        record.effects.changedObjects[record.effects.gasObjectIndex ?? 0]?.objectId ?? '',
      ].sort(),
    );
    const after = world.object(item).data;
    expect(after).toEqual({ ...contents, version: record.effects.lamportVersion });
    expect(gasUsed.computationCost).toBe(1_000_000n);
    expect(gasUsed.storageCost).toBeGreaterThan(0n);
  });

  it('still merges its gas coins', async () => {
    await world.must(USER, (tx) => tx.transferObjects([need(tx.splitCoins(tx.gas, [SUI])[0])], me));
    const gas = world.coins(USER).slice(0, 2);
    const record = checkRecord(
      world.ledger,
      await world.run(USER, (tx) => call(tx, 'fail', [tx.pure.u64(1)]), { gas }),
    );
    expect(changeOf(record, gas[1]?.objectId ?? '').idOperation).toBe('deleted');
  });

  it('is found and answered again by its digest', async () => {
    const built = await world.build(USER, (tx) => call(tx, 'fail', [tx.pure.u64(1)]));
    const [first, second] = await Promise.all([
      world.ledger.execute(built.bytes, [built.signature]),
      world.ledger.execute(built.bytes, [built.signature]),
    ]);
    expect(second).toEqual(first);
    expect(await world.ledger.execute(built.bytes, [built.signature])).toEqual(first);
    expect(first.digest).toBe(built.digest);
  });
});

describe('run-time errors', () => {
  it('of arithmetic name the place', () =>
    fails(
      (tx) => call(tx, 'divide', [tx.pure.u64(0)]),
      { kind: 'MovePrimitiveRuntimeError' },
      0,
    ).then(() => {}));

  it('of an endless loop use up the budget', async () => {
    const budget = 3_000_000n;
    const [coin] = world.coins(USER);
    const before = coin?.data.kind === 'move' ? coinBalance(coin.data.contents) : 0n;
    const record = checkRecord(
      world.ledger,
      await world.run(USER, (tx) => call(tx, 'spin'), { budget }),
    );
    expect(record.effects.status).toMatchObject({
      success: false,
      error: { kind: 'InsufficientGas' },
      command: 0,
    });
    const after = world.object(coin?.objectId ?? '');
    const left = after.data.kind === 'move' ? coinBalance(after.data.contents) : 0n;
    expect(before - left).toBeLessThanOrEqual(budget);
    expect(record.effects.gasUsed.computationCost).toBe(budget);
  });

  it('of an endless loop cost no more than a transaction may compute', async () => {
    const record = checkRecord(
      world.ledger,
      await world.run(USER, (tx) => call(tx, 'spin'), { budget: 100n * SUI }),
    );
    expect(record.effects.status).toMatchObject({ error: { kind: 'InsufficientGas' }, command: 0 });
    expect(record.effects.gasUsed.computationCost).toBe(5n * SUI);
  });

  it('of storage that the budget does not cover drop all writes', async () => {
    const record = checkRecord(
      world.ledger,
      await world.run(
        USER,
        (tx) => tx.transferObjects([call(tx, 'new_item', [tx.pure.u64(1)])], me),
        { budget: 1_500_000n },
      ),
    );
    expect(record.effects.status).toMatchObject({
      success: false,
      error: { kind: 'InsufficientGas' },
    });
    expect(record.effects.changedObjects).toHaveLength(1);
  });

  it('of too many events', () =>
    fails((tx) => call(tx, 'many_events', [tx.pure.u64(1025)]), {
      kind: 'MovePrimitiveRuntimeError',
    }).then(() => {}));
});

describe('static rules', () => {
  it('on functions', async () => {
    await fails((tx) => call(tx, 'missing'), { kind: 'FunctionNotFound' }, 0);
    await fails((tx) => call(tx, 'hidden'), { kind: 'NonEntryFunctionInvoked' }, 0);
    await fails((tx) => call(tx, 'internal'), { kind: 'NonEntryFunctionInvoked' }, 0);
    await fails((tx) => call(tx, 'fail', []), { kind: 'ArityMismatch' }, 0);
    await fails((tx) => call(tx, 'value_ref', [counterInput(tx, false)]), {
      kind: 'InvalidPublicFunctionReturnType',
      index: 0,
    });
    await fails(
      (tx) =>
        tx.moveCall({
          target: '0x2::event::emit',
          typeArguments: ['u64'],
          arguments: [tx.pure.u64(1)],
        }),
      { kind: 'NonEntryFunctionInvoked' },
    );
  });

  it('on type arguments', async () => {
    const generic = (typeArguments: string[]) => (tx: Transaction) =>
      tx.moveCall({
        target: `${sample}::sample::generic`,
        typeArguments,
        arguments: [owned(tx, item), tx.pure.address(me)],
      });
    await fails(generic([]), { kind: 'TypeArityMismatch' });
    await fails(generic(['u64']), {
      kind: 'TypeArgumentError',
      argument: 0,
      error: 'ConstraintNotSatisfied',
    });
    await fails(generic([`${sample}::sample::Nothing`]), {
      kind: 'TypeArgumentError',
      argument: 0,
      error: 'TypeNotFound',
    });
    await fails(generic([`${sample}::sample::Box`]), argument(0, { kind: 'TypeMismatch' }));
    // Types inside type arguments follow the same rules.
    const receiving = (inner: string): string => `0x2::transfer::Receiving<${inner}>`;
    await fails(generic([receiving('u64')]), {
      kind: 'TypeArgumentError',
      argument: 0,
      error: 'ConstraintNotSatisfied',
    });
    await fails(generic([receiving('0x2::sui::NONE')]), {
      kind: 'TypeArgumentError',
      argument: 0,
      error: 'TypeNotFound',
    });
    await fails(generic(['0x2::transfer::Receiving']), { kind: 'TypeArityMismatch' });
    await fails((tx) => tx.makeMoveVec({ type: '0x2::sui::NONE', elements: [] }), {
      kind: 'TypeArgumentError',
      argument: 0,
      error: 'TypeNotFound',
    });
  });

  it('on references to results', async () => {
    const withArgument = async (replaced: Argument, error: object): Promise<void> => {
      const record = await world.runChanged(
        USER,
        (tx) => {
          call(tx, 'version');
          tx.splitCoins(tx.gas, [1, 2]);
          call(tx, 'fail', [tx.pure.u64(1)]);
        },
        (data) => {
          if (data.kind.kind !== 'programmable') throw new Error('programmable');
          const commands = data.kind.commands.map((command) =>
            command.kind === 'moveCall' && command.arguments.length === 1
              ? { ...command, arguments: [replaced] }
              : command,
          );
          return { ...data, kind: { ...data.kind, commands } };
        },
      );
      expect(record.effects.status).toMatchObject({
        success: false,
        error: argument(0, error),
        command: 2,
      });
    };
    await withArgument({ kind: 'input', input: 9 }, { kind: 'IndexOutOfBounds', index: 9 });
    await withArgument({ kind: 'result', command: 2 }, { kind: 'IndexOutOfBounds', index: 2 });
    await withArgument({ kind: 'result', command: 1 }, { kind: 'InvalidResultArity', result: 1 });
    await withArgument(
      { kind: 'nestedResult', command: 0, result: 1 },
      { kind: 'SecondaryIndexOutOfBounds', result: 0, secondary: 1 },
    );
    await withArgument({ kind: 'nestedResult', command: 1, result: 0 }, { kind: 'TypeMismatch' });
  });

  it('on pure values', async () => {
    await fails(
      (tx) => call(tx, 'fail', [tx.pure.u8(1)]),
      argument(0, { kind: 'InvalidBCSBytes' }),
    );
    await fails(
      (tx) => call(tx, 'fail', [tx.pure(new Uint8Array(9))]),
      argument(0, { kind: 'InvalidBCSBytes' }),
    );
    await fails(
      (tx) => call(tx, 'check_ascii', [tx.pure.string('é')]),
      argument(0, { kind: 'InvalidBCSBytes' }),
    );
    await fails(
      (tx) =>
        call(tx, 'add_field', [owned(tx, item), tx.pure(Uint8Array.of(1, 0xff)), tx.pure.u64(1)]),
      argument(0, { kind: 'TypeMismatch' }),
    );
    await fails(
      (tx) => call(tx, 'number', [tx.pure(new Uint8Array(40))]),
      argument(0, { kind: 'InvalidUsageOfPureArg' }),
    );
  });

  it('on values that are gone or borrowed', async () => {
    await fails(
      (tx) => {
        const input = owned(tx, item);
        call(tx, 'delete_item', [input]);
        call(tx, 'number', [input]);
      },
      argument(0, { kind: 'ArgumentWithoutValue' }),
      1,
    );
    await fails(
      (tx) => {
        const input = owned(tx, item);
        call(tx, 'add_numbers', [input, input]);
      },
      argument(1, { kind: 'InvalidReferenceArgument' }),
    );
    await fails(
      (tx) => call(tx, 'increment', [counterInput(tx, false)]),
      argument(0, { kind: 'InvalidObjectByMutRef' }),
    );
    await fails(
      (tx) => call(tx, 'drop_counter', [counterInput(tx, false)]),
      argument(0, { kind: 'InvalidObjectByValue' }),
    );
  });

  it('on coins and transfers', async () => {
    const split =
      (...amounts: bigint[]) =>
      (tx: Transaction) =>
        tx.transferObjects([...tx.splitCoins(tx.gas, amounts)], me);
    await fails(split(2n ** 64n - 1n), { kind: 'InsufficientCoinBalance' }, 0);
    await fails(split(2n ** 64n - 1n, 1n), { kind: 'CoinBalanceOverflow' }, 0);
    await fails((tx) => tx.splitCoins(owned(tx, item), [1]), argument(0, { kind: 'TypeMismatch' }));
    await fails(
      (tx) => {
        const [coin] = tx.splitCoins(tx.gas, [1]);
        tx.mergeCoins(need(coin), [tx.gas]);
      },
      argument(1, { kind: 'InvalidGasCoinUsage' }),
      1,
    );
    await fails(
      (tx) => tx.transferObjects([call(tx, 'heat', [tx.pure.u64(1)])], me),
      argument(0, { kind: 'InvalidTransferObject' }),
      1,
    );
    await fails((tx) => tx.splitCoins(tx.gas, [5]), {
      kind: 'UnusedValueWithoutDrop',
      result: 0,
      secondary: 0,
    });
  });

  it('on hot potatoes', async () => {
    await fails((tx) => call(tx, 'heat', [tx.pure.u64(1)]), {
      kind: 'UnusedValueWithoutDrop',
      result: 0,
      secondary: 0,
    });
    await fails(
      (tx) => {
        const input = owned(tx, item);
        const potato = call(tx, 'heat', [tx.pure.u64(1)]);
        call(tx, 'touch', [potato, input]);
        call(tx, 'private_entry', [input]);
        call(tx, 'eat', [potato]);
      },
      argument(0, { kind: 'InvalidArgumentToPrivateEntryFunction' }),
      2,
    );
    // Once the potato is eaten, or when nothing ties it to the argument, the call is fine.
    await world.must(USER, (tx) => {
      const input = owned(tx, item);
      const potato = call(tx, 'heat', [tx.pure.u64(1)]);
      call(tx, 'touch', [potato, input]);
      call(tx, 'eat', [potato]);
      call(tx, 'private_entry', [input]);
    });
    await world.must(USER, (tx) => {
      const potato = call(tx, 'heat', [tx.pure.u64(1)]);
      call(tx, 'private_entry', [owned(tx, item)]);
      call(tx, 'eat', [potato]);
    });
  });

  it('on vectors', async () => {
    await fails(
      (tx) => tx.makeMoveVec({ elements: [tx.pure.u64(1)] }),
      argument(0, { kind: 'InvalidMakeMoveVecNonObjectArgument' }),
    );
    await fails(
      (tx) => tx.makeMoveVec({ type: 'u64', elements: [owned(tx, item)] }),
      argument(0, { kind: 'TypeMismatch' }),
    );
  });
});

describe('simulation', () => {
  it('without checks reports results, also of private functions and references, and stores nothing', async () => {
    const { digest, transaction } = await simulated((tx) => {
      call(tx, 'value_ref', [counterInput(tx, false)]);
      call(tx, 'set_number', [owned(tx, item), tx.pure.u64(3)]);
      call(tx, 'hidden');
    });
    const status = world.ledger.status();
    const result = world.ledger.simulate(
      { ...transaction, gas: { ...transaction.gas, payment: [], budget: 0n } },
      { checks: 'disabled' },
    );
    expect(result.record.effects.status).toEqual({ success: true });
    expect(result.commandResults[0]?.returnValues[0]).toMatchObject({ type: 'u64' });
    expect(result.commandResults[1]?.mutatedByRef[0]).toMatchObject({
      type: `${sample}::sample::Item`,
      argument: { kind: 'input' },
    });
    expect(result.mockGasStorageCost).toBe(988_000n);
    expect(world.ledger.transaction(digest)).toBeUndefined();
    expect(world.ledger.status()).toEqual(status);
  });

  it('with checks costs what the execution then costs', async () => {
    const { transaction, bytes, signature } = await simulated((tx) =>
      tx.transferObjects([call(tx, 'new_item', [tx.pure.u64(1)])], STRANGER.toSuiAddress()),
    );
    const predicted = world.ledger.simulate(transaction, { checks: 'enabled' }).record;
    const record = await world.ledger.execute(bytes, [signature]);
    expect(predicted.effects).toEqual(record.effects);
    expect(predicted.checkpoint).toBeUndefined();
  });

  async function simulated(fill: (tx: Transaction) => void) {
    const built = await world.build(USER, fill);
    return { ...built, transaction: decodeTransactionData(built.bytes) };
  }
});
