/**
 * Turns the code of one function into the interpreter's arrays and checks it on the way.
 *
 * A single pass simulates the types on the operand stack of every basic block. That gives the
 * width of each integer instruction and tells which copies can be shallow; and it refuses code
 * whose stack, types, arities, abilities of copied or dropped values, or branch targets are wrong.
 * Not checked here (section 13): reference lifetimes and availability of locals; the interpreter
 * meets an empty local with an error. The file is long because it is one table of instructions.
 */
import { malformed } from '../errors.js';
import type { AbilitySet } from '../api.js';
import { checkToken } from '../format/bounds.js';
import { decodeConstant } from '../format/constants.js';
import type {
  CompiledModule,
  FieldDefinition,
  FunctionDefinition,
  Instruction,
  SignatureToken,
} from '../format/module.js';
import { OP } from '../format/opcodes.js';
import {
  ABILITY,
  TYPE_NODES_MAX,
  abilitiesOf,
  countNodes,
  equalTokens,
  substitute,
} from '../format/tokens.js';
import type { Value } from '../values.js';
import { R, widthIndex } from './ops.js';

/** Executable form of a function body. Instruction i of the module is instruction i here. */
export interface FunctionCode {
  readonly ops: Uint8Array;
  /** First operand: local, target, field, count, width or index, by opcode. */
  readonly a: Int32Array;
  /** Second operand: instantiation index for the depth check of packs, -1 = none needed. */
  readonly b: Int32Array;
  /** Values pushed and abstract bytes pushed by each instruction, for the meter. */
  readonly pushes: Uint16Array;
  readonly sizes: Uint16Array;
  readonly literals: readonly Value[];
  readonly jumpTables: readonly (readonly number[])[];
  readonly localCount: number;
  /** Highest operand stack of this frame alone. */
  readonly maxStack: number;
  /** Types that packs name, resolved per instantiation for the depth check. */
  readonly packTypes: readonly SignatureToken[];
}

type Token = SignatureToken;

const primitive = (name: 'bool' | 'u8' | 'u64' | 'u128' | 'u256' | 'u16' | 'u32'): Token => ({
  kind: 'primitive',
  name,
});
const BOOL = primitive('bool');
const U8 = primitive('u8');
const U64 = primitive('u64');
const LITERAL_TYPES: Record<number, Token> = {
  [OP.LdU8]: U8,
  [OP.LdU16]: primitive('u16'),
  [OP.LdU32]: primitive('u32'),
  [OP.LdU64]: U64,
  [OP.LdU128]: primitive('u128'),
  [OP.LdU256]: primitive('u256'),
};
const CAST_TYPES: Record<number, Token> = {
  [OP.CastU8]: U8,
  [OP.CastU16]: primitive('u16'),
  [OP.CastU32]: primitive('u32'),
  [OP.CastU64]: U64,
  [OP.CastU128]: primitive('u128'),
  [OP.CastU256]: primitive('u256'),
};
/** Arithmetic opcodes: [form for numbers, form for bigints]. */
const ARITHMETIC: Record<number, readonly [number, number]> = {
  [OP.Add]: [R.AddNum, R.AddBig],
  [OP.Sub]: [R.Sub, R.Sub],
  [OP.Mul]: [R.MulNum, R.MulBig],
  [OP.Mod]: [R.Mod, R.Mod],
  [OP.Div]: [R.DivNum, R.DivBig],
  [OP.BitOr]: [R.OrNum, R.OrBig],
  [OP.BitAnd]: [R.AndNum, R.AndBig],
  [OP.Xor]: [R.XorNum, R.XorBig],
};
const COMPARISONS: Record<number, number> = {
  [OP.Lt]: R.Lt,
  [OP.Gt]: R.Gt,
  [OP.Le]: R.Le,
  [OP.Ge]: R.Ge,
};
const STACK_MAX = 1024;

/**
 * Compiles a function that is not native.
 *
 * @throws {MOVE_STACK_TYPE_MISMATCH | MOVE_INVALID_CONTROL_FLOW | MOVE_ABILITY_VIOLATION |
 *   MOVE_INDEX_OUT_OF_BOUNDS | MOVE_INVALID_CONSTANT | MOVE_INVALID_SIGNATURE}
 */
