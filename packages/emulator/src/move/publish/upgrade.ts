/** Upgrade compatibility (spec 7.3): comparing two versions of a package by names, not indices. */
import type { MovePackage, UpgradePolicy } from '../api.js';
import { MoveVmError } from '../errors.js';
import type { CompiledModule, FunctionDefinition, Instruction } from '../format/module.js';
import { OPERANDS } from '../format/opcodes.js';
import { toHex } from '@walrus-ts/core';
import {
  functionName,
  identifierAt,
  parseModule,
  spellDatatype,
  spellFunction,
  spellSignature,
  spellToken,
} from './module-facts.js';

function incompatible(message: string): MoveVmError {
  return new MoveVmError('INCOMPATIBLE_UPGRADE', message);
}

/**
 * Checks that `next` may replace `old` under a policy: 0 compatible, 128 additive, 192
 * dependency-only.
 *
 * @throws {MOVE_INCOMPATIBLE_UPGRADE} naming what changed
 */
export function checkUpgrade(old: MovePackage, next: MovePackage, policy: UpgradePolicy): void {
  if (policy === 192 && old.modules.size !== next.modules.size) {
    throw incompatible('modules were added or removed');
  }
  for (const [name, bytes] of old.modules) {
    const replacement = next.modules.get(name);
    if (replacement === undefined) throw incompatible(`module ${name} is missing`);
    const before = spellModule(parseModule(bytes), policy !== 0);
    const after = spellModule(parseModule(replacement), policy !== 0);
    compare(`${name} type`, before.datatypes, after.datatypes, policy === 192);
    if (policy === 0) compareFunctions(name, before, after);
    else compare(`${name} function`, before.functions, after.functions, policy === 192);
  }
}

interface SpelledFunction {
  readonly text: string;
  readonly isPublic: boolean;
  readonly constraints: readonly number[];
}

interface SpelledModule {
  readonly datatypes: Map<string, string>;
  readonly functions: Map<string, string>;
  readonly signatures: Map<string, SpelledFunction>;
}

function compare(
  what: string,
  before: Map<string, string>,
  after: Map<string, string>,
  exact: boolean,
): void {
  for (const [name, text] of before) {
    if (after.get(name) !== text) throw incompatible(`${what} ${name} changed or is missing`);
  }
  if (exact && before.size !== after.size) throw incompatible(`${what} added`);
}

function compareFunctions(module: string, before: SpelledModule, after: SpelledModule): void {
  for (const [name, old] of before.signatures) {
    if (!old.isPublic) continue;
    const next = after.signatures.get(name);
    const isKept =
      next !== undefined &&
      next.isPublic &&
      next.text === old.text &&
      next.constraints.length === old.constraints.length &&
      // A new constraint would refuse type arguments that callers pass today.
      next.constraints.every((c, i) => (c & ~(old.constraints[i] ?? 0)) === 0);
    if (!isKept) throw incompatible(`public function ${module}::${name} changed or is missing`);
  }
}

function spellModule(m: CompiledModule, withCode: boolean): SpelledModule {
  const datatypes = new Map<string, string>();
  const declare = (handle: number, body: string): void => {
    const h = m.datatypeHandles[handle];
    const parameters = h?.typeParameters.map((p) => `${p.constraints}${p.isPhantom ? 'p' : ''}`);
    datatypes.set(identifierAt(m, h?.name), `${h?.abilities}[${parameters?.join()}]${body}`);
  };
  const spellFields = (
    fields: readonly { name: number; type: Parameters<typeof spellToken>[1] }[],
  ) => fields.map((f) => `${identifierAt(m, f.name)}:${spellToken(m, f.type)}`).join(';');
  for (const s of m.structs) declare(s.handle, `struct{${spellFields(s.fields ?? [])}}`);
  for (const e of m.enums) {
    const variants = e.variants.map((v) => `${identifierAt(m, v.name)}{${spellFields(v.fields)}}`);
    declare(e.handle, `enum{${variants.join('|')}}`);
  }
  const functions = new Map<string, string>();
  const signatures = new Map<string, SpelledFunction>();
  for (const [i, f] of m.functions.entries()) {
    const handle = m.functionHandles[f.handle];
    const text = `(${spellSignature(m, handle?.parameters ?? -1)})->(${spellSignature(m, handle?.returns ?? -1)})`;
    const constraints = handle?.typeParameters ?? [];
    const name = functionName(m, i);
    signatures.set(name, { text, isPublic: f.visibility === 'public', constraints });
    if (withCode) {
      const head = `${f.visibility}${f.isEntry ? ' entry' : ''}[${constraints.join()}]`;
      functions.set(name, `${head}${text}${spellCode(m, f)}`);
    }
  }
  return { datatypes, functions, signatures };
}

function spellCode(m: CompiledModule, f: FunctionDefinition): string {
  if (f.code === null) return ' native';
  const jumps = f.code.jumpTables.map(
    (t) => `${spellDatatype(m, m.enums[t.enumDefinition]?.handle ?? -1)}>${t.targets.join()}`,
  );
  const body = f.code.instructions.map((ins) => spellInstruction(m, ins));
  return `{${spellSignature(m, f.code.locals)}|${body.join(';')}|${jumps.join(';')}}`;
}

function spellInstruction(m: CompiledModule, ins: Instruction): string {
  return `${ins.op} ${spellOperand(m, ins)}`;
}

function spellOperand(m: CompiledModule, ins: Instruction): string {
  const index = ins.operand;
  const struct = (i: number): string => spellDatatype(m, m.structs[i]?.handle ?? -1);
  const enumeration = (i: number): string => spellDatatype(m, m.enums[i]?.handle ?? -1);
  const field = (i: number): string => {
    const h = m.fieldHandles[i];
    return `${struct(h?.owner ?? -1)}.${h?.field}`;
  };
  switch (OPERANDS[ins.op]) {
    case 'constant': {
      const c = m.constants[index];
      return c === undefined ? '' : `${spellToken(m, c.type)}=${toHex(c.data)}`;
    }
    case 'fieldHandle':
      return field(index);
    case 'fieldInstantiation': {
      const i = m.fieldInstantiations[index];
      return `${field(i?.target ?? -1)}<${spellSignature(m, i?.typeArguments ?? -1)}>`;
    }
    case 'functionHandle':
      return spellFunction(m, index);
    case 'functionInstantiation': {
      const i = m.functionInstantiations[index];
      return `${spellFunction(m, i?.target ?? -1)}<${spellSignature(m, i?.typeArguments ?? -1)}>`;
    }
    case 'structDefinition':
      return struct(index);
    case 'structInstantiation': {
      const i = m.structInstantiations[index];
      return `${struct(i?.target ?? -1)}<${spellSignature(m, i?.typeArguments ?? -1)}>`;
    }
    case 'signature':
    case 'signatureAndCount':
      return `${spellSignature(m, index)}#${ins.count}`;
    case 'variantHandle': {
      const h = m.variantHandles[index];
      return `${enumeration(h?.enumDefinition ?? -1)}.${h?.variant}`;
    }
    case 'variantInstantiation': {
      const h = m.variantInstantiations[index];
      const i = m.enumInstantiations[h?.enumInstantiation ?? -1];
      return `${enumeration(i?.target ?? -1)}<${spellSignature(m, i?.typeArguments ?? -1)}>.${h?.variant}`;
    }
    default:
      return `${index}/${ins.literal ?? ''}`;
  }
}
