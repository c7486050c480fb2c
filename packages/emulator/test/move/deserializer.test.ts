import fc from 'fast-check';
import { normalizeAddress } from '@walrus-ts/core';
import { describe, expect, it } from 'vitest';
import {
  MoveVmError,
  newTypeOrigins,
  readModule,
  setSelfAddress,
  verifyPackage,
} from '../../src/move/index.js';
import { loadFixture } from './fixtures.js';
import { ModuleWriter, OP, datatype, load, op, token } from './module-writer.js';
import { packageOf } from './world.js';

const fixture = loadFixture('wal-tests');
const modules = fixture.packages.flatMap((p) => p.modules);
const framework = fixture.packages
  .filter((p) => /^0x0*[12]$/.test(p.address))
  .map((p) =>
    packageOf(
      p.address,
      p.modules.map((m) => m.bytes),
    ),
  );
const store = { getPackage: (id: string) => framework.find((p) => p.id === id) };

/** Reads and, when that works, verifies; anything but a MoveVmError is a bug. */
function tryVerify(bytes: Uint8Array, siblings: readonly Uint8Array[] = []): string {
  try {
    const summary = readModule(bytes);
    const named = new Map(siblings.map((b) => [readModule(b).name, b] as const));
    named.set(summary.name, bytes);
    verifyPackage(
      {
        id: summary.selfAddress,
        originalId: summary.selfAddress,
        version: 1n,
        modules: named,
        typeOrigins: newTypeOrigins(named, summary.selfAddress),
        linkage: new Map(),
      },
      store,
    );
    return 'accepted';
  } catch (error) {
    if (error instanceof MoveVmError) return error.status;
    throw error;
  }
}

function minimal(): ModuleWriter {
  const m = new ModuleWriter('0x0', 'm');
  m.fn({ name: 'f', code: [op(OP.Ret)] });
  return m;
}

function statusOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof MoveVmError) return error.status;
    throw error;
  }
  return 'accepted';
}