export function compileFunction(m: CompiledModule, definition: FunctionDefinition): FunctionCode {
  return new FunctionCompiler(m, definition).run();
}

class FunctionCompiler {
  private readonly m: CompiledModule;
  private readonly instructions: readonly Instruction[];
  private readonly constraints: readonly AbilitySet[];
  private readonly returns: readonly Token[];
  private readonly locals: readonly Token[];
  private readonly jumpTables: readonly (readonly number[])[];
  private readonly jumpEnums: readonly number[];
  private readonly ops: Uint8Array;
  private readonly a: Int32Array;
  private readonly b: Int32Array;
  private readonly pushes: Uint16Array;
  private readonly sizes: Uint16Array;
  private readonly literals: Value[] = [];
  private readonly packTypes: Token[] = [];
  private readonly stack: Token[] = [];
  /** Type-argument lists that were checked in this function. */
  private readonly checkedSignatures = new Set<number>();
  private maxStack = 0;
  private pc = 0;

  constructor(m: CompiledModule, definition: FunctionDefinition) {
    const handle = m.functionHandles[definition.handle];
    const code = definition.code;
    if (handle === undefined || code === null) throw this.bad('function without code');
    this.m = m;
    this.instructions = code.instructions;
    this.constraints = handle.typeParameters;
    this.returns = this.signature(handle.returns);
    const declared = this.signature(code.locals);
    for (const t of declared) checkToken(m, t, this.constraints.length, true);
    this.locals = [...this.signature(handle.parameters), ...declared];
    if (this.locals.length > 255) throw malformed('too many locals', 'INVALID_MODULE');
    this.jumpTables = code.jumpTables.map((t) => t.targets);
    this.jumpEnums = code.jumpTables.map((t) => t.enumDefinition);
    for (const table of code.jumpTables) {
      const variants = m.enums[table.enumDefinition]?.variants;
      if (variants === undefined) throw malformed('jump table enum', 'INDEX_OUT_OF_BOUNDS');
      if (variants.length !== table.targets.length) {
        throw malformed('jump table does not cover all variants', 'INVALID_CONTROL_FLOW');
      }
    }
    const n = this.instructions.length;
    this.ops = new Uint8Array(n);
    this.a = new Int32Array(n);
    this.b = new Int32Array(n).fill(-1);
    this.pushes = new Uint16Array(n);
    this.sizes = new Uint16Array(n);
  }

  run(): FunctionCode {
    const leaders = this.findBlocks();
    for (this.pc = 0; this.pc < this.instructions.length; this.pc++) {
      if (leaders.has(this.pc)) this.requireEmptyStack();
      const instruction = this.instructions[this.pc];
      if (instruction !== undefined) this.step(instruction);
      if (this.stack.length > this.maxStack) this.maxStack = this.stack.length;
      if (this.maxStack > STACK_MAX) throw malformed('stack too high', 'INVALID_CONTROL_FLOW');
    }
    this.requireEmptyStack();
    return {
      ops: this.ops,
      a: this.a,
      b: this.b,
      pushes: this.pushes,
      sizes: this.sizes,
      literals: this.literals,
      jumpTables: this.jumpTables,
      localCount: this.locals.length,
      maxStack: this.maxStack,
      packTypes: this.packTypes,
    };
  }

  private requireEmptyStack(): void {
    if (this.stack.length > 0) {
      throw malformed('values left on the stack at a block end', 'INVALID_CONTROL_FLOW');
    }
  }

