/** Every limit that a transaction can meet (move-vm.md 11), at its edge where that is cheap. */
import type { Transaction } from '@mysten/sui/transactions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Command, ExecutionError, TransactionRecord } from '../../src/ledger/index.js';
import { checkRecord } from './invariants.js';
import { createdOf, need, readFixture, refOf, SUI, USER, World } from './world.js';

const BUDGET = 100n * SUI;
const KIB = 1024;
/** Id and length of the vector before the bytes of `Bytes`. */
const BYTES_HEAD = 32 + 3;
const me = USER.toSuiAddress();

let world: World;
let limits: string;

beforeAll(async () => {
  world = await World.open();
  limits = (await world.publish(USER, await readFixture('limits'))).packageId;
});

afterAll(() => world.close());

type Input = ReturnType<Transaction['pure']> | ReturnType<Transaction['object']>;

function call(tx: Transaction, name: string, args: (number | Input)[]) {
  return tx.moveCall({
    target: `${limits}::limits::${name}`,
    arguments: args.map((arg) => (typeof arg === 'number' ? tx.pure.u64(arg) : arg)),
  });
}

async function run(fill: (tx: Transaction) => void): Promise<TransactionRecord> {
  return checkRecord(world.ledger, await world.run(USER, fill, { budget: BUDGET }));
}

async function succeeds(fill: (tx: Transaction) => void): Promise<TransactionRecord> {
  const record = await run(fill);
  expect(record.effects.status).toEqual({ success: true });
  return record;
}

async function fails(
  fill: (tx: Transaction) => void,
  error: Partial<ExecutionError>,
  command?: number,
): Promise<void> {
  const { effects } = await run(fill);
  expect(effects.status).toMatchObject({ success: false, error, command });
  expect(effects.changedObjects).toHaveLength(1);
}

describe('objects', () => {
  it('hold at most 250 KiB', async () => {
    const most = 250 * KIB - BYTES_HEAD;
    const made = await succeeds((tx) => tx.transferObjects([call(tx, 'of_size', [most])], me));
    await fails((tx) => tx.transferObjects([call(tx, 'of_size', [most + 1])], me), {
      kind: 'MoveObjectTooBig',
      size: BigInt(250 * KIB + 1),
      maxSize: BigInt(250 * KIB),
    });
    const [id] = createdOf(made, '::Bytes');
    const { effects } = await run((tx) => {
      call(tx, 'grow', [tx.objectRef(refOf(world.object(need(id)))), 1]);
    });
    expect(effects.status).toMatchObject({ error: { kind: 'MoveObjectTooBig' } });
    expect(world.object(need(id)).version).toBe(effects.lamportVersion);
  });

  it('written by one transaction have at most 5 MB', async () => {
    const burst = (count: number) => (tx: Transaction) =>
      call(tx, 'burst', [count, 200_000, tx.pure.address(me)]);
    await succeeds(burst(24));
    await fails(burst(25), { kind: 'WrittenObjectsTooLarge', maxSize: 5_000_000n });
  });

  it('made by one transaction are at most 2048, ids given back do not count', async () => {
    await fails(
      (tx) => call(tx, 'burst', [2049, 1, tx.pure.address(me)]),
      { kind: 'MovePrimitiveRuntimeError' },
      0,
    );
    await succeeds((tx) => call(tx, 'churn', [3000]));
  });

  it('of dynamic fields touched by one transaction are at most 1000', async () => {
    const made = await succeeds((tx) => tx.transferObjects([call(tx, 'node', [])], me));
    const node = (tx: Transaction) =>
      tx.objectRef(refOf(world.object(need(createdOf(made, '::Node')[0]))));
    await succeeds((tx) => call(tx, 'add_fields', [node(tx), 0, 1000]));
    const { effects } = await run((tx) => call(tx, 'add_fields', [node(tx), 1000, 1001]));
    expect(effects.status).toMatchObject({
      error: { kind: 'MovePrimitiveRuntimeError' },
      command: 0,
    });
  });
});

describe('effects', () => {
  it('have at most 512 KiB', { timeout: 90_000 }, async () => {
    // Without `checkRecord`, which takes long for thousands of changes.
    const execute = (fill: (tx: Transaction) => void) => world.run(USER, fill, { budget: BUDGET });
    // Every kind of change at its own limit: inputs written back, fields changed, objects made.
    const made = await execute((tx) => {
      call(tx, 'burst', [1500, 1, tx.pure.address(me)]);
      const node = call(tx, 'node', []);
      tx.transferObjects([node], me);
    });
    const items = createdOf(made, '::Bytes');
    const [nodeId] = createdOf(made, '::Node');
    const node = (tx: Transaction) => tx.objectRef(refOf(world.object(need(nodeId))));
    await execute((tx) => call(tx, 'add_fields', [node(tx), 0, 950]));
    const change = (created: number) => (tx: Transaction) => {
      for (const id of items) tx.objectRef(refOf(world.object(id)));
      call(tx, 'change_fields', [node(tx), 950]);
      call(tx, 'burst', [created, 1, tx.pure.address(me)]);
    };
    expect((await execute(change(10))).effects.status).toEqual({ success: true });
    const { effects } = await execute(change(2000));
    expect(effects.status).toMatchObject({
      error: { kind: 'EffectsTooLarge', maxSize: BigInt(512 * KIB) },
    });
    expect(effects.changedObjects).toHaveLength(items.length + 2);
  });
});

