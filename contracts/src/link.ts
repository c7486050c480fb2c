import { addressToBytes, blake2b256, concatBytes, fromBase64 } from '@walrus-ts/core';
import type { Address } from '@walrus-ts/core';
import type { CompiledPackage } from './compiled-package.js';
import { ContractsError } from './errors.js';

/** Ids of a published package. */
export interface PackageIds {
  /** Id of the first version: the address that other modules name. */
  readonly originalId: Address;
  /** Id of the version to link against. */
  readonly storageId: Address;
}

/** A package ready to be published or upgraded. */
export interface LinkedPackage {
  readonly name: string;
  readonly modules: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** Storage ids, as the Publish and Upgrade commands take them. */
  readonly dependencies: readonly Address[];
  /** 32 bytes, as `package::authorize_upgrade` takes them. */
  readonly digest: Uint8Array;
}

/**
 * Binds a compiled package to the ids of the packages it depends on, by replacing placeholder
 * addresses in the bytecode.
 *
 * @param compiled - from `loadCompiledPackage` or `compilePackage`
 * @param ids - package name to ids, for every entry of `compiled.placeholders`
 * @throws CONTRACTS_LINK_FAILED when ids of a dependency are missing
 * @see spec move-build.md 1.4
 */
export function linkPackage(
  compiled: CompiledPackage,
  ids: Readonly<Record<string, PackageIds>> = {},
): LinkedPackage {
  const replacements = Object.entries(compiled.placeholders).map(([name, placeholder]) => {
    const known = ids[name];
    if (known === undefined) {
      throw new ContractsError(
        'CONTRACTS_LINK_FAILED',
        `package '${compiled.name}' needs the ids of package '${name}'`,
      );
    }
    return { placeholder, ...known };
  });
  const modules = compiled.modules.map(({ name, bytes: base64 }) => {
    const bytes = Uint8Array.from(fromBase64(base64));
    for (const { placeholder, originalId } of replacements) {
      replaceAll(bytes, addressToBytes(placeholder), addressToBytes(originalId));
    }
    return { name, bytes };
  });
  const dependencies = compiled.dependencies.map(
    (id) => replacements.find(({ placeholder }) => placeholder === id)?.storageId ?? id,
  );
  const digest = packageDigest(
    modules.map(({ bytes }) => bytes),
    dependencies,
  );
  return { name: compiled.name, modules, dependencies, digest };
}

/** BLAKE2b-256 over the sorted module hashes and dependency ids. */
function packageDigest(
  modules: readonly Uint8Array[],
  dependencies: readonly Address[],
): Uint8Array {
  const parts = [
    ...modules.map((bytes) => blake2b256(bytes)),
    ...dependencies.map((id) => addressToBytes(id)),
  ];
  return blake2b256(concatBytes(...parts.sort((a, b) => Buffer.compare(a, b))));
}

function replaceAll(bytes: Uint8Array, from: Uint8Array, to: Uint8Array): void {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = view.indexOf(from); at >= 0; at = view.indexOf(from, at + to.length)) {
    bytes.set(to, at);
  }
}
