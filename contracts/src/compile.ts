import { createHash } from 'node:crypto';
import { fromBase64, normalizeAddress, toHex } from '@walrus-ts/core';
import type { Address } from '@walrus-ts/core';
import { builderVersion } from './builder.js';
import type { BuilderOptions, MoveBuilder } from './builder.js';
import type { CompiledPackage } from './compiled-package.js';
import { ContractsError } from './errors.js';
import { layOut } from './job-layout.js';
import { readModuleName } from './module-name.js';
import type { PackageFiles, PackageTree } from './package-files.js';

/** Changes whenever the meaning of the compiled files changes, so that they are made again. */
const FORMAT = 1;
/** The chain that the publication entries pretend; only compared with itself. */
const CHAIN_ID = '77616c72';

/**
 * The address that stands for a package whose id is known only at deployment. The bytes are
 * arbitrary enough never to appear in a module by accident.
 *
 * @param name - name of the package
 */
export function placeholderAddress(name: string): Address {
  const digest = createHash('sha256').update(`walrus-ts placeholder of package ${name}`).digest();
  return normalizeAddress(`0x${digest.toString('hex')}`);
}

/**
 * Compiles a package that was read with its dependencies.
 *
 * @param builder - the compiler process
 * @param tree - sources; tests in it are ignored
 * @param options - signal, time limit
 * @throws CONTRACTS_COMPILE_FAILED with the output of the compiler, CONTRACTS_BUILDER_FAILED
 */
export async function compileTree(
  builder: MoveBuilder,
  tree: PackageTree,
  options: BuilderOptions = {},
): Promise<CompiledPackage> {
  const placeholders: Record<string, Address> = {};
  const job = layOut(tree, (files, name) => {
    if (name === tree.name || fixedAddress(files) !== undefined) return files;
    const id = (placeholders[name] = placeholderAddress(name));
    return { ...files, 'Published.toml': publication(id) };
  });
  const reply = await builder.run({ kind: 'dump', ...job, warnings: false }, options);
  if (reply.kind !== 'dumped') {
    throw new ContractsError('CONTRACTS_BUILDER_FAILED', `unexpected answer '${reply.kind}'`);
  }
  return {
    name: tree.name,
    address: fixedAddress(tree.files) ?? normalizeAddress('0x0'),
    modules: reply.modules.map((bytes) => ({ name: readModuleName(fromBase64(bytes)), bytes })),
    dependencies: reply.dependencies.map((id) => normalizeAddress(id)),
    digest: toHex(Uint8Array.from(reply.digest)),
    placeholders,
    inputHash: hashInputs(tree),
  };
}

/**
 * Hash of everything that decides the compiled bytes: sources of the package and of what it
 * depends on, compiler, format of the result.
 *
 * @returns 64 hexadecimal digits
 */
export function hashInputs(tree: PackageTree): string {
  const hash = createHash('sha256');
  const field = (text: string): void => {
    hash.update(`${Buffer.byteLength(text)}:`).update(text);
  };
  const addFiles = (files: PackageFiles): void => {
    for (const [path, text] of Object.entries(files)) {
      if (path.startsWith('tests/')) continue;
      field(path);
      field(text);
    }
  };
  field(`${FORMAT} ${builderVersion()} ${tree.name}`);
  addFiles(tree.files);
  for (const dependency of tree.dependencies) {
    field(`dependency ${dependency.name}`);
    addFiles(dependency.files);
  }
  return hash.digest('hex');
}

/**
 * The address that a manifest names. The framework has one; contracts get theirs at deployment.
 *
 * @param files - files of a package, with its manifest
 */
export function fixedAddress(files: PackageFiles): Address | undefined {
  const manifest = files['Move.toml'] ?? '';
  const address = /^\[addresses\]\s*\n\w+\s*=\s*"(0x[0-9a-fA-F]+)"/m.exec(manifest)?.[1];
  return address === undefined ? undefined : normalizeAddress(address);
}

function publication(id: Address): string {
  return [
    '[published.testnet]',
    `chain-id = "${CHAIN_ID}"`,
    `published-at = "${id}"`,
    `original-id = "${id}"`,
    'version = 1',
    '',
  ].join('\n');
}