describe('module deserializer', () => {
  it('reads every module of the fixtures', () => {
    for (const { name, bytes } of modules) expect(readModule(bytes).name).toBe(name);
  });

  it('accepts versions 5 to 7 and refuses others and foreign flavors', () => {
    for (const version of [5, 6, 7]) {
      const m = new ModuleWriter('0x0', 'm');
      m.version = version;
      m.fn({ name: 'f', code: [op(OP.Ret)] });
      expect(readModule(m.bytes()).name).toBe('m');
    }
    const bytes = minimal().bytes();
    bytes[4] = 8;
    expect(statusOf(() => readModule(bytes))).toBe('UNKNOWN_VERSION');
    bytes[4] = 7;
    bytes[7] = 6;
    expect(statusOf(() => readModule(bytes))).toBe('UNKNOWN_VERSION');
  });

  it('refuses other magic, the unpublishable one and trailing bytes', () => {
    const bytes = minimal().bytes();
    expect(statusOf(() => readModule(Uint8Array.from([...bytes, 0])))).toBe('MALFORMED');
    expect(statusOf(() => readModule(bytes.slice(0, -1)))).toBe('MALFORMED');
    const test = bytes.slice();
    test.set([0xde, 0xad, 0xc0, 0xde]);
    expect(statusOf(() => readModule(test))).toBe('BAD_MAGIC');
    expect(statusOf(() => readModule(new Uint8Array()))).toBe('MALFORMED');
  });

  it('refuses recursive datatypes', () => {
    const m = minimal();
    const handle = m.datatypeHandle(0, 'Loop', 0);
    m.struct(handle, [['next', datatype(handle)]]);
    expect(statusOf(() => readModule(m.bytes()))).toBe('RECURSIVE_DATATYPE_DEFINITION');
  });

  it.each([
    [
      'an addition of two types',
      'STACK_TYPE_MISMATCH',
      [op(OP.LdTrue), load(8, 1), op(OP.Add), op(OP.Pop), op(OP.Ret)],
    ],
    ['a pop of nothing', 'STACK_TYPE_MISMATCH', [op(OP.Pop), op(OP.Ret)]],
    ['a result that is not declared', 'INVALID_CONTROL_FLOW', [op(OP.LdTrue), op(OP.Ret)]],
    ['a value left before a jump', 'INVALID_CONTROL_FLOW', [op(OP.LdTrue), op(OP.Branch, 0)]],
    ['a branch to nowhere', 'INDEX_OUT_OF_BOUNDS', [op(OP.Branch, 9)]],
    ['code that runs off its end', 'INVALID_CONTROL_FLOW', [op(OP.LdTrue), op(OP.Pop)]],
    ['a missing local', 'INDEX_OUT_OF_BOUNDS', [op(OP.MoveLoc, 3), op(OP.Ret)]],
    ['no code at all', 'INVALID_CONTROL_FLOW', []],
  ] as const)('refuses %s', (_what, status, code) => {
    const m = new ModuleWriter('0x9', 'm');
    m.fn({ name: 'f', code });
    expect(tryVerify(m.bytes())).toBe(status);
  });

  it('refuses key structs without UID and an init that can be called', () => {
    const key = new ModuleWriter('0x9', 'm');
    key.struct(key.datatypeHandle(0, 'Thing', 8), [['id', token.address]]);
    expect(tryVerify(key.bytes())).toBe('SUI_VERIFICATION_ERROR');

    const init = new ModuleWriter('0x9', 'm');
    init.fn({ name: 'init', visibility: 1, code: [op(OP.Ret)] });
    expect(tryVerify(init.bytes())).toBe('SUI_VERIFICATION_ERROR');
  });

  it('refuses fields that lack an ability of their struct', () => {
    const m = new ModuleWriter('0x9', 'm');
    const plain = m.datatypeHandle(0, 'Plain', 0);
    m.struct(plain, [['x', token.u8]]);
    m.struct(m.datatypeHandle(0, 'Copyable', 1), [['inner', datatype(plain)]]);
    expect(tryVerify(m.bytes())).toBe('ABILITY_VIOLATION');
  });

  it('accepts the framework as a published package', () => {
    const accepted = loadFixture('framework').packages.map((p) => {
      const all = p.modules.map((m) => m.bytes);
      return tryVerify(all[0] ?? new Uint8Array(), all);
    });
    expect(accepted).toEqual(['accepted', 'accepted']);
  });

  it('answers any single-byte change of a valid module with a typed error or a valid module', () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(
        fc.constantFrom(...fixture.packages.filter((p) => p.modules.length < 30)),
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        (pkg, which, position, value) => {
          const all = pkg.modules.map((m) => m.bytes);
          const mutated = (all[which % all.length] ?? new Uint8Array()).slice();
          mutated[position % mutated.length] = value;
          outcomes.add(tryVerify(mutated, all));
        },
      ),
      { numRuns: 600 },
    );
    // The changes reach every stage, not only the header checks.
    expect([...outcomes]).toEqual(expect.arrayContaining(['MALFORMED', 'STACK_TYPE_MISMATCH']));
  }, 60_000);

  it('answers cut, doubled and shuffled modules and random bytes with a typed error', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...modules.filter((m) => m.bytes.length < 4000)),
        fc.nat(),
        fc.nat(),
        fc.uint8Array({ maxLength: 40 }),
        ({ bytes }, from, length, noise) => {
          const at = from % bytes.length;
          const end = Math.min(bytes.length, at + (length % 64));
          const cut = Uint8Array.from([...bytes.subarray(0, at), ...noise, ...bytes.subarray(end)]);
          tryVerify(cut);
          tryVerify(noise);
          tryVerify(Uint8Array.from([...bytes.subarray(0, 8), ...noise]));
        },
      ),
      { numRuns: 400 },
    );
  }, 60_000);

  it('replaces the self address only when it is zero', () => {
    const bytes = minimal().bytes();
    const id = normalizeAddress('0xabc');
    const moved = setSelfAddress(bytes, id);
    expect(readModule(moved)).toEqual({ ...readModule(bytes), selfAddress: id });
    expect(moved.length).toBe(bytes.length);
    expect(statusOf(() => setSelfAddress(moved, id))).toBe('PUBLISH_NON_ZERO_ADDRESS');
  });
});