  /** Block starts; every branch target is inside the code and the last instruction never falls through. */
  private findBlocks(): Set<number> {
    const n = this.instructions.length;
    const leaders = new Set<number>([0]);
    const target = (offset: number): void => {
      if (offset >= n) throw malformed('branch target', 'INDEX_OUT_OF_BOUNDS');
      leaders.add(offset);
    };
    let endsBlock = false;
    for (const [i, ins] of this.instructions.entries()) {
      endsBlock = false;
      switch (ins.op) {
        case OP.BrTrue:
        case OP.BrFalse:
          target(ins.operand);
          leaders.add(i + 1);
          break;
        case OP.Branch:
          target(ins.operand);
          leaders.add(i + 1);
          endsBlock = true;
          break;
        case OP.Ret:
        case OP.Abort:
          leaders.add(i + 1);
          endsBlock = true;
          break;
        case OP.VariantSwitch: {
          const table = this.jumpTables[ins.operand];
          if (table === undefined) throw malformed('jump table', 'INDEX_OUT_OF_BOUNDS');
          for (const t of table) target(t);
          leaders.add(i + 1);
          endsBlock = true;
          break;
        }
        default:
      }
    }
    if (!endsBlock) throw malformed('code runs off its end', 'INVALID_CONTROL_FLOW');
    return leaders;
  }

  // -- helpers ----------------------------------------------------------------------------------

  private bad(what: string): Error {
    return malformed(`${what} at instruction ${this.pc}`, 'STACK_TYPE_MISMATCH');
  }

  private signature(index: number): readonly Token[] {
    const signature = this.m.signatures[index];
    if (signature === undefined) throw malformed(`signature ${index}`, 'INDEX_OUT_OF_BOUNDS');
    return signature;
  }

  private push(token: Token): void {
    this.stack.push(token);
  }

  private pop(): Token {
    const token = this.stack.pop();
    if (token === undefined) throw this.bad('stack underflow');
    return token;
  }

  private popExact(expected: Token): void {
    if (!equalTokens(this.pop(), expected)) throw this.bad('wrong operand type');
  }

  private popReference(): Token & { kind: 'reference' } {
    const token = this.pop();
    if (token.kind !== 'reference') throw this.bad('reference expected');
    return token;
  }

  private popInteger(): number {
    const token = this.pop();
    const width = token.kind === 'primitive' ? widthIndex(token.name) : -1;
    if (width < 0) throw this.bad('integer expected');
    return width;
  }

  private requireAbility(token: Token, ability: number): void {
    if ((abilitiesOf(this.m, token, this.constraints) & ability) !== ability) {
      throw malformed(`type lacks an ability at instruction ${this.pc}`, 'ABILITY_VIOLATION');
    }
  }

  private emit(op: number, a = 0, pushes = 0, size = 0): void {
    this.ops[this.pc] = op;
    this.a[this.pc] = a;
    this.pushes[this.pc] = pushes;
    this.sizes[this.pc] = Math.min(size, 0xffff);
  }

  /** Type arguments of an instantiation, checked against the function's own type parameters. */
  private typeArguments(index: number, constraints: readonly AbilitySet[]): readonly Token[] {
    const args = this.signature(index);
    const isKnown = this.checkedSignatures.has(index);
    for (const [i, t] of args.entries()) {
      this.requireAbility(t, constraints[i] ?? 0);
      if (isKnown) continue;
      checkToken(this.m, t, this.constraints.length, false);
      if (countNodes(t, TYPE_NODES_MAX + 1) > TYPE_NODES_MAX) throw malformed('type too large');
      this.checkNested(t);
    }
    this.checkedSignatures.add(index);
    return args;
  }

  /** Constraints of datatype arguments inside a type. */
  private checkNested(token: Token): void {
    if (token.kind === 'vector') this.checkNested(token.element);
    if (token.kind === 'reference') this.checkNested(token.target);
    if (token.kind !== 'datatype') return;
    const parameters = this.m.datatypeHandles[token.handle]?.typeParameters ?? [];
    for (const [i, t] of token.typeArguments.entries()) {
      this.requireAbility(t, parameters[i]?.constraints ?? 0);
      this.checkNested(t);
    }
  }

  private isPrimitive(token: Token): boolean {
    return token.kind === 'primitive' || token.kind === 'reference';
  }

  /** A struct use: its type and fields, for both plain and generic instructions. */
  private structUse(
    index: number,
    generic: boolean,
  ): { type: Token & { kind: 'datatype' }; fields: readonly Token[] } {
    const instantiation = generic ? this.m.structInstantiations[index] : undefined;
    if (generic && instantiation === undefined) {
      throw malformed('struct instantiation', 'INDEX_OUT_OF_BOUNDS');
    }
    const definition = this.m.structs[instantiation?.target ?? index];
    if (definition === undefined) throw malformed('struct', 'INDEX_OUT_OF_BOUNDS');
    return this.datatypeUse(
      definition.handle,
      definition.fields ?? [],
      instantiation?.typeArguments,
    );
  }

