/** Internal opcodes of the interpreter: Move opcodes with types resolved where it saves work. */

/** Dense numbering, so that the interpreter's switch becomes a jump table. */
export const R = {
  Pop: 0,
  Ret: 1,
  BrTrue: 2,
  BrFalse: 3,
  Branch: 4,
  Literal: 5,
  LiteralCopy: 6,
  CopyPrim: 7,
  CopyDeep: 8,
  Move: 9,
  Store: 10,
  BorrowLoc: 11,
  BorrowField: 12,
  Call: 13,
  CallGeneric: 14,
  Pack: 15,
  Switch: 16,
  Unpack: 17,
  ReadPrim: 18,
  ReadDeep: 19,
  WriteRef: 20,
  AddNum: 21,
  AddBig: 22,
  Sub: 23,
  MulNum: 24,
  MulBig: 25,
  Mod: 26,
  DivNum: 27,
  DivBig: 28,
  OrNum: 29,
  OrBig: 30,
  AndNum: 31,
  AndBig: 32,
  XorNum: 33,
  XorBig: 34,
  BoolOr: 35,
  BoolAnd: 36,
  Not: 37,
  EqPrim: 38,
  EqDeep: 39,
  NeqPrim: 40,
  NeqDeep: 41,
  Lt: 42,
  Gt: 43,
  Le: 44,
  Ge: 45,
  Abort: 46,
  Nop: 47,
  ShlNum: 48,
  ShlBig: 49,
  ShrNum: 50,
  ShrBig: 51,
  CastNum: 52,
  CastBig: 53,
  VecPack: 54,
  VecLen: 55,
  VecBorrow: 56,
  VecPush: 57,
  VecPop: 58,
  VecUnpack: 59,
  VecSwap: 60,
  PackVariant: 61,
  UnpackVariant: 62,
  UnpackVariantRef: 63,
} as const;

/** Integer widths: index used as the `a` operand of arithmetic. */
export const WIDTHS = [8, 16, 32, 64, 128, 256] as const;

/** Largest value of each number width (u8, u16, u32). */
export const MAX_NUMBER: readonly number[] = [0xff, 0xffff, 0xffffffff];

/** Largest value of each width as bigint. */
export const MAX_BIG: readonly bigint[] = WIDTHS.map((bits) => (1n << BigInt(bits)) - 1n);

/** Index of a width by type name, -1 for types that are not integers. */
export function widthIndex(name: string): number {
  return ['u8', 'u16', 'u32', 'u64', 'u128', 'u256'].indexOf(name);
}
