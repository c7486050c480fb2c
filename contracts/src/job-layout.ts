import { resolve } from 'node:path';
import type { BuilderJob } from './builder-protocol.js';
import { ContractsError } from './errors.js';
import { MANIFEST, realDirectory, rewriteLocalDependencies } from './manifest.js';
import type { PackageFiles, PackageTree } from './package-files.js';

/** A folder that exists nowhere. */
const ROOT = '/move';

/**
 * Lays a package and its dependencies out as the compiler needs them: as siblings in a folder that
 * exists only in the job, since the compiler follows only short relative paths. So packages may lie
 * anywhere, and equal sources make equal jobs wherever they are.
 *
 * @param tree - as read from disk
 * @param change - applied to the files of every package, the root's first; gets its folder's name
 * @throws CONTRACTS_BAD_MANIFEST when two folders of the same name are needed
 */
export function layOut(
  tree: PackageTree,
  change: (files: PackageFiles, name: string) => PackageFiles = (files) => files,
): Pick<BuilderJob, 'directory' | 'files' | 'dependencies'> {
  const places = new Map<string, string>([[tree.directory, tree.name]]);
  const taken = new Set([tree.name]);
  for (const { directory, name } of tree.dependencies) {
    if (taken.has(name)) {
      throw new ContractsError(
        'CONTRACTS_BAD_MANIFEST',
        `${tree.directory} needs two packages in folders named '${name}'`,
        { hint: 'rename one of the folders', data: { directory } },
      );
    }
    taken.add(name);
    places.set(directory, name);
  }
  const move = (directory: string, files: PackageFiles): PackageFiles => ({
    ...files,
    [MANIFEST]: rewriteLocalDependencies(files[MANIFEST] ?? '', (path) => {
      const target = realDirectory(resolve(directory, path));
      return `../${places.get(target) ?? path}`;
    }),
  });
  return {
    directory: resolve(ROOT, tree.name),
    files: change(move(tree.directory, tree.files), tree.name),
    dependencies: Object.fromEntries(
      tree.dependencies.map(({ directory, name, files }) => [
        resolve(ROOT, name),
        change(move(directory, files), name),
      ]),
    ),
  };
}
