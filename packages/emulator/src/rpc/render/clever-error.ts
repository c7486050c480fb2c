/**
 * Abort codes that say more than a number: `assert!` without a code, `abort` without a code, and constants
 * marked `#[error]` (move-vm.md 1).
 *
 * From the top: 4 bits version (8 without, 12 with a code field), 4 bits zero, 8 bits error code, 16 bits
 * source line, 16 bits constant-pool index of the constant's name, 16 bits index of its value; all ones =
 * absent.
 */

import { GrpcTypes } from '@mysten/sui/grpc';

import type { Ledger, MoveLocation } from '../../ledger/api.js';
import { decodeConstant } from '../../move/format/constants.js';
import { deserializeModule } from '../../move/format/deserialize.js';
import type { CompiledModule, SignatureToken } from '../../move/format/module.js';
import { message } from './message.js';

const VERSION_WITHOUT_CODE = 0b1000_0000n;
const VERSION_WITH_CODE = 0b1100_0000n;
const ABSENT = 0xffff;
const ABSENT_CODE = 0xff;

function typeText(type: SignatureToken): string | undefined {
  switch (type.kind) {
    case 'primitive':
      return type.name;
    case 'vector': {
      const element = typeText(type.element);
      return element === undefined ? undefined : `vector<${element}>`;
    }
    default:
      return undefined;
  }
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

type ConstantValue = ReturnType<typeof decodeConstant>;

function render(type: string, value: ConstantValue): string | undefined {
  if (!Array.isArray(value)) return typeof value === 'object' ? undefined : String(value);
  if (type === 'vector<u8>') {
    const text = utf8(Uint8Array.from(value, Number));
    if (text !== undefined) return text;
  }
  const entries = value.map((entry) => render(type.slice('vector<'.length, -1), entry));
  return entries.includes(undefined) ? undefined : `[${entries.join(', ')}]`;
}

/** A constant with its type, if the pool has it and it is of a type that constants may have. */
function constantAt(module: CompiledModule, index: number) {
  const constant = index === ABSENT ? undefined : module.constants[index];
  const type = constant && typeText(constant.type);
  if (constant === undefined || type === undefined) return undefined;
  return {
    type,
    data: constant.data,
    text: render(type, decodeConstant(constant.type, constant.data)),
  };
}

function constantName(module: CompiledModule, index: number): string | undefined {
  const constant = constantAt(module, index);
  return constant?.type === 'vector<u8>' ? constant.text : undefined;
}

function constantValue(module: CompiledModule, index: number): Partial<GrpcTypes.CleverError> {
  const constant = constantAt(module, index);
  if (constant === undefined) return {};
  const { type, data, text } = constant;
  return {
    constantType: type,
    value:
      text === undefined
        ? { oneofKind: 'raw', raw: data }
        : { oneofKind: 'rendered', rendered: text },
  };
}

function moduleAt(ledger: Ledger, location: MoveLocation): CompiledModule | undefined {
  const bytes = ledger.package(location.package)?.modules.get(location.module);
  return bytes === undefined ? undefined : deserializeModule(bytes);
}

/**
 * Decodes a clever abort code with the constants of the module that aborted.
 *
 * @param code - abort code
 * @param location - where it aborted
 * @param ledger - holds the module; without it only numbers are known
 * @returns undefined for plain codes
 */
export function cleverError(
  code: bigint,
  location: MoveLocation,
  ledger: Ledger,
): GrpcTypes.CleverError | undefined {
  const version = code >> 56n;
  if (version !== VERSION_WITH_CODE && version !== VERSION_WITHOUT_CODE) return undefined;
  const errorCode = Number((code >> 48n) & 0xffn);
  const nameIndex = Number((code >> 16n) & 0xffffn);
  const valueIndex = Number(code & 0xffffn);
  const module =
    nameIndex === ABSENT && valueIndex === ABSENT ? undefined : moduleAt(ledger, location);
  return message(GrpcTypes.CleverError, {
    errorCode:
      version === VERSION_WITHOUT_CODE || errorCode === ABSENT_CODE ? undefined : BigInt(errorCode),
    lineNumber: (code >> 32n) & 0xffffn,
    ...(module === undefined
      ? {}
      : { constantName: constantName(module, nameIndex), ...constantValue(module, valueIndex) }),
  });
}

/**
 * Says in one line what a clever error is about.
 *
 * @param error - decoded error
 * @returns for example `EBad: "the value is bad" (line 6)`
 */
export function describeCleverError(error: GrpcTypes.CleverError): string {
  const { constantName: name, value, lineNumber, errorCode } = error;
  const code = errorCode === undefined ? '' : ` = ${errorCode}`;
  const text = value.oneofKind === 'rendered' ? `: ${value.rendered}` : '';
  return `${name ?? 'abort'}${code}${text} (line ${lineNumber ?? 0n})`;
}
