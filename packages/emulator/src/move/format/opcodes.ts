/** Opcode bytes of the Move binary format and the shape of their operands. */

/** Opcode bytes. @see spec move-vm.md 1.5 */
export const OP = {
  Pop: 0x01,
  Ret: 0x02,
  BrTrue: 0x03,
  BrFalse: 0x04,
  Branch: 0x05,
  LdU64: 0x06,
  LdConst: 0x07,
  LdTrue: 0x08,
  LdFalse: 0x09,
  CopyLoc: 0x0a,
  MoveLoc: 0x0b,
  StLoc: 0x0c,
  MutBorrowLoc: 0x0d,
  ImmBorrowLoc: 0x0e,
  MutBorrowField: 0x0f,
  ImmBorrowField: 0x10,
  Call: 0x11,
  Pack: 0x12,
  Unpack: 0x13,
  ReadRef: 0x14,
  WriteRef: 0x15,
  Add: 0x16,
  Sub: 0x17,
  Mul: 0x18,
  Mod: 0x19,
  Div: 0x1a,
  BitOr: 0x1b,
  BitAnd: 0x1c,
  Xor: 0x1d,
  Or: 0x1e,
  And: 0x1f,
  Not: 0x20,
  Eq: 0x21,
  Neq: 0x22,
  Lt: 0x23,
  Gt: 0x24,
  Le: 0x25,
  Ge: 0x26,
  Abort: 0x27,
  Nop: 0x28,
  FreezeRef: 0x2e,
  Shl: 0x2f,
  Shr: 0x30,
  LdU8: 0x31,
  LdU128: 0x32,
  CastU8: 0x33,
  CastU64: 0x34,
  CastU128: 0x35,
  MutBorrowFieldGeneric: 0x36,
  ImmBorrowFieldGeneric: 0x37,
  CallGeneric: 0x38,
  PackGeneric: 0x39,
  UnpackGeneric: 0x3a,
  VecPack: 0x40,
  VecLen: 0x41,
  VecImmBorrow: 0x42,
  VecMutBorrow: 0x43,
  VecPushBack: 0x44,
  VecPopBack: 0x45,
  VecUnpack: 0x46,
  VecSwap: 0x47,
  LdU16: 0x48,
  LdU32: 0x49,
  LdU256: 0x4a,
  CastU16: 0x4b,
  CastU32: 0x4c,
  CastU256: 0x4d,
  PackVariant: 0x4e,
  PackVariantGeneric: 0x4f,
  UnpackVariant: 0x50,
  UnpackVariantImmRef: 0x51,
  UnpackVariantMutRef: 0x52,
  UnpackVariantGeneric: 0x53,
  UnpackVariantGenericImmRef: 0x54,
  UnpackVariantGenericMutRef: 0x55,
  VariantSwitch: 0x56,
} as const;

/** What follows an opcode byte. */
export type OperandKind =
  | 'none'
  | 'offset'
  | 'u8'
  | 'u16'
  | 'u32'
  | 'u64'
  | 'u128'
  | 'u256'
  | 'constant'
  | 'local'
  | 'fieldHandle'
  | 'fieldInstantiation'
  | 'functionHandle'
  | 'functionInstantiation'
  | 'structDefinition'
  | 'structInstantiation'
  | 'signature'
  | 'signatureAndCount'
  | 'variantHandle'
  | 'variantInstantiation'
  | 'jumpTable';

const GROUPS: readonly (readonly [OperandKind, readonly number[]])[] = [
  [
    'none',
    [
      OP.Pop,
      OP.Ret,
      OP.LdTrue,
      OP.LdFalse,
      OP.ReadRef,
      OP.WriteRef,
      OP.Add,
      OP.Sub,
      OP.Mul,
      OP.Mod,
      OP.Div,
      OP.BitOr,
      OP.BitAnd,
      OP.Xor,
      OP.Or,
      OP.And,
      OP.Not,
      OP.Eq,
      OP.Neq,
      OP.Lt,
      OP.Gt,
      OP.Le,
      OP.Ge,
      OP.Abort,
      OP.Nop,
      OP.FreezeRef,
      OP.Shl,
      OP.Shr,
      OP.CastU8,
      OP.CastU16,
      OP.CastU32,
      OP.CastU64,
      OP.CastU128,
      OP.CastU256,
    ],
  ],
  ['offset', [OP.BrTrue, OP.BrFalse, OP.Branch]],
  ['u8', [OP.LdU8]],
  ['u16', [OP.LdU16]],
  ['u32', [OP.LdU32]],
  ['u64', [OP.LdU64]],
  ['u128', [OP.LdU128]],
  ['u256', [OP.LdU256]],
  ['constant', [OP.LdConst]],
  ['local', [OP.CopyLoc, OP.MoveLoc, OP.StLoc, OP.MutBorrowLoc, OP.ImmBorrowLoc]],
  ['fieldHandle', [OP.MutBorrowField, OP.ImmBorrowField]],
  ['fieldInstantiation', [OP.MutBorrowFieldGeneric, OP.ImmBorrowFieldGeneric]],
  ['functionHandle', [OP.Call]],
  ['functionInstantiation', [OP.CallGeneric]],
  ['structDefinition', [OP.Pack, OP.Unpack]],
  ['structInstantiation', [OP.PackGeneric, OP.UnpackGeneric]],
  [
    'signature',
    [OP.VecLen, OP.VecImmBorrow, OP.VecMutBorrow, OP.VecPushBack, OP.VecPopBack, OP.VecSwap],
  ],
  ['signatureAndCount', [OP.VecPack, OP.VecUnpack]],
  [
    'variantHandle',
    [OP.PackVariant, OP.UnpackVariant, OP.UnpackVariantImmRef, OP.UnpackVariantMutRef],
  ],
  [
    'variantInstantiation',
    [
      OP.PackVariantGeneric,
      OP.UnpackVariantGeneric,
      OP.UnpackVariantGenericImmRef,
      OP.UnpackVariantGenericMutRef,
    ],
  ],
  ['jumpTable', [OP.VariantSwitch]],
];

/** Operand kind by opcode byte; undefined = not an opcode (or a removed global-storage one). */
export const OPERANDS: readonly (OperandKind | undefined)[] = (() => {
  const table: (OperandKind | undefined)[] = [];
  for (let i = 0; i < 256; i++) table.push(undefined);
  for (const [kind, ops] of GROUPS) for (const op of ops) table[op] = kind;
  return table;
})();

/** First binary version of the opcodes that came after version 5. */
export function opcodeVersion(op: number): number {
  if (op >= OP.PackVariant) return 7;
  if (op >= OP.LdU16 && op <= OP.CastU256) return 6;
  return 5;
}
