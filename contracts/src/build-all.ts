import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createMoveBuilder } from './builder.js';
import { compileTree, hashInputs } from './compile.js';
import { compiledPackagePath, loadCompiledPackage } from './compiled-package.js';
import { isContractsError } from './errors.js';
import { listPackages, readPackageTree } from './package-files.js';

/** What {@link buildAll} did with one package. */
export interface BuildStep {
  readonly name: string;
  /** False when the compiled form was up to date. */
  readonly isCompiled: boolean;
  readonly moduleCount: number;
  readonly durationMs: number;
}

/**
 * Compiles every package of the contracts folder whose sources or compiler changed.
 *
 * @param options - `force`: compile all; `onStep`: called after each package
 * @throws CONTRACTS_COMPILE_FAILED, CONTRACTS_BUILDER_FAILED, CONTRACTS_BAD_MANIFEST
 */
export async function buildAll(
  options: { readonly force?: boolean; readonly onStep?: (step: BuildStep) => void } = {},
): Promise<void> {
  const builder = createMoveBuilder();
  try {
    for (const { name, directory } of await listPackages()) {
      const startedMs = performance.now();
      const tree = await readPackageTree(directory, { tests: false });
      const stored = options.force === true ? undefined : await loadIfBuilt(name);
      const isCompiled = stored?.inputHash !== hashInputs(tree);
      const compiled = isCompiled ? await compileTree(builder, tree) : stored;
      if (isCompiled) await writeAtomically(compiledPackagePath(name), JSON.stringify(compiled));
      options.onStep?.({
        name,
        isCompiled,
        moduleCount: compiled.modules.length,
        durationMs: performance.now() - startedMs,
      });
    }
  } finally {
    builder.close();
  }
}

async function loadIfBuilt(name: string) {
  try {
    return await loadCompiledPackage(name);
  } catch (error) {
    if (isContractsError(error, 'CONTRACTS_NOT_BUILT')) return undefined;
    throw error;
  }
}

/** Readers see the old file or the new one, also when two builds run at once. */
async function writeAtomically(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}