  private variantUse(
    index: number,
    generic: boolean,
  ): { type: Token & { kind: 'datatype' }; fields: readonly Token[]; tag: number } {
    const inst = generic ? this.m.variantInstantiations[index] : undefined;
    const plain = generic ? undefined : this.m.variantHandles[index];
    const tag = inst?.variant ?? plain?.variant;
    const enumInst = inst && this.m.enumInstantiations[inst.enumInstantiation];
    const definition = this.m.enums[enumInst?.target ?? plain?.enumDefinition ?? -1];
    const variant = definition?.variants[tag ?? -1];
    if (tag === undefined || definition === undefined || variant === undefined) {
      throw malformed('variant', 'INDEX_OUT_OF_BOUNDS');
    }
    const use = this.datatypeUse(definition.handle, variant.fields, enumInst?.typeArguments);
    return { ...use, tag };
  }

  private datatypeUse(
    handle: number,
    fields: readonly FieldDefinition[],
    typeArguments: number | undefined,
  ): { type: Token & { kind: 'datatype' }; fields: readonly Token[] } {
    const parameters = this.m.datatypeHandles[handle]?.typeParameters ?? [];
    if ((typeArguments === undefined) !== (parameters.length === 0)) {
      throw malformed('generic use of a plain type or the reverse', 'INVALID_SIGNATURE');
    }
    const args =
      typeArguments === undefined
        ? []
        : this.typeArguments(
            typeArguments,
            parameters.map((p) => p.constraints),
          );
    return {
      type: { kind: 'datatype', handle, typeArguments: args },
      fields: fields.map((f) => substitute(f.type, args)),
    };
  }

  /** Records a packed type for the run-time depth check. */
  private packType(type: Token): void {
    this.b[this.pc] = this.packTypes.push(type) - 1;
  }

  private literal(value: Value): number {
    return this.literals.push(value) - 1;
  }

  private vectorElement(index: number): Token {
    const signature = this.signature(index);
    const element = signature[0];
    if (element === undefined || signature.length !== 1) {
      throw malformed('vector instruction signature', 'INVALID_SIGNATURE');
    }
    checkToken(this.m, element, this.constraints.length, false);
    return element;
  }

  private popVectorReference(element: Token, mutable: boolean): void {
    const ref = this.popReference();
    if (mutable && !ref.mutable) throw this.bad('mutable reference expected');
    if (!equalTokens(ref.target, { kind: 'vector', element })) throw this.bad('vector expected');
  }

  // -- instructions -----------------------------------------------------------------------------

  private step(ins: Instruction): void {
    const arithmetic = ARITHMETIC[ins.op];
    if (arithmetic !== undefined) return this.stepArithmetic(arithmetic);
    const literalType = LITERAL_TYPES[ins.op];
    if (literalType !== undefined && ins.literal !== undefined) {
      this.push(literalType);
      return this.emit(R.Literal, this.literal(ins.literal), 1, 1);
    }
    const castType = CAST_TYPES[ins.op];
    if (castType !== undefined && castType.kind === 'primitive') {
      this.popInteger();
      const width = widthIndex(castType.name);
      this.push(castType);
      return this.emit(width < 3 ? R.CastNum : R.CastBig, width, 1, 1);
    }
    const comparison = COMPARISONS[ins.op];
    if (comparison !== undefined) {
      if (this.popInteger() !== this.popInteger()) throw this.bad('integers of two widths');
      this.push(BOOL);
      return this.emit(comparison, 0, 1, 1);
    }
    if (ins.op >= OP.VecPack && ins.op <= OP.VecSwap) return this.stepVector(ins);
    if (ins.op >= OP.PackVariant) return this.stepVariant(ins);
    this.stepOther(ins);
  }

