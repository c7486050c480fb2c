/**
 * Checks the use of local variables: nothing is read before it is written or after it was moved, and no
 * value without `drop` is overwritten or left behind.
 *
 * Without it, bytecode could destroy what must be used up (coins, hot potatoes). The state of a local at a
 * point is what all ways to that point agree on; the blocks are gone through until nothing changes.
 */
import { malformed } from '../errors.js';
import type { CompiledModule, FunctionDefinition, Instruction } from '../format/module.js';
import { OP } from '../format/opcodes.js';
import { ABILITY, abilitiesOf } from '../format/tokens.js';
import { spellFunction } from './module-facts.js';

/** State of a local. `MAYBE`: it depends on the way taken. */
const EMPTY = 0;
const FULL = 1;
const MAYBE = 2;

const MAX_BLOCKS = 1024;

/**
 * Checks one function that passed `compileFunction`, so that branch targets and local indices are valid.
 *
 * @throws {MOVE_INVALID_CONTROL_FLOW | MOVE_ABILITY_VIOLATION} naming function and instruction
 */
export function checkLocals(m: CompiledModule, definition: FunctionDefinition): void {
  const { code } = definition;
  const handle = m.functionHandles[definition.handle];
  if (code === null || handle === undefined) return;
  const parameters = m.signatures[handle.parameters] ?? [];
  const types = [...parameters, ...(m.signatures[code.locals] ?? [])];
  const canDrop = types.map(
    (type) => (abilitiesOf(m, type, handle.typeParameters) & ABILITY.drop) !== 0,
  );
  const fail = (rule: string, at: number, status: 'INVALID_CONTROL_FLOW' | 'ABILITY_VIOLATION') =>
    malformed(`${rule} in ${spellFunction(m, definition.handle)} at instruction ${at}`, status);

  const { instructions } = code;
  const tables = code.jumpTables.map(({ targets }) => targets);
  const starts = blockStarts(instructions, tables);
  if (starts.size > MAX_BLOCKS)
    throw fail(`more than ${MAX_BLOCKS} blocks`, 0, 'INVALID_CONTROL_FLOW');

  const first = new Uint8Array(types.length);
  first.fill(FULL, 0, parameters.length);
  const atStart = new Map<number, Uint8Array>([[0, first]]);
  const waiting = [0];
  const flow = (target: number, state: Uint8Array): void => {
    const known = atStart.get(target);
    if (known === undefined) atStart.set(target, state.slice());
    else if (!join(known, state)) return;
    waiting.push(target);
  };
  for (let start = waiting.pop(); start !== undefined; start = waiting.pop()) {
    const state = atStart.get(start)?.slice() ?? new Uint8Array(types.length);
    for (let pc = start; ; pc++) {
      const instruction = instructions[pc];
      if (instruction === undefined) break;
      step(instruction, pc, state);
      const next = successors(instruction, pc, tables);
      if (next !== undefined) {
        for (const target of next) flow(target, state);
        break;
      }
      if (starts.has(pc + 1)) {
        flow(pc + 1, state);
        break;
      }
    }
  }

  function step({ op, operand }: Instruction, pc: number, state: Uint8Array): void {
    switch (op) {
      case OP.CopyLoc:
      case OP.MoveLoc:
      case OP.MutBorrowLoc:
      case OP.ImmBorrowLoc:
        if (state[operand] !== FULL)
          throw fail(`local ${operand} may be empty`, pc, 'INVALID_CONTROL_FLOW');
        if (op === OP.MoveLoc) state[operand] = EMPTY;
        return;
      case OP.StLoc:
        if (state[operand] !== EMPTY && canDrop[operand] !== true)
          throw fail(`local ${operand} is overwritten`, pc, 'ABILITY_VIOLATION');
        state[operand] = FULL;
        return;
      case OP.Ret:
        for (const [local, value] of state.entries()) {
          if (value !== EMPTY && canDrop[local] !== true)
            throw fail(`local ${local} is left behind`, pc, 'ABILITY_VIOLATION');
        }
        return;
      default:
    }
  }
}

/** Merges `other` into `state`; tells whether that changed it. */
function join(state: Uint8Array, other: Uint8Array): boolean {
  let isChanged = false;
  for (const [i, value] of other.entries()) {
    if (state[i] === value || state[i] === MAYBE) continue;
    state[i] = MAYBE;
    isChanged = true;
  }
  return isChanged;
}

/** Where control goes after an instruction; undefined for those that go on to the next. */
function successors(
  { op, operand }: Instruction,
  pc: number,
  tables: readonly (readonly number[])[],
): readonly number[] | undefined {
  switch (op) {
    case OP.BrTrue:
    case OP.BrFalse:
      return [operand, pc + 1];
    case OP.Branch:
      return [operand];
    case OP.VariantSwitch:
      return tables[operand] ?? [];
    case OP.Ret:
    case OP.Abort:
      return [];
    default:
      return undefined;
  }
}

function blockStarts(
  instructions: readonly Instruction[],
  tables: readonly (readonly number[])[],
): Set<number> {
  const starts = new Set<number>([0]);
  for (const [pc, instruction] of instructions.entries()) {
    const next = successors(instruction, pc, tables);
    if (next === undefined) continue;
    for (const target of next) starts.add(target);
    if (pc + 1 < instructions.length) starts.add(pc + 1);
  }
  return starts;
}
