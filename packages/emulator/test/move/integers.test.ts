import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { MoveVmError } from '../../src/move/index.js';
import { ModuleWriter, OP, littleEndian, op, token } from './module-writer.js';
import { World, packageOf } from './world.js';

const WIDTHS = [8, 16, 32, 64, 128, 256] as const;
type Width = (typeof WIDTHS)[number];
const typeOf = (bits: Width) => token[`u${bits}`];
const max = (bits: Width): bigint => (1n << BigInt(bits)) - 1n;

const BINARY = {
  add: OP.Add,
  sub: OP.Sub,
  mul: OP.Mul,
  div: OP.Div,
  mod: OP.Mod,
  or: OP.BitOr,
  and: OP.BitAnd,
  xor: OP.Xor,
} as const;
const COMPARE = { lt: OP.Lt, gt: OP.Gt, le: OP.Le, ge: OP.Ge, eq: OP.Eq, neq: OP.Neq } as const;
const CAST = {
  8: OP.CastU8,
  16: OP.CastU16,
  32: OP.CastU32,
  64: OP.CastU64,
  128: OP.CastU128,
  256: OP.CastU256,
} as const;

function integerModule(): Uint8Array {
  const m = new ModuleWriter('0x5', 'ints');
  for (const bits of WIDTHS) {
    const t = typeOf(bits);
    const args = [op(OP.MoveLoc, 0), op(OP.MoveLoc, 1)];
    for (const [name, code] of Object.entries(BINARY)) {
      m.fn({
        name: `${name}_${bits}`,
        parameters: [t, t],
        returns: [t],
        code: [...args, op(code), op(OP.Ret)],
      });
    }
    for (const [name, code] of Object.entries(COMPARE)) {
      m.fn({
        name: `${name}_${bits}`,
        parameters: [t, t],
        returns: [token.bool],
        code: [...args, op(code), op(OP.Ret)],
      });
    }
    for (const [name, code] of [
      ['shl', OP.Shl],
      ['shr', OP.Shr],
    ] as const) {
      m.fn({
        name: `${name}_${bits}`,
        parameters: [t, token.u8],
        returns: [t],
        code: [...args, op(code), op(OP.Ret)],
      });
    }
    for (const to of WIDTHS) {
      m.fn({
        name: `cast_${bits}_${to}`,
        parameters: [t],
        returns: [typeOf(to)],
        code: [op(OP.MoveLoc, 0), op(CAST[to]), op(OP.Ret)],
      });
    }
  }
  return m.bytes();
}

/** What Move defines, over unbounded integers; undefined = ARITHMETIC_ERROR. */
function model(name: keyof typeof BINARY, bits: Width, a: bigint, b: bigint): bigint | undefined {
  const results = {
    add: () => a + b,
    sub: () => a - b,
    mul: () => a * b,
    div: () => (b === 0n ? -1n : a / b),
    mod: () => (b === 0n ? -1n : a % b),
    or: () => a | b,
    and: () => a & b,
    xor: () => a ^ b,
  };
  const value = results[name]();
  return value < 0n || value > max(bits) ? undefined : value;
}

function decode(bytes: Uint8Array | undefined): bigint {
  return [...(bytes ?? [])].reduceRight((n, b) => (n << 8n) | BigInt(b), 0n);
}

/** Values of a width with the borders over-represented. */
const valueOf = (bits: Width) =>
  fc.oneof(
    fc.bigInt({ min: 0n, max: max(bits) }),
    fc.constantFrom(0n, 1n, 2n, max(bits), max(bits) - 1n, max(bits) >> 1n, 1n << BigInt(bits - 1)),
  );

describe('integer instructions', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.create(packageOf('0x5', [integerModule()]));
  });

  const run = (path: string, args: Uint8Array[]): bigint | undefined => {
    try {
      return decode(world.call(`0x5::ints::${path}`, args)[0]);
    } catch (error) {
      if (error instanceof MoveVmError && error.status === 'ARITHMETIC_ERROR') return undefined;
      throw error;
    }
  };
  const encode = (value: bigint, bits: Width) => Uint8Array.from(littleEndian(value, bits / 8));

  for (const bits of WIDTHS) {
    it(`u${bits} arithmetic equals unbounded arithmetic with range checks`, () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...(Object.keys(BINARY) as (keyof typeof BINARY)[])),
          valueOf(bits),
          valueOf(bits),
          (name, a, b) => {
            expect(run(`${name}_${bits}`, [encode(a, bits), encode(b, bits)])).toBe(
              model(name, bits, a, b),
            );
          },
        ),
        { numRuns: 400 },
      );
    });

    it(`u${bits} comparisons order values`, () => {
      fc.assert(
        fc.property(valueOf(bits), fc.oneof(valueOf(bits)), fc.boolean(), (a, other, same) => {
          const b = same ? a : other;
          const args = () => [encode(a, bits), encode(b, bits)];
          const flag = (value: boolean) => (value ? 1n : 0n);
          expect(run(`lt_${bits}`, args())).toBe(flag(a < b));
          expect(run(`gt_${bits}`, args())).toBe(flag(a > b));
          expect(run(`le_${bits}`, args())).toBe(flag(a <= b));
          expect(run(`ge_${bits}`, args())).toBe(flag(a >= b));
          expect(run(`eq_${bits}`, args())).toBe(flag(a === b));
          expect(run(`neq_${bits}`, args())).toBe(flag(a !== b));
        }),
        { numRuns: 60 },
      );
    });

    it(`u${bits} shifts drop bits and refuse amounts of the width or more`, () => {
      fc.assert(
        fc.property(valueOf(bits), fc.integer({ min: 0, max: 255 }), (a, amount) => {
          const args = () => [encode(a, bits), Uint8Array.of(amount)];
          const isAllowed = amount < bits;
          const left = isAllowed ? (a << BigInt(amount)) & max(bits) : undefined;
          const right = isAllowed ? a >> BigInt(amount) : undefined;
          expect(run(`shl_${bits}`, args())).toBe(left);
          expect(run(`shr_${bits}`, args())).toBe(right);
        }),
        { numRuns: 200 },
      );
    });

    it(`u${bits} casts keep the value or fail`, () => {
      fc.assert(
        fc.property(valueOf(bits), fc.constantFrom(...WIDTHS), (a, to) => {
          const expected = a <= max(to) ? a : undefined;
          expect(run(`cast_${bits}_${to}`, [encode(a, bits)])).toBe(expected);
        }),
        { numRuns: 150 },
      );
    });
  }
});