  private stepArithmetic(forms: readonly [number, number]): void {
    const right = this.popInteger();
    const left = this.pop();
    if (left.kind !== 'primitive' || widthIndex(left.name) !== right) {
      throw this.bad('integers of two widths');
    }
    this.push(left);
    this.emit(right < 3 ? forms[0] : forms[1], right, 1, 1);
  }

  private stepOther(ins: Instruction): void {
    switch (ins.op) {
      case OP.Pop:
        this.requireAbility(this.pop(), ABILITY.drop);
        return this.emit(R.Pop);
      case OP.Ret:
        for (let i = this.returns.length - 1; i >= 0; i--) {
          const expected = this.returns[i];
          if (expected !== undefined) this.popExact(expected);
        }
        return this.emit(R.Ret, this.returns.length);
      case OP.BrTrue:
      case OP.BrFalse:
        this.popExact(BOOL);
        return this.emit(ins.op === OP.BrTrue ? R.BrTrue : R.BrFalse, ins.operand);
      case OP.Branch:
        return this.emit(R.Branch, ins.operand);
      case OP.LdConst: {
        const constant = this.m.constants[ins.operand];
        if (constant === undefined) throw malformed('constant', 'INDEX_OUT_OF_BOUNDS');
        const value = decodeConstant(constant.type, constant.data);
        this.push(constant.type);
        const op = this.isPrimitive(constant.type) ? R.Literal : R.LiteralCopy;
        return this.emit(op, this.literal(value), 1, constant.data.length);
      }
      case OP.LdTrue:
      case OP.LdFalse:
        this.push(BOOL);
        return this.emit(R.Literal, this.literal(ins.op === OP.LdTrue), 1, 1);
      case OP.CopyLoc:
      case OP.MoveLoc:
      case OP.StLoc:
      case OP.MutBorrowLoc:
      case OP.ImmBorrowLoc:
        return this.stepLocal(ins);
      case OP.MutBorrowField:
      case OP.ImmBorrowField:
      case OP.MutBorrowFieldGeneric:
      case OP.ImmBorrowFieldGeneric:
        return this.stepBorrowField(ins);
      case OP.Call:
      case OP.CallGeneric:
        return this.stepCall(ins);
      case OP.Pack:
      case OP.PackGeneric: {
        const use = this.structUse(ins.operand, ins.op === OP.PackGeneric);
        for (let i = use.fields.length - 1; i >= 0; i--) this.popExact(use.fields[i] ?? BOOL);
        this.push(use.type);
        this.packType(use.type);
        return this.emit(R.Pack, use.fields.length, 1, 2);
      }
      case OP.Unpack:
      case OP.UnpackGeneric: {
        const use = this.structUse(ins.operand, ins.op === OP.UnpackGeneric);
        this.popExact(use.type);
        for (const f of use.fields) this.push(f);
        return this.emit(R.Unpack, use.fields.length, use.fields.length);
      }
      case OP.ReadRef: {
        const ref = this.popReference();
        this.requireAbility(ref.target, ABILITY.copy);
        this.push(ref.target);
        return this.emit(this.isPrimitive(ref.target) ? R.ReadPrim : R.ReadDeep, 0, 1);
      }
      case OP.WriteRef: {
        const ref = this.popReference();
        if (!ref.mutable) throw this.bad('mutable reference expected');
        this.popExact(ref.target);
        this.requireAbility(ref.target, ABILITY.drop);
        return this.emit(R.WriteRef);
      }
      case OP.Or:
      case OP.And:
        this.popExact(BOOL);
        this.popExact(BOOL);
        this.push(BOOL);
        return this.emit(ins.op === OP.Or ? R.BoolOr : R.BoolAnd, 0, 1, 1);
      case OP.Not:
        this.popExact(BOOL);
        this.push(BOOL);
        return this.emit(R.Not, 0, 1, 1);
      case OP.Eq:
      case OP.Neq: {
        const type = this.pop();
        this.popExact(type);
        this.requireAbility(type, ABILITY.drop);
        this.push(BOOL);
        const shallow = type.kind === 'primitive';
        const eq = shallow ? R.EqPrim : R.EqDeep;
        const neq = shallow ? R.NeqPrim : R.NeqDeep;
        return this.emit(ins.op === OP.Eq ? eq : neq, 0, 1, 1);
      }
      case OP.Abort:
        this.popExact(U64);
        return this.emit(R.Abort);
      case OP.Nop:
        return this.emit(R.Nop);
      case OP.FreezeRef: {
        const ref = this.popReference();
        if (!ref.mutable) throw this.bad('mutable reference expected');
        this.push({ ...ref, mutable: false });
        return this.emit(R.Nop, 0, 1, 8);
      }
      case OP.Shl:
      case OP.Shr: {
        this.popExact(U8);
        const type = this.pop();
        const width = type.kind === 'primitive' ? widthIndex(type.name) : -1;
        if (width < 0) throw this.bad('integer expected');
        this.push(type);
        const op =
          ins.op === OP.Shl ? (width < 3 ? R.ShlNum : R.ShlBig) : width < 3 ? R.ShrNum : R.ShrBig;
        return this.emit(op, width, 1, 1);
      }
      default:
        throw malformed(`opcode ${ins.op} cannot run`, 'INVALID_MODULE');
    }
  }

