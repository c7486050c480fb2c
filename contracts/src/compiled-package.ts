import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Address } from '@walrus-ts/core';
import { ContractsError } from './errors.js';
import { contractsRoot } from './package-files.js';

/** One module of a {@link CompiledPackage}. */
export interface CompiledModule {
  readonly name: string;
  /** Bytecode as base64. */
  readonly bytes: string;
}

/** A compiled package as it is stored in `contracts/build/<name>.json`. */
export interface CompiledPackage {
  /** Name of the folder: `std`, `sui`, `wal`, `walrus`, ... */
  readonly name: string;
  /** The address in the modules: 0x1 and 0x2 for the framework, else 0x0 until published. */
  readonly address: Address;
  /** Modules, each after those it uses. */
  readonly modules: readonly CompiledModule[];
  /** Storage ids of all packages it needs, placeholders among them. */
  readonly dependencies: readonly Address[];
  /** BLAKE2b-256 over modules and dependencies, 64 hexadecimal digits. */
  readonly digest: string;
  /** Package name to the address that stands for its id until `linkPackage`. */
  readonly placeholders: Readonly<Record<string, Address>>;
  /** Hash of sources and compiler. */
  readonly inputHash: string;
}

/** Path of the compiled form of a package. */
export function compiledPackagePath(name: string): string {
  return join(contractsRoot(), 'build', `${name}.json`);
}

/**
 * Loads a package that `npm run build` compiled.
 *
 * @param name - `std`, `sui`, `wal`, `walrus`, ...
 * @throws CONTRACTS_NOT_BUILT when the file is missing or not readable
 */
export async function loadCompiledPackage(name: string): Promise<CompiledPackage> {
  const path = compiledPackagePath(name);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new ContractsError('CONTRACTS_NOT_BUILT', `no compiled package '${name}' at ${path}`, {
      cause,
      hint: 'run npm run build',
    });
  }
  if (!isCompiledPackage(value)) {
    throw new ContractsError('CONTRACTS_NOT_BUILT', `${path} is not a compiled package`, {
      hint: 'delete the file and run npm run build',
    });
  }
  return value;
}

function isCompiledPackage(value: unknown): value is CompiledPackage {
  return (
    typeof value === 'object' &&
    value !== null &&
    'modules' in value &&
    Array.isArray(value.modules) &&
    'dependencies' in value &&
    Array.isArray(value.dependencies) &&
    'placeholders' in value &&
    typeof value.placeholders === 'object' &&
    'inputHash' in value &&
    typeof value.inputHash === 'string'
  );
}
