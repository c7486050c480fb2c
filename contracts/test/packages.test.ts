/** Compiling, linking and testing Move packages offline. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fromBase64, normalizeAddress, toHex } from '@walrus-ts/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMoveBuilder } from '../src/builder.js';
import { compileTree, hashInputs } from '../src/compile.js';
import { linkPackage } from '../src/link.js';
import { readModuleName } from '../src/module-name.js';
import { contractsRoot, listPackages, readPackageTree } from '../src/package-files.js';
import { compilePackage, testPackage } from '../src/packages.js';

const builder = createMoveBuilder();
let folder = '';

const MANIFEST = (name: string, dependencies: string): string => `
[package]
name = "${name}"
edition = "2024"
implicit-dependencies = false
[dependencies]
std = { local = "../framework/std" }
sui = { local = "../framework/sui" }
${dependencies}
`;

async function writePackage(name: string, files: Record<string, string>): Promise<string> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, name, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return join(folder, name);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'walrus-contracts-'));
  await symlink(join(contractsRoot(), 'framework'), join(folder, 'framework'));
  await writePackage('lower', {
    'Move.toml': MANIFEST('lower', ''),
    'sources/lower.move': 'module lower::lower;\npublic fun answer(): u64 { 42 }\n',
  });
  await writePackage('upper', {
    'Move.toml': MANIFEST('upper', 'lower = { local = "../lower" }'),
    'sources/upper.move':
      'module upper::upper;\npublic fun answer(): u64 { lower::lower::answer() }\n',
    'tests/upper_tests.move': `#[test_only]
module upper::upper_tests;
#[test]
fun answer_is_known() { assert!(upper::upper::answer() == 42); }
#[test]
#[expected_failure(abort_code = 3, location = Self)]
fun aborts() { abort 3 }
#[test]
fun fails() { abort 4 }
`,
  });
});

afterAll(async () => {
  builder.close();
  await rm(folder, { recursive: true, force: true });
});

describe('packages', () => {
  it('are listed after what they depend on', async () => {
    const names = (await listPackages()).map(({ name }) => name);
    expect(names.indexOf('std')).toBeLessThan(names.indexOf('sui'));
    expect(names.indexOf('sui')).toBeLessThan(names.indexOf('wal'));
    expect(names.indexOf('wal')).toBeLessThan(names.indexOf('walrus'));
  });

  it('that do not exist are refused', async () => {
    await expect(readPackageTree('nothing', { tests: false })).rejects.toMatchObject({
      code: 'CONTRACTS_UNKNOWN_PACKAGE',
    });
  });

  it('that would need a network are refused', async () => {
    const online = await writePackage('online', {
      'Move.toml': '[package]\nname = "online"\nedition = "2024"\n',
    });
    await expect(readPackageTree(online, { tests: false })).rejects.toMatchObject({
      code: 'CONTRACTS_BAD_MANIFEST',
    });
    const remote = await writePackage('remote', {
      'Move.toml': MANIFEST('remote', 'x = { git = "https://example.org", rev = "main" }'),
    });
    await expect(readPackageTree(remote, { tests: false })).rejects.toMatchObject({
      code: 'CONTRACTS_BAD_MANIFEST',
    });
  });

  it('may lie anywhere', async () => {
    const far = await writePackage('a/b/c/far', {
      'Move.toml': `[package]
name = "far"
edition = "2024"
implicit-dependencies = false
[dependencies]
std = { local = "${contractsRoot()}framework/std" } # an absolute path
lower = { local = "../../../../lower" }
`,
      'sources/far.move': 'module far::far;\npublic fun answer(): u64 { lower::lower::answer() }\n',
    });
    const compiled = await compilePackage(far, { builder });
    expect(compiled.modules.map(({ name }) => name)).toEqual(['far']);
    expect(Object.keys(compiled.placeholders)).toEqual(['lower']);
  });

  it('that need two folders of one name are refused', async () => {
    await writePackage('other/lower', {
      'Move.toml': MANIFEST('lower', '').replaceAll('../f', '../../f'),
    });
    const torn = await writePackage('torn', {
      'Move.toml': MANIFEST(
        'torn',
        'lower = { local = "../lower" }\nx = { local = "../other/lower" }',
      ),
    });
    await expect(compilePackage(torn, { builder })).rejects.toMatchObject({
      code: 'CONTRACTS_BAD_MANIFEST',
      message: expect.stringContaining("'lower'"),
    });
  });

  it('with errors are refused with the output of the compiler', async () => {
    const broken = await writePackage('broken', {
      'Move.toml': MANIFEST('broken', ''),
      'sources/broken.move': 'module broken::broken;\nfun f(): u64 { true }\n',
    });
    await expect(compilePackage(broken, { builder })).rejects.toMatchObject({
      code: 'CONTRACTS_COMPILE_FAILED',
      message: expect.stringContaining('sources/broken.move:2'),
    });
  });

  it('may be aborted', async () => {
    await expect(
      compilePackage(join(folder, 'upper'), { builder, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    const other = createMoveBuilder();
    await expect(
      compilePackage(join(folder, 'upper'), { builder: other, timeoutMs: 1 }),
    ).rejects.toMatchObject({ code: 'CONTRACTS_BUILDER_FAILED' });
    other.close();
  });
});

describe('the framework', () => {
  it('compiles at its own addresses', async () => {
    const std = await compilePackage('std', { builder });
    expect(std.address).toBe(normalizeAddress('0x1'));
    expect(std.dependencies).toEqual([]);
    const sui = await compilePackage('sui', { builder });
    expect(sui.address).toBe(normalizeAddress('0x2'));
    expect(sui.dependencies).toEqual([normalizeAddress('0x1')]);
    expect(sui.placeholders).toEqual({});
    expect(sui.modules.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['object', 'transfer', 'coin', 'clock', 'sui', 'bls12381']),
    );
    for (const { name, bytes } of sui.modules) {
      expect(readModuleName(fromBase64(bytes))).toBe(name);
      expect(toHex(fromBase64(bytes)).slice(0, 16)).toBe('a11ceb0b07000005');
    }
  });
});

describe('linking', () => {
  it('replaces the placeholders of unpublished dependencies', async () => {
    const compiled = await compilePackage(join(folder, 'upper'), { builder });
    const placeholder = compiled.placeholders['lower'];
    expect(placeholder).toBeDefined();
    expect(Object.keys(compiled.placeholders)).toEqual(['lower']);
    expect(compiled.dependencies).toContain(placeholder);

    const originalId = normalizeAddress(`0x${'12'.repeat(32)}`);
    const storageId = normalizeAddress(`0x${'34'.repeat(32)}`);
    const linked = linkPackage(compiled, { lower: { originalId, storageId } });
    expect(linked.dependencies).toContain(storageId);
    expect(linked.dependencies).not.toContain(placeholder);
    const code = linked.modules.map(({ bytes }) => toHex(bytes)).join('');
    expect(code).toContain('12'.repeat(32));
    expect(code).not.toContain(placeholder?.slice(2));
  });

  it('computes the digest that the compiler computes', async () => {
    const compiled = await compilePackage(join(folder, 'upper'), { builder });
    const id = compiled.placeholders['lower'] ?? normalizeAddress('0x0');
    const linked = linkPackage(compiled, { lower: { originalId: id, storageId: id } });
    expect(toHex(linked.digest)).toBe(compiled.digest);
  });

  it('needs the ids of every dependency', async () => {
    const compiled = await compilePackage(join(folder, 'upper'), { builder });
    expect(() => linkPackage(compiled)).toThrow("needs the ids of package 'lower'");
  });

  it('refuses bytes that are no module', () => {
    expect(() => readModuleName(new Uint8Array(12))).toThrow('lacks table');
    expect(() => readModuleName(new Uint8Array(3))).toThrow('truncated');
  });
});

describe('the input hash', () => {
  it('depends on sources of the package and its dependencies but not on tests', async () => {
    const tree = await readPackageTree(join(folder, 'upper'), { tests: true });
    const hash = hashInputs(tree);
    const { 'tests/upper_tests.move': _tests, ...files } = tree.files;
    expect(hashInputs({ ...tree, files })).toBe(hash);
    expect(hashInputs({ ...tree, files: { ...files, 'sources/x.move': '' } })).not.toBe(hash);
    const [first, ...others] = tree.dependencies;
    if (first === undefined) throw new Error('no dependency');
    const changed = { ...first, files: { ...first.files, 'sources/x.move': '' } };
    expect(hashInputs({ ...tree, dependencies: [changed, ...others] })).not.toBe(hash);
    expect((await compileTree(builder, tree)).inputHash).toBe(hash);
  });
});

describe('unit tests', () => {
  it('are reported one by one', async () => {
    const result = await testPackage(join(folder, 'upper'), { builder });
    expect(result.passed).toBe(false);
    expect(result.tests).toEqual(
      expect.arrayContaining([
        { module: 'upper_tests', name: 'answer_is_known', passed: true },
        { module: 'upper_tests', name: 'aborts', passed: true },
        { module: 'upper_tests', name: 'fails', passed: false },
      ]),
    );
    expect(result.output).toContain('aborted with code 4');
  });

  it('are chosen by a filter', async () => {
    const result = await testPackage(join(folder, 'upper'), { builder, filter: '::a' });
    expect(result.passed).toBe(true);
    expect(result.tests.map(({ name }) => name).sort()).toEqual(['aborts', 'answer_is_known']);
  });
});
