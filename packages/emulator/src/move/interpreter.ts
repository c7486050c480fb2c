/**
 * The interpreter loop.
 *
 * One operand stack for all frames, explicit frames (a Move call is not a JavaScript call, so deep
 * recursion cannot overflow the host stack), one switch over dense opcodes. The file is long because
 * V8 optimizes one big function with local state far better than handlers that share it.
 *
 * Cases are literals because only then V8 makes a jump table; a test keeps them equal to `R`.
 *
 * The meter's counters live in locals inside the loop and are written back around natives.
 */
import { MAX_CALLERS, MoveVmError, type MoveLocation } from './errors.js';
import { HIGH_STACK, outOfGas } from './gas.js';
import type { FunctionInst } from './loader.js';
import { MAX_BIG, MAX_NUMBER, R, WIDTHS } from './code/ops.js';
import type { Runtime } from './runtime.js';
import {
  EnumValue,
  Ref,
  abstractSize,
  asArray,
  asEnum,
  asRef,
  copyValue,
  equalValues,
  type Value,
} from './values.js';

const FRAMES_MAX = 1024;
const STACK_MAX = 1024;
const CALL: number = R.Call;
const EQ_DEEP: number = R.EqDeep;
/** Longest vector (protocol limit). */
export const VECTOR_LENGTH_MAX = 262_144;

interface Frame {
  readonly inst: FunctionInst;
  readonly pc: number;
  readonly locals: Value[];
}

/** Errors of vector operations; also used by the vector natives. */
export function vectorError(subStatus: 1 | 2 | 3 | 4): MoveVmError {
  const what = ['', 'index out of bounds', 'pop from empty', 'length mismatch', 'too long'];
  return new MoveVmError('VECTOR_OPERATION_ERROR', `vector: ${what[subStatus] ?? ''}`, {
    subStatus,
  });
}

function arithmetic(): MoveVmError {
  return new MoveVmError('ARITHMETIC_ERROR', 'arithmetic error');
}

function locationOf(inst: FunctionInst, instruction: number): MoveLocation {
  const { fn } = inst;
  const { loaded } = fn.module;
  return {
    package: loaded.pkg.id,
    originalPackage: loaded.pkg.originalId,
    module: loaded.name,
    functionIndex: fn.index,
    functionName: fn.name,
    instruction,
  };
}

/** Any failure as a MoveVmError with a location and the calls that led there. */
function located(
  error: unknown,
  inst: FunctionInst,
  instruction: number,
  callers: readonly MoveLocation[] = [],
): MoveVmError {
  const typed =
    error instanceof MoveVmError
      ? error
      : new MoveVmError('UNKNOWN_INVARIANT_VIOLATION_ERROR', 'the code broke an invariant', {
          cause: error,
        });
  return typed.at(locationOf(inst, instruction), callers);
}

/**
 * Runs a function to its end.
 *
 * @param entry - the function with its type arguments
 * @param args - one value per parameter, first parameter first; ownership passes to the callee
 * @returns the return values in order
 * @throws {MoveVmError} with location
 */