  private stepLocal(ins: Instruction): void {
    const type = this.locals[ins.operand];
    if (type === undefined) throw malformed('local', 'INDEX_OUT_OF_BOUNDS');
    switch (ins.op) {
      case OP.CopyLoc:
        this.requireAbility(type, ABILITY.copy);
        this.push(type);
        return this.emit(this.isPrimitive(type) ? R.CopyPrim : R.CopyDeep, ins.operand, 1, 8);
      case OP.MoveLoc:
        this.push(type);
        return this.emit(R.Move, ins.operand, 1, 8);
      case OP.StLoc:
        this.popExact(type);
        return this.emit(R.Store, ins.operand);
      default:
        if (type.kind === 'reference') throw this.bad('reference to a reference');
        this.push({ kind: 'reference', mutable: ins.op === OP.MutBorrowLoc, target: type });
        return this.emit(R.BorrowLoc, ins.operand, 1, 8);
    }
  }

  private stepBorrowField(ins: Instruction): void {
    const generic = ins.op === OP.MutBorrowFieldGeneric || ins.op === OP.ImmBorrowFieldGeneric;
    const mutable = ins.op === OP.MutBorrowFieldGeneric || ins.op === OP.MutBorrowField;
    const inst = generic ? this.m.fieldInstantiations[ins.operand] : undefined;
    if (generic && inst === undefined) {
      throw malformed('field instantiation', 'INDEX_OUT_OF_BOUNDS');
    }
    const handle = this.m.fieldHandles[inst?.target ?? ins.operand];
    const owner = this.m.structs[handle?.owner ?? -1];
    if (handle === undefined || owner === undefined) {
      throw malformed('field handle', 'INDEX_OUT_OF_BOUNDS');
    }
    const definition = owner.fields?.[handle.field];
    if (definition === undefined) throw malformed('field', 'INDEX_OUT_OF_BOUNDS');
    const use = this.datatypeUse(owner.handle, [definition], inst?.typeArguments);
    const field = use.fields[0];
    if (field === undefined) throw malformed('field', 'INDEX_OUT_OF_BOUNDS');
    const ref = this.popReference();
    if (mutable && !ref.mutable) throw this.bad('mutable reference expected');
    if (!equalTokens(ref.target, use.type)) throw this.bad('field of another type');
    this.push({ kind: 'reference', mutable, target: field });
    this.emit(R.BorrowField, handle.field, 1, 8);
  }

