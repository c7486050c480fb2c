/** The part of a Move manifest that offline builds use: the paths of local dependencies. */
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { ContractsError } from './errors.js';

/** Name of the file. */
export const MANIFEST = 'Move.toml';

const LOCAL_DEPENDENCY = /^(\s*\w+\s*=\s*\{\s*local\s*=\s*")([^"]+)("\s*\}\s*(?:#.*)?)$/;

/**
 * Lists the directories that the `[dependencies]` table of a manifest names. Only local dependencies
 * are allowed, and the implicit ones must be off: everything else would need a network.
 *
 * @param text - contents of the manifest
 * @param directory - absolute path of the folder it is in
 * @throws CONTRACTS_BAD_MANIFEST naming the line
 */
export function readLocalDependencies(text: string, directory: string): string[] {
  const path = resolve(directory, MANIFEST);
  const directories: string[] = [];
  let isOffline = false;
  for (const { section, line } of lines(text)) {
    const statement = line.replace(/#.*$/, '').trim();
    if (section === 'package' && /^implicit-dependencies\s*=\s*false$/.test(statement)) {
      isOffline = true;
    } else if (section === 'dependencies' && statement !== '') {
      const local = LOCAL_DEPENDENCY.exec(line)?.[2];
      if (local === undefined) {
        throw new ContractsError(
          'CONTRACTS_BAD_MANIFEST',
          `${path}: not a local path: ${statement}`,
          {
            hint: 'write dependencies as: name = { local = "path" }',
          },
        );
      }
      directories.push(realDirectory(resolve(directory, local)));
    }
  }
  if (!isOffline) {
    throw new ContractsError(
      'CONTRACTS_BAD_MANIFEST',
      `${path}: 'implicit-dependencies = false' is missing`,
      { hint: 'add it to [package], and name std and sui of contracts/framework as dependencies' },
    );
  }
  return directories;
}

/**
 * Replaces the paths of the local dependencies of a manifest.
 *
 * @param replace - gives the new path, text for text
 */
export function rewriteLocalDependencies(text: string, replace: (path: string) => string): string {
  return lines(text)
    .map(({ section, line }) =>
      section === 'dependencies'
        ? line.replace(
            LOCAL_DEPENDENCY,
            (_all, before: string, path: string, after: string) =>
              `${before}${replace(path)}${after}`,
          )
        : line,
    )
    .join('\n');
}

/** One path for one folder, however it is written and whatever links lead to it. */
export function realDirectory(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

/** The lines of a manifest, each with the table it is in; headings belong to no table. */
function lines(text: string): { section: string; line: string }[] {
  let section = '';
  return text.split('\n').map((line) => {
    const header = /^\[(.+)\]$/.exec(line.replace(/#.*$/, '').trim());
    if (header === null) return { section, line };
    section = header[1] ?? '';
    return { section: '', line };
  });
}