export function execute(runtime: Runtime, entry: FunctionInst, args: readonly Value[]): Value[] {
  if (entry.fn.native !== undefined) {
    try {
      const value = entry.fn.native(runtime, args, entry.typeArguments);
      return value === undefined ? [] : [value];
    } catch (error) {
      throw located(error, entry, 0);
    }
  }
  const { meter } = runtime;
  const stack: Value[] = [];
  let sp = 0;
  const frames: Frame[] = [];
  let inst = entry;
  let code = inst.code;
  let { ops, a: operands, pushes, sizes } = code;
  let locals = args.slice();
  while (locals.length < code.localCount) locals.push(undefined as never);
  let pc = 0;
  let native: FunctionInst | undefined;
  // Meter state: see the head comment.
  let used = meter.usedInternal;
  let executed = meter.instructions;
  let pushed = meter.bytesPushed;
  let instructionPrice = meter.instructionMultiplier;
  let nextInstructionTier = meter.nextInstructionTier;
  let sizePrice = meter.sizeMultiplier;
  let nextSizeTier = meter.nextSizeTier;
  const limit = meter.limitInternal;

  try {
    for (;;) {
      const op = ops[pc];
      const a = operands[pc] as number;
      executed++;
      pushed += sizes[pc] as number;
      if (executed >= nextInstructionTier || pushed >= nextSizeTier) {
        meter.instructions = executed;
        meter.bytesPushed = pushed;
        meter.updateTiers();
        instructionPrice = meter.instructionMultiplier;
        nextInstructionTier = meter.nextInstructionTier;
        sizePrice = meter.sizeMultiplier;
        nextSizeTier = meter.nextSizeTier;
      }
      used +=
        instructionPrice +
        (sp > HIGH_STACK ? 2 : 1) * (pushes[pc] as number) +
        sizePrice * (sizes[pc] as number);
      if (used > limit) throw outOfGas();

      switch (op) {
        case 0: // Pop
          sp--;
          break;
        case 1: {
          // Ret
          const frame = frames.pop();
          if (frame === undefined) {
            meter.usedInternal = used;
            meter.instructions = executed;
            meter.bytesPushed = pushed;
            return stack.slice(sp - a, sp);
          }
          inst = frame.inst;
          code = inst.code;
          ({ ops, a: operands, pushes, sizes } = code);
          locals = frame.locals;
          pc = frame.pc;
          continue;
        }
        case 2: // BrTrue
          if (stack[--sp] === true) {
            pc = a;
            continue;
          }
          break;
        case 3: // BrFalse
          if (stack[--sp] === false) {
            pc = a;
            continue;
          }
          break;
        case 4: // Branch
          pc = a;
          continue;
        case 5: // Literal
          stack[sp++] = code.literals[a] as Value;
          break;
        case 6: // LiteralCopy
          stack[sp++] = copyValue(code.literals[a] as Value);
          break;
        case 7: {
          // CopyPrim
          const value = locals[a];
          if (value === undefined) throw new TypeError('copy of an empty local');
          stack[sp++] = value;
          break;
        }
        case 8: {
          // CopyDeep
          const value = locals[a];
          if (value === undefined) throw new TypeError('copy of an empty local');
          const size = abstractSize(value, false);
          pushed += size;
          used += sizePrice * size;
          stack[sp++] = copyValue(value);
          break;
        }
        case 9: {
          // Move
          const value = locals[a];
          if (value === undefined) throw new TypeError('move of an empty local');
          stack[sp++] = value;
          locals[a] = undefined as never;
          break;
        }
        case 10: // Store
          locals[a] = stack[--sp] as Value;
          break;
        case 11: // BorrowLoc
          if (locals[a] === undefined) throw new TypeError('borrow of an empty local');
          stack[sp++] = new Ref(locals, a);
          break;
        case 12: // BorrowField
          stack[sp - 1] = new Ref(asArray(asRef(stack[sp - 1]).get()), a);
          break;
        case 13: // Call
        case 14: {
          // CallGeneric
          const target: FunctionInst = op === CALL ? inst.fn.module.target(a) : inst.genericCall(a);
          const { fn } = target;
          const count = fn.parameterCount;
          sp -= count;
          const callee = stack.slice(sp, sp + count);
          if (fn.native !== undefined) {
            native = target;
            meter.usedInternal = used;
            meter.instructions = executed;
            meter.bytesPushed = pushed;
            const value = fn.native(runtime, callee, target.typeArguments);
            used = meter.usedInternal;
            executed = meter.instructions;
            pushed = meter.bytesPushed;
            instructionPrice = meter.instructionMultiplier;
            nextInstructionTier = meter.nextInstructionTier;
            native = undefined;
            if (value !== undefined) {
              const size = abstractSize(value, false);
              pushed += size;
              used += 1 + sizePrice * size;
              stack[sp++] = value;
            }
            break;
          }
          if (frames.length >= FRAMES_MAX - 1) {
            throw new MoveVmError('CALL_STACK_OVERFLOW', 'too many nested calls');
          }
          frames.push({ inst, pc: pc + 1, locals });
          inst = target;
          code = inst.code;
          ({ ops, a: operands, pushes, sizes } = code);
          locals = callee;
          for (let i = count; i < code.localCount; i++) locals.push(undefined as never);
          pc = 0;
          if (sp + code.maxStack > STACK_MAX) {
            throw new MoveVmError('EXECUTION_STACK_OVERFLOW', 'operand stack is full');
          }
          continue;
        }
        case 15: {
          // Pack
          inst.checkPackDepth(code.b[pc] as number);
          sp -= a;
          const fields = stack.slice(sp, sp + a);
          stack[sp++] = fields;
          break;
        }
        case 17: {
          // Unpack
          const fields = asArray(stack[--sp]);
          for (let i = 0; i < a; i++) stack[sp++] = fields[i] as Value;
          break;
        }
        case 18: // ReadPrim
          stack[sp - 1] = asRef(stack[sp - 1]).get();
          break;
        case 19: {
          // ReadDeep
          const value = asRef(stack[sp - 1]).get();
          const size = abstractSize(value, false);
          pushed += size;
          used += sizePrice * size;
          stack[sp - 1] = copyValue(value);
          break;
        }
        case 20: {
          // WriteRef
          sp -= 2;
          const value = stack[sp] as Value;
          const size = abstractSize(value, false);
          pushed += size;
          used += sizePrice * size;
          asRef(stack[sp + 1]).set(value);
          break;
        }
        case 21: {
          // AddNum
          sp--;
          const result = (stack[sp - 1] as number) + (stack[sp] as number);
          if (result > (MAX_NUMBER[a] as number)) throw arithmetic();
          stack[sp - 1] = result;
          break;
        }
        case 22: {
          // AddBig
          sp--;
          const result = (stack[sp - 1] as bigint) + (stack[sp] as bigint);
          if (result > (MAX_BIG[a] as bigint)) throw arithmetic();
          stack[sp - 1] = result;
          break;
        }
        case 23: {
          // Sub
          sp--;
          const left = stack[sp - 1];
          const right = stack[sp];
          if ((left as bigint) < (right as bigint)) throw arithmetic();
          stack[sp - 1] = ((left as bigint) - (right as bigint)) as Value;
          break;
        }
        case 24: {
          // MulNum
          sp--;
          // A product that fits 32 bits is exact; larger ones only need to be seen as larger.
          const result = (stack[sp - 1] as number) * (stack[sp] as number);
          if (result > (MAX_NUMBER[a] as number)) throw arithmetic();
          stack[sp - 1] = result;
          break;
        }
        case 25: {
          // MulBig
          sp--;
          const result = (stack[sp - 1] as bigint) * (stack[sp] as bigint);
          if (result > (MAX_BIG[a] as bigint)) throw arithmetic();
          stack[sp - 1] = result;
          break;
        }
        case 26: {
          // Mod
          sp--;
          const right = stack[sp] as bigint;
          if (!right) throw arithmetic();
          stack[sp - 1] = ((stack[sp - 1] as bigint) % right) as Value;
          break;
        }
        case 27: {
          // DivNum
          sp--;
          const right = stack[sp] as number;
          if (right === 0) throw arithmetic();
          stack[sp - 1] = Math.floor((stack[sp - 1] as number) / right);
          break;
        }
        case 28: {
          // DivBig
          sp--;
          const right = stack[sp] as bigint;
          if (right === 0n) throw arithmetic();
          stack[sp - 1] = (stack[sp - 1] as bigint) / right;
          break;
        }
        case 29: // OrNum
          sp--;
          stack[sp - 1] = ((stack[sp - 1] as number) | (stack[sp] as number)) >>> 0;
          break;
        case 31: // AndNum
          sp--;
          stack[sp - 1] = ((stack[sp - 1] as number) & (stack[sp] as number)) >>> 0;
          break;
        case 33: // XorNum
          sp--;
          stack[sp - 1] = ((stack[sp - 1] as number) ^ (stack[sp] as number)) >>> 0;
          break;
        case 30: // OrBig
          sp--;
          stack[sp - 1] = (stack[sp - 1] as bigint) | (stack[sp] as bigint);
          break;
        case 32: // AndBig
          sp--;
          stack[sp - 1] = (stack[sp - 1] as bigint) & (stack[sp] as bigint);
          break;
        case 34: // XorBig
          sp--;
          stack[sp - 1] = (stack[sp - 1] as bigint) ^ (stack[sp] as bigint);
          break;
        case 35: // BoolOr
          sp--;
          stack[sp - 1] = stack[sp - 1] === true || stack[sp] === true;
          break;
        case 36: // BoolAnd
          sp--;
          stack[sp - 1] = stack[sp - 1] === true && stack[sp] === true;
          break;
        case 37: // Not
          stack[sp - 1] = stack[sp - 1] !== true;
          break;
        case 38: // EqPrim
          sp--;
          stack[sp - 1] = stack[sp - 1] === stack[sp];
          break;
        case 40: // NeqPrim
          sp--;
          stack[sp - 1] = stack[sp - 1] !== stack[sp];
          break;
        case 39: // EqDeep
        case 41: {
          // NeqDeep
          sp--;
          const left = stack[sp - 1] as Value;
          const right = stack[sp] as Value;
          const size = abstractSize(left, true) + abstractSize(right, true);
          pushed += size;
          used += sizePrice * size;
          stack[sp - 1] = equalValues(left, right) === (op === EQ_DEEP);
          break;
        }
        case 42: // Lt
          sp--;
          stack[sp - 1] = (stack[sp - 1] as bigint) < (stack[sp] as bigint);
          break;
        case 43: // Gt
          sp--;
          stack[sp - 1] = (stack[sp - 1] as bigint) > (stack[sp] as bigint);
          break;
        case 44: // Le
          sp--;
          stack[sp - 1] = (stack[sp - 1] as bigint) <= (stack[sp] as bigint);
          break;
        case 45: // Ge
          sp--;
          stack[sp - 1] = (stack[sp - 1] as bigint) >= (stack[sp] as bigint);
          break;
        case 46: {
          // Abort
          const abortCode = stack[--sp] as bigint;
          throw new MoveVmError('ABORTED', `Move abort ${abortCode}`, { abortCode });
        }
        case 47: // Nop
          break;
        case 48: {
          // ShlNum
          sp--;
          const amount = stack[sp] as number;
          if (amount >= (WIDTHS[a] as number)) throw arithmetic();
          stack[sp - 1] = (((stack[sp - 1] as number) << amount) & (MAX_NUMBER[a] as number)) >>> 0;
          break;
        }
        case 50: {
          // ShrNum
          sp--;
          const amount = stack[sp] as number;
          if (amount >= (WIDTHS[a] as number)) throw arithmetic();
          stack[sp - 1] = (stack[sp - 1] as number) >>> amount;
          break;
        }
        case 49: {
          // ShlBig
          sp--;
          const amount = stack[sp] as number;
          if (amount >= (WIDTHS[a] as number)) throw arithmetic();
          stack[sp - 1] = ((stack[sp - 1] as bigint) << BigInt(amount)) & (MAX_BIG[a] as bigint);
          break;
        }
        case 51: {
          // ShrBig
          sp--;
          const amount = stack[sp] as number;
          if (amount >= (WIDTHS[a] as number)) throw arithmetic();
          stack[sp - 1] = (stack[sp - 1] as bigint) >> BigInt(amount);
          break;
        }
        case 52: {
          // CastNum
          const value = stack[sp - 1] as number | bigint;
          if (value > (MAX_NUMBER[a] as number)) throw arithmetic();
          stack[sp - 1] = Number(value);
          break;
        }
        case 53: {
          // CastBig
          const value = BigInt(stack[sp - 1] as number | bigint);
          if (value > (MAX_BIG[a] as bigint)) throw arithmetic();
          stack[sp - 1] = value;
          break;
        }
        case 54: {
          // VecPack
          inst.checkPackDepth(code.b[pc] as number);
          sp -= a;
          const items = stack.slice(sp, sp + a);
          stack[sp++] = items;
          break;
        }
        case 55: // VecLen
          stack[sp - 1] = BigInt(asArray(asRef(stack[sp - 1]).get()).length);
          break;
        case 56: {
          // VecBorrow
          sp--;
          const index = stack[sp] as bigint;
          const items = asArray(asRef(stack[sp - 1]).get());
          if (index >= items.length) throw vectorError(1);
          stack[sp - 1] = new Ref(items, Number(index));
          break;
        }
        case 57: {
          // VecPush
          sp -= 2;
          const items = asArray(asRef(stack[sp]).get());
          if (items.length >= VECTOR_LENGTH_MAX) throw vectorError(4);
          items.push(stack[sp + 1] as Value);
          break;
        }
        case 58: {
          // VecPop
          const value = asArray(asRef(stack[sp - 1]).get()).pop();
          if (value === undefined) throw vectorError(2);
          stack[sp - 1] = value;
          break;
        }
        case 59: {
          // VecUnpack
          const items = asArray(stack[--sp]);
          if (items.length !== a) throw vectorError(3);
          for (let i = 0; i < a; i++) stack[sp++] = items[i] as Value;
          break;
        }
        case 60: {
          // VecSwap
          sp -= 3;
          const items = asArray(asRef(stack[sp]).get());
          const i = stack[sp + 1] as bigint;
          const j = stack[sp + 2] as bigint;
          if (i >= items.length || j >= items.length) throw vectorError(1);
          const kept = items[Number(i)] as Value;
          items[Number(i)] = items[Number(j)] as Value;
          items[Number(j)] = kept;
          break;
        }
        case 61: {
          // PackVariant
          inst.checkPackDepth(code.b[pc] as number);
          const count = a & 0xff;
          sp -= count;
          const fields = stack.slice(sp, sp + count);
          stack[sp++] = new EnumValue(a >> 8, fields);
          break;
        }
        case 62: {
          // UnpackVariant
          const variant = asEnum(stack[--sp]);
          if (variant.tag !== a) throw wrongVariant();
          for (const field of variant.fields) stack[sp++] = field;
          break;
        }
        case 63: {
          // UnpackVariantRef
          const variant = asEnum(asRef(stack[--sp]).get());
          if (variant.tag !== a) throw wrongVariant();
          for (let i = 0; i < variant.fields.length; i++) stack[sp++] = new Ref(variant.fields, i);
          break;
        }
        case 16: {
          // Switch
          const variant = asEnum(asRef(stack[--sp]).get());
          const target = code.jumpTables[a]?.[variant.tag];
          if (target === undefined) throw wrongVariant();
          pc = target;
          continue;
        }
        default:
          throw new TypeError(`unknown internal opcode ${op}`);
      }
      pc++;
    }
  } catch (error) {
    const callers = frames
      .slice(-MAX_CALLERS)
      .reverse()
      .map((frame) => locationOf(frame.inst, frame.pc - 1));
    if (native !== undefined) {
      throw located(error, native, 0, [locationOf(inst, pc), ...callers]);
    }
    meter.usedInternal = used;
    meter.instructions = executed;
    meter.bytesPushed = pushed;
    throw located(error, inst, pc, callers);
  }
}

function wrongVariant(): MoveVmError {
  return new MoveVmError('VARIANT_TAG_MISMATCH', 'the enum holds another variant');
}
