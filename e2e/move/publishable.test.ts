/** The compiled contracts can be published: they pass the checks of the chain and stay small. */
import {
  linkPackage,
  listPackages,
  loadCompiledPackage,
  type PackageIds,
} from '@walrus-ts/contracts';
import { normalizeAddress, type Address } from '@walrus-ts/core';
import {
  newTypeOrigins,
  setSelfAddress,
  verifyPackage,
  type MovePackage,
} from '@walrus-ts/emulator/move';
import { describe, expect, it } from 'vitest';

/** Largest package object on Sui, in bytes. */
const MAX_PACKAGE_SIZE = 100 * 1024;

const FRAMEWORK = new Set(['std', 'sui']);
const packages = await listPackages();

/** Publishes a package and all before it in memory, as the chain would. */
async function publish(
  name: string,
  ids: Record<string, PackageIds>,
  published: Map<Address, MovePackage>,
): Promise<MovePackage> {
  const compiled = await loadCompiledPackage(name);
  const linked = linkPackage(compiled, ids);
  const isFramework = FRAMEWORK.has(name);
  const id = isFramework
    ? compiled.address
    : normalizeAddress(`0x${(0xa0 + published.size).toString(16)}`);
  const modules = new Map(
    linked.modules.map((module) => [
      module.name,
      isFramework ? module.bytes : setSelfAddress(module.bytes, id),
    ]),
  );
  const pkg: MovePackage = {
    id,
    originalId: id,
    version: 1n,
    modules,
    typeOrigins: newTypeOrigins(modules, id),
    linkage: new Map(linked.dependencies.map((one) => [one, { id: one, version: 1n }])),
  };
  if (!isFramework) {
    verifyPackage(pkg, { getPackage: (one) => published.get(one) });
    ids[name] = { originalId: id, storageId: id };
  }
  published.set(id, pkg);
  return pkg;
}

describe('the contracts', () => {
  it('pass the checks of publication, each linked to those before it', async () => {
    const ids: Record<string, PackageIds> = {};
    const published = new Map<Address, MovePackage>();
    for (const { name } of packages) await publish(name, ids, published);
    expect(Object.keys(ids).sort()).toEqual([
      'blob_bucket',
      'subsidies',
      'wal',
      'wal_exchange',
      'walrus',
      'walrus_subsidies',
    ]);
  });

  it('stay below the size limit of packages', async () => {
    for (const { name } of packages) {
      if (FRAMEWORK.has(name)) continue;
      const { modules } = await loadCompiledPackage(name);
      const size = modules.reduce((sum, { bytes }) => sum + Buffer.byteLength(bytes, 'base64'), 0);
      expect(size, name).toBeLessThan(MAX_PACKAGE_SIZE);
    }
  });
});
