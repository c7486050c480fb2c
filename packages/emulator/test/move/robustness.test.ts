import fc from 'fast-check';
import { loadBls, normalizeAddress } from '@walrus-ts/core';
import { describe, expect, it } from 'vitest';
import { MoveVmError, createGasMeter, createMoveVm } from '../../src/move/index.js';
import { loadFixture, modulesAt } from './fixtures.js';
import { ModuleWriter, OP, load, op, reference, token, vector } from './module-writer.js';
import { World, packageOf } from './world.js';

const bls = await loadBls();
const USER = normalizeAddress('0x80');

/** A loop over a vector with locals, references, calls and arithmetic. */
function busyModule(): Uint8Array {
  const m = new ModuleWriter(USER, 'user');
  const bytes = m.signature([token.u64]);
  const add = m.functionHandle(0, 'add', [token.u64, reference(token.u64)], [token.u64]);
  m.fn({
    name: 'add',
    parameters: [token.u64, reference(token.u64)],
    returns: [token.u64],
    code: [op(OP.MoveLoc, 0), op(OP.MoveLoc, 1), op(OP.ReadRef), op(OP.Add), op(OP.Ret)],
  });
  m.fn({
    name: 'run',
    returns: [token.u64],
    locals: [vector(token.u64), token.u64, token.u64],
    code: [
      load(64, 3),
      load(64, 4),
      load(64, 5),
      [...op(OP.VecPack, bytes), 3, 0, 0, 0, 0, 0, 0, 0],
      op(OP.StLoc, 0),
      load(64, 0),
      op(OP.StLoc, 1),
      load(64, 0),
      op(OP.StLoc, 2),
      op(OP.CopyLoc, 1),
      op(OP.ImmBorrowLoc, 0),
      op(OP.VecLen, bytes),
      op(OP.Lt),
      op(OP.BrFalse, 25),
      op(OP.MoveLoc, 2),
      op(OP.ImmBorrowLoc, 0),
      op(OP.CopyLoc, 1),
      op(OP.VecImmBorrow, bytes),
      op(OP.Call, add),
      op(OP.StLoc, 2),
      op(OP.MoveLoc, 1),
      load(64, 1),
      op(OP.Add),
      op(OP.StLoc, 1),
      op(OP.Branch, 9),
      op(OP.MoveLoc, 2),
      op(OP.Ret),
    ],
  });
  return m.bytes();
}

describe('robustness', () => {
  it('the unchanged module computes 3 + 4 + 5', async () => {
    const world = await World.create(packageOf(USER, [busyModule()]));
    expect(world.call('0x80::user::run')[0]?.[0]).toBe(12);
  });

  it('changed code ends with a result or a typed error, in bounded time', () => {
    const original = busyModule();
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(original.length - 1), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 2,
        }),
        (changes) => {
          const bytes = original.slice();
          for (const [at, value] of changes) bytes[at] = value;
          try {
            const world = new World(createMoveVm({ bls }), [packageOf(USER, [bytes])]);
            world.call('0x80::user::run', [], [], world.session(createGasMeter({ maxUnits: 500 })));
            outcomes.add('result');
          } catch (error) {
            // The helper itself complains when the function is gone.
            if (error instanceof Error && error.message.startsWith('no function')) return;
            if (!(error instanceof MoveVmError)) throw error;
            outcomes.add(error.status);
          }
        },
      ),
      { numRuns: 3000 },
    );
    expect([...outcomes]).toEqual(
      expect.arrayContaining(['result', 'MALFORMED', 'STACK_TYPE_MISMATCH']),
    );
  }, 60_000);

  it('any bytes decode to a value that encodes to the same bytes, or are refused', () => {
    const framework = loadFixture('framework');
    const world = new World(createMoveVm({ bls }), [
      packageOf('0x1', modulesAt(framework, '0x1')),
      packageOf('0x2', modulesAt(framework, '0x2')),
    ]);
    const session = world.session();
    const types = [
      'bool',
      'u16',
      'u256',
      'vector<u8>',
      'vector<vector<u64>>',
      '0x1::option::Option<address>',
      '0x1::string::String',
      '0x2::coin::CoinMetadata<0x2::sui::SUI>',
      'vector<0x2::vec_map::VecMap<u8, bool>>',
    ].map((t) => session.resolveType(t));
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.uint8Array({ maxLength: 80 }), (type, bytes) => {
        try {
          expect(session.serialize(type, session.deserialize(type, bytes))).toEqual(bytes);
        } catch (error) {
          if (!(error instanceof MoveVmError)) throw error;
          expect(error.status).toBe('FAILED_TO_DESERIALIZE_ARGUMENT');
        }
      }),
      { numRuns: 2000 },
    );
  });
});
