/** Compiled modules kept as data; see `about` inside each file for how they were made. */
import { readFileSync } from 'node:fs';
import { fromBase64, normalizeAddress, type Address } from '@walrus-ts/core';
import type { MoveTest, MoveTestPackage } from '../../src/move/index.js';

interface FixtureFile {
  readonly tests: readonly MoveTest[];
  readonly packages: readonly {
    readonly address: string;
    readonly modules: readonly { readonly name: string; readonly bytes: string }[];
  }[];
}

export interface Fixture {
  readonly tests: readonly MoveTest[];
  readonly packages: readonly MoveTestPackage[];
}

export function loadFixture(name: 'framework' | 'std-tests' | 'sui-tests' | 'wal-tests'): Fixture {
  const path = new URL(`./fixtures/${name}.json`, import.meta.url);
  const file = JSON.parse(readFileSync(path, 'utf8')) as FixtureFile;
  return {
    tests: file.tests,
    packages: file.packages.map((p) => ({
      address: normalizeAddress(p.address),
      modules: p.modules.map((m) => ({ name: m.name, bytes: fromBase64(m.bytes) })),
    })),
  };
}

/** Module bytes at an address of a fixture. */
export function modulesAt(fixture: Fixture, address: string): Uint8Array[] {
  const id: Address = normalizeAddress(address);
  return fixture.packages.find((p) => p.address === id)?.modules.map((m) => m.bytes) ?? [];
}
