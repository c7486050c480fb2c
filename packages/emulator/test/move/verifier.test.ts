/** What publishing refuses beyond the format: limits of a module, declared types, use of locals. */
import { describe, expect, it } from 'vitest';
import {
  MoveVmError,
  newTypeOrigins,
  readModule,
  verifyPackage,
  type PackageStore,
} from '../../src/move/index.js';
import type { SignatureToken } from '../../src/move/format/module.js';
import { ABILITY } from '../../src/move/format/tokens.js';
import {
  datatype,
  load,
  ModuleWriter,
  op,
  OP,
  parameter,
  reference,
  token,
  vector,
  type Code,
} from './module-writer.js';

const nothing: PackageStore = { getPackage: () => undefined };

/** `accepted`, or the status and message of the refusal. */
function verify(m: ModuleWriter): string {
  const bytes = m.bytes();
  try {
    const { name, selfAddress } = readModule(bytes);
    const modules = new Map([[name, bytes]]);
    verifyPackage(
      {
        id: selfAddress,
        originalId: selfAddress,
        version: 1n,
        modules,
        typeOrigins: newTypeOrigins(modules, selfAddress),
        linkage: new Map(),
      },
      nothing,
    );
    return 'accepted';
  } catch (error) {
    if (error instanceof MoveVmError) return `${error.status}: ${error.message}`;
    throw error;
  }
}

const writer = (): ModuleWriter => new ModuleWriter('0x9', 'm');
const RETURN: readonly Code[] = [op(OP.Ret)];

describe('limits of a module', () => {
  it.each([
    [1000, 'accepted'],
    [1001, 'INVALID_MODULE: 1001 functions, at most 1000'],
  ])('%i functions', (count, expected) => {
    const m = writer();
    for (let i = 0; i < count; i++) m.fn({ name: `f${i}`, code: RETURN });
    expect(verify(m)).toBe(expected);
  });

  it.each([
    [200, 'accepted'],
    [201, 'INVALID_MODULE: 201 structs and enums, at most 200'],
  ])('%i structs', (count, expected) => {
    const m = writer();
    for (let i = 0; i < count; i++) m.struct(m.datatypeHandle(0, `S${i}`, 0), [['x', token.u8]]);
    expect(verify(m)).toBe(expected);
  });

  it.each([
    [32, 'accepted'],
    [33, 'INVALID_MODULE: 33 fields, at most 32'],
  ])('%i fields', (count, expected) => {
    const m = writer();
    const fields = Array.from({ length: count }, (_, i) => [`x${i}`, token.u8] as const);
    m.struct(
      m.datatypeHandle(0, 'S', 0),
      fields.map(([name, type]) => [name, type]),
    );
    expect(verify(m)).toBe(expected);
  });

  it.each([
    [128, 'accepted'],
    [129, 'INVALID_MODULE: 129 parameters, at most 128'],
  ])('%i parameters', (count, expected) => {
    const m = writer();
    m.fn({ name: 'f', parameters: Array.from({ length: count }, () => token.u8), code: RETURN });
    expect(verify(m)).toBe(expected);
  });

  it.each([
    [128, 'accepted'],
    [129, 'INVALID_MODULE: 129 bytes of a name, at most 128'],
  ])('names of %i bytes', (length, expected) => {
    const m = writer();
    m.fn({ name: 'f'.repeat(length), code: RETURN });
    expect(verify(m)).toBe(expected);
  });

  it.each([
    [31, 'accepted'],
    [32, 'INVALID_MODULE: 261 type nodes, at most 256'],
  ])('types with %i arguments of eight nodes each', (count, expected) => {
    const m = writer();
    const unconstrained = Array.from({ length: count }, () => ({ constraints: 0 }));
    const wide = m.datatypeHandle(0, 'Wide', 0, unconstrained);
    m.struct(wide, [['x', token.u8]]);
    let argument: SignatureToken = token.u8;
    for (let i = 0; i < 7; i++) argument = vector(argument);
    const type = datatype(wide, ...unconstrained.map(() => argument));
    m.fn({ name: 'f', parameters: [reference(type)], code: RETURN });
    expect(verify(m)).toBe(expected);
  });

  it('1024 blocks of code', () => {
    const m = writer();
    const jumps = Array.from({ length: 1024 }, (_, i) => op(OP.Branch, i + 1));
    m.fn({ name: 'f', code: [...jumps, op(OP.Ret)] });
    expect(verify(m)).toMatch(/^INVALID_CONTROL_FLOW: more than 1024 blocks/);
  });
});