  private stepCall(ins: Instruction): void {
    const generic = ins.op === OP.CallGeneric;
    const inst = generic ? this.m.functionInstantiations[ins.operand] : undefined;
    if (generic && inst === undefined) {
      throw malformed('function instantiation', 'INDEX_OUT_OF_BOUNDS');
    }
    const handle = this.m.functionHandles[inst?.target ?? ins.operand];
    if (handle === undefined) throw malformed('function handle', 'INDEX_OUT_OF_BOUNDS');
    if (!generic && handle.typeParameters.length > 0) {
      throw malformed('generic function called without type arguments', 'INVALID_SIGNATURE');
    }
    const args = inst ? this.typeArguments(inst.typeArguments, handle.typeParameters) : [];
    const parameters = this.signature(handle.parameters);
    for (let i = parameters.length - 1; i >= 0; i--) {
      const parameter = parameters[i];
      if (parameter !== undefined) this.popExact(substitute(parameter, args));
    }
    for (const r of this.signature(handle.returns)) this.push(substitute(r, args));
    this.emit(generic ? R.CallGeneric : R.Call, ins.operand);
  }

  private stepVector(ins: Instruction): void {
    const element = this.vectorElement(ins.operand);
    const vector: Token = { kind: 'vector', element };
    switch (ins.op) {
      case OP.VecPack:
        if (ins.count > this.stack.length) throw this.bad('stack underflow');
        for (let i = 0; i < ins.count; i++) this.popExact(element);
        this.push(vector);
        this.packType(vector);
        return this.emit(R.VecPack, ins.count, 1, 8);
      case OP.VecLen:
        this.popVectorReference(element, false);
        this.push(U64);
        return this.emit(R.VecLen, 0, 1, 1);
      case OP.VecImmBorrow:
      case OP.VecMutBorrow: {
        const mutable = ins.op === OP.VecMutBorrow;
        this.popExact(U64);
        this.popVectorReference(element, mutable);
        this.push({ kind: 'reference', mutable, target: element });
        return this.emit(R.VecBorrow, 0, 1, 8);
      }
      case OP.VecPushBack:
        this.popExact(element);
        this.popVectorReference(element, true);
        return this.emit(R.VecPush);
      case OP.VecPopBack:
        this.popVectorReference(element, true);
        this.push(element);
        return this.emit(R.VecPop, 0, 1);
      case OP.VecUnpack:
        this.popExact(vector);
        if (ins.count + this.stack.length > STACK_MAX) throw this.bad('stack overflow');
        for (let i = 0; i < ins.count; i++) this.push(element);
        return this.emit(R.VecUnpack, ins.count, ins.count);
      default:
        this.popExact(U64);
        this.popExact(U64);
        this.popVectorReference(element, true);
        return this.emit(R.VecSwap);
    }
  }

  private stepVariant(ins: Instruction): void {
    if (ins.op === OP.VariantSwitch) {
      const ref = this.popReference();
      const handle = this.m.enums[this.jumpEnums[ins.operand] ?? -1]?.handle;
      if (ref.target.kind !== 'datatype' || ref.target.handle !== handle) {
        throw this.bad('switch over another enum');
      }
      return this.emit(R.Switch, ins.operand);
    }
    const generic =
      ins.op === OP.PackVariantGeneric ||
      (ins.op >= OP.UnpackVariantGeneric && ins.op <= OP.UnpackVariantGenericMutRef);
    const use = this.variantUse(ins.operand, generic);
    if (ins.op === OP.PackVariant || ins.op === OP.PackVariantGeneric) {
      for (let i = use.fields.length - 1; i >= 0; i--) this.popExact(use.fields[i] ?? BOOL);
      this.push(use.type);
      this.packType(use.type);
      // Both the tag and the field count are needed: 8 bits of count below the tag.
      return this.emit(R.PackVariant, use.tag * 256 + use.fields.length, 1, 2);
    }
    if (ins.op === OP.UnpackVariant || ins.op === OP.UnpackVariantGeneric) {
      this.popExact(use.type);
      for (const f of use.fields) this.push(f);
      return this.emit(R.UnpackVariant, use.tag, use.fields.length);
    }
    const mutable = ins.op === OP.UnpackVariantMutRef || ins.op === OP.UnpackVariantGenericMutRef;
    const ref = this.popReference();
    if (mutable && !ref.mutable) throw this.bad('mutable reference expected');
    if (!equalTokens(ref.target, use.type)) throw this.bad('variant of another enum');
    for (const f of use.fields) this.push({ kind: 'reference', mutable, target: f });
    this.emit(R.UnpackVariantRef, use.tag, use.fields.length, 8 * use.fields.length);
  }
}
