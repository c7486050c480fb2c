import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join, posix, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ContractsError } from './errors.js';
import { MANIFEST, readLocalDependencies, realDirectory } from './manifest.js';

/** Text files of a package: path inside the package with forward slashes to contents. */
export type PackageFiles = Readonly<Record<string, string>>;

/** One Move package on disk. */
export interface PackageLocation {
  /** Name of the folder, which is also the named address of the package: `std`, `walrus`, ... */
  readonly name: string;
  /** Absolute path. */
  readonly directory: string;
}

/** A dependency in a {@link PackageTree}. */
export interface PackageDependency extends PackageLocation {
  readonly files: PackageFiles;
}

/** A package and everything it needs, read from disk. */
export interface PackageTree extends PackageLocation {
  readonly files: PackageFiles;
  /** All dependencies, also indirect ones; each after those it depends on. */
  readonly dependencies: readonly PackageDependency[];
}

const IGNORED_FOLDERS = new Set(['build', 'node_modules', '.git']);

/** The `contracts` folder of the repository or of the installed npm package. */
export function contractsRoot(): string {
  return fileURLToPath(new URL('..', import.meta.url));
}

/**
 * Lists the Move packages of the contracts folder, each after those it depends on.
 *
 * @returns folders with a manifest, at most two levels deep
 */
export async function listPackages(): Promise<PackageLocation[]> {
  const found = new Map<string, PackageLocation>();
  const root = realDirectory(contractsRoot());
  for (const folder of [join(root, 'framework'), root]) {
    if (!existsSync(folder)) continue;
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const directory = join(folder, entry.name);
      if (entry.isDirectory() && existsSync(join(directory, MANIFEST))) {
        found.set(directory, { name: entry.name, directory });
      }
    }
  }
  const sorted = new Map<string, PackageLocation>();
  const visit = async (directory: string, path: readonly string[]): Promise<void> => {
    if (sorted.has(directory)) return;
    if (path.includes(directory)) {
      throw new ContractsError('CONTRACTS_BAD_MANIFEST', `${directory} depends on itself`);
    }
    for (const dependency of await dependenciesOf(directory)) {
      await visit(dependency, [...path, directory]);
    }
    sorted.set(directory, { name: basename(directory), directory });
  };
  for (const directory of [...found.keys()].sort()) await visit(directory, []);
  return [...sorted.values()];
}

/**
 * Finds a package by name or directory.
 *
 * @param nameOrDirectory - `walrus`; or a path: with a separator, or `.` or `..`
 * @throws CONTRACTS_UNKNOWN_PACKAGE
 */
export function locatePackage(nameOrDirectory: string): PackageLocation {
  const root = contractsRoot();
  const candidates =
    /^\.{1,2}$/.test(nameOrDirectory) ||
    nameOrDirectory.includes('/') ||
    nameOrDirectory.includes(sep)
      ? [resolve(nameOrDirectory)]
      : [join(root, 'framework', nameOrDirectory), join(root, nameOrDirectory)];
  const directory = candidates.find((candidate) => existsSync(join(candidate, MANIFEST)));
  if (directory === undefined) {
    throw new ContractsError('CONTRACTS_UNKNOWN_PACKAGE', `no Move package '${nameOrDirectory}'`, {
      hint: 'name a package of contracts/ such as walrus, or the path of a folder with a Move.toml',
      data: { looked: candidates },
    });
  }
  return { name: basename(directory), directory: realDirectory(directory) };
}

/**
 * Lists all packages that a package needs, directly or not; each after those it depends on.
 *
 * @throws CONTRACTS_UNKNOWN_PACKAGE, CONTRACTS_BAD_MANIFEST
 */
export async function listDependencies(nameOrDirectory: string): Promise<PackageLocation[]> {
  const { dependencies } = await readPackageTree(nameOrDirectory, { tests: false });
  return dependencies.map(({ name, directory }) => ({ name, directory }));
}

async function dependenciesOf(directory: string): Promise<string[]> {
  const path = join(directory, MANIFEST);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ContractsError('CONTRACTS_UNKNOWN_PACKAGE', `cannot read ${path}`, {
      cause,
      hint: 'check the paths under [dependencies] of the package that needs it',
    });
  });
  return readLocalDependencies(text, directory);
}

/**
 * Reads a package with all packages it depends on. Dependencies never bring their tests.
 *
 * @param nameOrDirectory - see {@link locatePackage}
 * @param options - `tests`: read the `tests` folder of the root package too
 * @throws CONTRACTS_UNKNOWN_PACKAGE, CONTRACTS_BAD_MANIFEST
 */
export async function readPackageTree(
  nameOrDirectory: string,
  options: { readonly tests: boolean },
): Promise<PackageTree> {
  const root = locatePackage(nameOrDirectory);
  const dependencies = new Map<string, PackageDependency>();
  const visit = async (directory: string, depth: number): Promise<void> => {
    if (depth > 32) {
      throw new ContractsError('CONTRACTS_BAD_MANIFEST', `${root.name}: dependencies form a cycle`);
    }
    for (const dependency of await dependenciesOf(directory)) {
      if (dependencies.has(dependency)) continue;
      await visit(dependency, depth + 1);
      dependencies.set(dependency, {
        ...locatePackage(dependency),
        files: await readPackageFiles(dependency, false),
      });
    }
  };
  await visit(root.directory, 0);
  return {
    ...root,
    files: await readPackageFiles(root.directory, options.tests),
    dependencies: [...dependencies.values()],
  };
}

/** Reads manifest and Move sources. Lock and publication files are left out on purpose. */
async function readPackageFiles(directory: string, tests: boolean): Promise<PackageFiles> {
  const files: Record<string, string> = {
    [MANIFEST]: await readFile(join(directory, MANIFEST), 'utf8'),
  };
  const walk = async (folder: string): Promise<void> => {
    const entries = await readdir(join(directory, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!IGNORED_FOLDERS.has(entry.name)) await walk(path);
      } else if (path.endsWith('.move') && !path.endsWith('.spec.move')) {
        files[path] = await readFile(join(directory, path), 'utf8');
      }
    }
  };
  for (const folder of tests ? ['sources', 'tests'] : ['sources']) {
    if (existsSync(join(directory, folder))) await walk(folder);
  }
  return files;
}