describe('declared types', () => {
  it('use phantom parameters only as phantom arguments', () => {
    const bad = writer();
    const box = bad.datatypeHandle(0, 'Box', ABILITY.copy | ABILITY.drop, [
      { constraints: 0, isPhantom: true },
    ]);
    bad.struct(box, [['inside', vector(parameter(0))]]);
    expect(verify(bad)).toMatch(/^(INVALID_SIGNATURE|ABILITY_VIOLATION)/);

    const good = writer();
    const inner = good.datatypeHandle(0, 'Inner', 0, [{ constraints: 0, isPhantom: true }]);
    const outer = good.datatypeHandle(0, 'Outer', 0, [{ constraints: 0, isPhantom: true }]);
    good.struct(inner, [['x', token.u8]]);
    good.struct(outer, [['inner', datatype(inner, parameter(0))]]);
    expect(verify(good)).toBe('accepted');
  });

  it('give type arguments the abilities that are asked for', () => {
    const declare = (m: ModuleWriter): [number, number] => {
      const plain = m.datatypeHandle(0, 'Plain', 0);
      const holder = m.datatypeHandle(0, 'Holder', 0, [
        { constraints: ABILITY.copy, isPhantom: false },
      ]);
      m.struct(plain, [['x', token.u8]]);
      m.struct(holder, [['x', parameter(0)]]);
      return [plain, holder];
    };
    const field = writer();
    const [plain, holder] = declare(field);
    field.struct(field.datatypeHandle(0, 'User', 0), [['x', datatype(holder, datatype(plain))]]);
    expect(verify(field)).toMatch(/^ABILITY_VIOLATION/);

    const signature = writer();
    const [own, other] = declare(signature);
    const type = reference(datatype(other, datatype(own)));
    signature.fn({ name: 'f', parameters: [type], code: RETURN });
    expect(verify(signature)).toMatch(/^ABILITY_VIOLATION/);
  });
});

describe('locals', () => {
  /** A module with a struct that nobody can drop, and one function. */
  function withPotato(
    build: (potato: number) => { parameters?: number; locals: 'u8' | 'potato'; code: Code[] },
  ): string {
    const m = writer();
    const potato = m.datatypeHandle(0, 'Potato', 0);
    const definition = m.struct(potato, [['x', token.u8]]);
    const { parameters = 0, locals, code } = build(definition);
    const type = locals === 'u8' ? token.u8 : datatype(potato);
    m.fn({
      name: 'f',
      parameters: Array.from({ length: parameters }, () => datatype(potato)),
      locals: [type],
      code,
    });
    return verify(m);
  }

  it('are written before they are read', () => {
    for (const read of [OP.CopyLoc, OP.MoveLoc]) {
      expect(
        withPotato(() => ({ locals: 'u8', code: [op(read, 0), op(OP.Pop), op(OP.Ret)] })),
      ).toMatch(/^INVALID_CONTROL_FLOW: local 0 may be empty/);
    }
    expect(
      withPotato(() => ({
        locals: 'u8',
        code: [load(8, 1), op(OP.StLoc, 0), op(OP.CopyLoc, 0), op(OP.Pop), op(OP.Ret)],
      })),
    ).toBe('accepted');
  });

  it('are not read when only one of two ways wrote them', () => {
    const code = (target: number): Code[] => [
      op(OP.LdTrue),
      op(OP.BrFalse, target),
      load(8, 1),
      op(OP.StLoc, 0),
      op(OP.CopyLoc, 0),
      op(OP.Pop),
      op(OP.Ret),
    ];
    expect(withPotato(() => ({ locals: 'u8', code: code(4) }))).toMatch(
      /^INVALID_CONTROL_FLOW: local 0 may be empty/,
    );
    expect(withPotato(() => ({ locals: 'u8', code: code(6) }))).toBe('accepted');
  });

  it('are not moved twice, also in a loop', () => {
    const code = [op(OP.MoveLoc, 0), op(OP.Unpack, 0), op(OP.Pop), op(OP.Branch, 0)];
    expect(withPotato(() => ({ parameters: 1, locals: 'u8', code }))).toMatch(
      /^INVALID_CONTROL_FLOW: local 0 may be empty/,
    );
  });

  it('without drop are neither left behind nor overwritten', () => {
    expect(withPotato(() => ({ parameters: 1, locals: 'u8', code: [op(OP.Ret)] }))).toMatch(
      /^ABILITY_VIOLATION: local 0 is left behind/,
    );
    const overwrite = (pack: number): Code[] => [
      load(8, 1),
      op(OP.Pack, pack),
      op(OP.StLoc, 0),
      load(64, 2),
      op(OP.Abort),
    ];
    expect(withPotato((pack) => ({ parameters: 1, locals: 'u8', code: overwrite(pack) }))).toMatch(
      /^ABILITY_VIOLATION: local 0 is overwritten/,
    );
    const used = [op(OP.MoveLoc, 0), op(OP.Unpack, 0), op(OP.Pop), op(OP.Ret)];
    expect(withPotato(() => ({ parameters: 1, locals: 'u8', code: used }))).toBe('accepted');
    // An abort ends the transaction, whatever is left.
    const abort = [load(64, 1), op(OP.Abort)];
    expect(withPotato(() => ({ parameters: 1, locals: 'u8', code: abort }))).toBe('accepted');
  });
});
