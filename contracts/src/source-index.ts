/** Finds places in Move sources for messages: the compiler gives no source map. */
import { join } from 'node:path';
import { normalizeAddress } from '@walrus-ts/core';
import { fixedAddress } from './compile.js';
import { findConstants } from './detest.js';
import { blankOut, findModules, moduleAt } from './move-source.js';
import { readPackageTree } from './package-files.js';
import type { PackageFiles } from './package-files.js';

/** A place in a source file. */
export interface SourcePlace {
  /** Absolute path. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/** Module of a package and the address it is compiled at: 0x1, 0x2, or 0x0 for everything else. */
export interface SourceModule {
  readonly address: string;
  readonly module: string;
}

/** Sources of a package and its dependencies, seen from outside. */
export interface SourceIndex {
  /** Where a function is defined. */
  functionPlace(where: SourceModule, name: string): SourcePlace | undefined;
  /** A line of the file that a module is in. */
  linePlace(where: SourceModule, line: number): SourcePlace | undefined;
  /** Names of the constants of a module that have a number as value. */
  constantNames(where: SourceModule, value: string): readonly string[];
  /** Lines of a function that name a constant. */
  mentions(where: SourceModule, functionName: string, constant: string): readonly SourcePlace[];
}

interface FoundFunction extends SourcePlace {
  /** Comments and strings blanked out, up to the next function. */
  readonly code: string;
}

/**
 * Reads the sources of a package and all it needs, tests of the package included.
 *
 * @param nameOrDirectory - `walrus`, or a directory with a manifest
 * @throws CONTRACTS_UNKNOWN_PACKAGE, CONTRACTS_BAD_MANIFEST
 */
export async function readSourceIndex(nameOrDirectory: string): Promise<SourceIndex> {
  const tree = await readPackageTree(nameOrDirectory, { tests: true });
  const functions = new Map<string, FoundFunction>();
  const files = new Map<string, string>();
  const constants = new Map<string, Map<string, string[]>>();
  for (const { directory, files: sources } of [...tree.dependencies, tree]) {
    const address = normalizeAddress(fixedAddress(sources) ?? '0x0');
    for (const [path, text] of moveFiles(sources)) {
      const code = blankOut(text);
      const modules = findModules(code);
      for (const { name } of modules) files.set(`${address}::${name}`, join(directory, path));
      const starts = [...code.matchAll(/\bfun\s+(\w+)/g)];
      for (const [i, match] of starts.entries()) {
        functions.set(`${address}::${moduleAt(modules, match.index)}::${match[1] ?? ''}`, {
          path: join(directory, path),
          line: lineAt(code, match.index),
          code: code.slice(match.index, starts[i + 1]?.index),
        });
      }
    }
    for (const { module, name, value } of findConstants(sources)) {
      const key = `${address}::${module}`;
      const byValue = constants.get(key) ?? new Map<string, string[]>();
      const number = /^(0x[0-9a-fA-F_]+|[0-9][0-9_]*)(?:u\d+)?$/.exec(value)?.[1];
      if (number === undefined) continue;
      const decimal = BigInt(number.replaceAll('_', '')).toString();
      byValue.set(decimal, [...(byValue.get(decimal) ?? []), name]);
      constants.set(key, byValue);
    }
  }
  const keyOf = ({ address, module }: SourceModule): string =>
    `${normalizeAddress(address)}::${module}`;
  const functionOf = (where: SourceModule, name: string): FoundFunction | undefined =>
    functions.get(`${keyOf(where)}::${name}`);
  return {
    functionPlace(where, name) {
      const found = functionOf(where, name);
      return found === undefined ? undefined : { path: found.path, line: found.line };
    },
    linePlace(where, line) {
      const path = files.get(keyOf(where));
      return path === undefined ? undefined : { path, line };
    },
    constantNames: (where, value) => constants.get(keyOf(where))?.get(value) ?? [],
    mentions(where, functionName, constant) {
      const found = functionOf(where, functionName);
      if (found === undefined) return [];
      return [...found.code.matchAll(new RegExp(`\\b${constant}\\b`, 'g'))].map(({ index }) => ({
        path: found.path,
        line: found.line + lineAt(found.code, index) - 1,
      }));
    },
  };
}

function moveFiles(files: PackageFiles): [string, string][] {
  return Object.entries(files).filter(([path]) => path.endsWith('.move'));
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