describe('values', () => {
  it('nest calls at most 1024 deep', async () => {
    await succeeds((tx) => call(tx, 'recurse', [1000]));
    await fails((tx) => call(tx, 'recurse', [1024]), { kind: 'MovePrimitiveRuntimeError' }, 0);
  });

  it('in vectors are at most 262 144', async () => {
    await fails(
      (tx) => call(tx, 'long_vector', [262_145]),
      { kind: 'MovePrimitiveRuntimeError' },
      0,
    );
  });

  it('in events have at most 250 KiB', async () => {
    await succeeds((tx) => call(tx, 'emit_wide', [250 * KIB - 3]));
    await fails(
      (tx) => call(tx, 'emit_wide', [250 * KIB - 2]),
      { kind: 'MovePrimitiveRuntimeError' },
      0,
    );
  });

  it('that do not fit end with the place of the instruction', async () => {
    const place = (functionName: string): Partial<ExecutionError> =>
      ({
        kind: 'MovePrimitiveRuntimeError',
        location: { package: limits, module: 'limits', functionName },
      }) as Partial<ExecutionError>;
    await fails((tx) => call(tx, 'narrow', [256]), place('narrow'), 0);
    await fails((tx) => call(tx, 'shift', [1, tx.pure.u8(64)]), place('shift'), 0);
    await fails((tx) => call(tx, 'element', [3]), place('element'), 0);
  });

  it('copied for one parameter may be borrowed for the next', async () => {
    await succeeds((tx) => {
      const value = tx.pure.u64(5);
      call(tx, 'mix', [value, value]);
    });
  });
});

describe('a transaction is refused', () => {
  const refused = async (
    fill: (tx: Transaction) => void,
    change: (commands: readonly Command[]) => readonly Command[],
    code = 'LEDGER_LIMIT_EXCEEDED',
  ): Promise<void> => {
    const running = world.runChanged(USER, fill, (data) => {
      if (data.kind.kind !== 'programmable') throw new Error('programmable');
      return { ...data, kind: { ...data.kind, commands: change(data.kind.commands) } };
    });
    await expect(running).rejects.toMatchObject({ code });
  };
  const first = (change: Partial<Command>) => (commands: readonly Command[]) =>
    commands.map((command) => ({ ...command, ...change }) as Command);
  const narrow = (tx: Transaction) => call(tx, 'narrow', [1]);

  it('with types nested 16 deep', async () => {
    const nested = (depth: number): string =>
      depth === 1 ? 'u64' : `vector<${nested(depth - 1)}>`;
    await refused(narrow, first({ typeArguments: [nested(16)] }));
    const deepest = await world.runChanged(USER, narrow, (data) => {
      if (data.kind.kind !== 'programmable') throw new Error('programmable');
      const commands = first({ typeArguments: [nested(15)] })(data.kind.commands);
      return { ...data, kind: { ...data.kind, commands } };
    });
    expect(deepest.effects.status).toMatchObject({ error: { kind: 'TypeArityMismatch' } });
  });

  it('with 16 type arguments', () =>
    refused(narrow, first({ typeArguments: Array.from({ length: 16 }, () => 'u8') })));

  it('with 1024 commands', () =>
    refused(narrow, ([command]) => Array.from({ length: 1024 }, () => need(command))));

  it('with more than 5 packages, 63 modules or 32 dependencies', async () => {
    const { modules, dependencies } = await readFixture('limits');
    const publish = (tx: Transaction): void => {
      tx.transferObjects(
        [tx.publish({ modules: modules.map((m) => m.bytes), dependencies: [...dependencies] })],
        me,
      );
    };
    const change = (edit: Partial<Extract<Command, { kind: 'publish' }>>) =>
      refused(publish, (commands) =>
        commands.map((command) => (command.kind === 'publish' ? { ...command, ...edit } : command)),
      );
    await change({ modules: Array.from({ length: 64 }, () => new Uint8Array(10)) });
    await change({ dependencies: Array.from({ length: 33 }, () => need(dependencies[0])) });
    await refused(
      (tx) => narrow(tx),
      () =>
        Array.from({ length: 6 }, () => ({
          kind: 'publish' as const,
          modules: [new Uint8Array(1)],
          dependencies: [],
        })),
    );
  });

  it('with a pure input of 16 KiB', async () => {
    await expect(
      world.run(USER, (tx) => call(tx, 'narrow', [tx.pure(new Uint8Array(16 * KIB))])),
    ).rejects.toMatchObject({ code: 'LEDGER_LIMIT_EXCEEDED' });
  });
});
