/** `walrus move test`: Move unit tests in our VM, with failures that say what happened and where. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { contractsRoot } from '@walrus-ts/contracts';
import { runCli, type CliResult } from '@walrus-ts/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const FILES = {
  'Move.toml': `[package]
name = "demo"
edition = "2024"
implicit-dependencies = false
[dependencies]
std = { local = "${contractsRoot()}framework/std" }
sui = { local = "${contractsRoot()}framework/sui" }
`,
  'sources/demo.move': `module demo::demo;

const ETooSmall: u64 = 3;
const ETooLarge: u64 = 4;
#[error]
const EClever: vector<u8> = b"clever";

public fun check(x: u64): u64 {
    assert!(x > 10, ETooSmall);
    // ETooLarge in a comment
    assert!(x < 20, ETooLarge);
    x - 10
}

public fun outer(x: u64): u64 { check(x) + 1 }
public fun clever() { abort EClever }
`,
  'tests/demo_tests.move': `#[test_only]
module demo::demo_tests;
use demo::demo;

#[test]
fun good() { assert!(demo::outer(12) == 3); }
#[test]
fun small() { demo::outer(1); }
#[test, expected_failure(abort_code = demo::ETooSmall)]
fun refused() { demo::outer(2); }
#[test, expected_failure(abort_code = demo::ETooSmall)]
fun other() { demo::outer(30); }
#[test, expected_failure(abort_code = demo::ETooSmall)]
fun returns() { demo::outer(15); }
#[test]
fun bare() {
    let x = demo::outer(15);
    assert!(x == 7);
}
#[test]
fun clever() { demo::clever() }
#[test]
fun divides() { let zero = 0u64; 1 / zero; }
`,
};

let folder: string;
let demo: string;

async function test(...args: string[]): Promise<CliResult & { readonly text: string }> {
  const result = await runCli(['move', 'test', ...args], {
    networkDir: folder,
    cwd: folder,
    timeoutMs: 240_000,
  });
  return { ...result, text: new TextDecoder().decode(result.stdout) };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'walrus-move-'));
  demo = join(folder, 'demo');
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(demo, path)), { recursive: true });
    await writeFile(join(demo, path), text);
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('walrus move test', () => {
  it('says of each failure what was expected, what happened, and where', async () => {
    const { code, text, stderr } = await test('demo/');
    expect(code, stderr).toBe(1);
    const blocks = text.split('  FAIL ').slice(1);
    const blockOf = (name: string): string[] =>
      (blocks.find((one) => one.startsWith(`demo::demo_tests::${name}\n`)) ?? '')
        .split('\n')
        .map((line) => line.trim());
    expect(blocks).toHaveLength(6);
    expect(blockOf('small')).toEqual(
      expect.arrayContaining([
        'expected: it returns',
        'got:      abort 3 (ETooSmall) in demo::check',
        'at:       demo/sources/demo.move:9',
        'stack:    demo::check (demo/sources/demo.move:8)',
        'demo::outer (demo/sources/demo.move:15)',
        'demo_tests::small (demo/tests/demo_tests.move:8)',
      ]),
    );
    expect(blockOf('other')).toEqual(
      expect.arrayContaining([
        'expected: abort 3 (ETooSmall) in demo',
        'got:      abort 4 (ETooLarge) in demo::check',
        'at:       demo/sources/demo.move:11',
      ]),
    );
    expect(blockOf('returns')).toContain('got:      it returned');
    expect(blockOf('bare')).toContain('at:       demo/tests/demo_tests.move:18');
    expect(blockOf('clever')).toContain('got:      abort EClever in demo::clever');
    expect(blockOf('divides')).toContain('got:      arithmetic error in demo_tests::divides');
    expect(text).toContain('demo: 8 tests, 6 FAILED');
    expect(text).toMatch(/^2 passed, 6 failed in /m);
  }, 250_000);

  it('gives the same as JSON', async () => {
    const { code, text } = await test('demo/', 'small', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(text)).toMatchObject({
      passed: 0,
      failed: 1,
      packages: [
        {
          package: 'demo',
          tests: [
            {
              test: 'demo_tests::small',
              passed: false,
              failure: { at: [{ path: join(demo, 'sources/demo.move'), line: 9 }] },
            },
          ],
        },
      ],
    });
  }, 250_000);

  it('runs what the filter chooses, and ends with 0 when it passes', async () => {
    const { code, text, stderr } = await test('demo/', 'demo_tests::good');
    expect(code, stderr).toBe(0);
    expect(text).toContain('demo: 1 tests, ok');
    expect(text).toMatch(/^1 passed, 0 failed in /m);
  }, 250_000);

  it('lists tests without compiling', async () => {
    const { code, text } = await test('demo/', 'e', '--list');
    expect(code).toBe(0);
    const names = ['refused', 'other', 'returns', 'bare', 'clever', 'divides'];
    expect(text.trim().split('\n').sort()).toEqual(
      // The filter is looked for in module::test, and 'demo_tests' has an e.
      [...names, 'good', 'small'].map((name) => `demo::demo_tests::${name}`).sort(),
    );
  }, 120_000);

  it('refuses unknown packages and filters that match nothing', async () => {
    const unknown = await test('nothing');
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain("no Move package 'nothing'");
    const none = await test('demo/', 'zzz');
    expect(none.code).toBe(1);
    expect(none.stderr).toContain("no test of demo/ contains 'zzz'");
  }, 120_000);

  it('shows what the compiler says', async () => {
    const broken = join(folder, 'broken');
    await mkdir(join(broken, 'sources'), { recursive: true });
    await writeFile(join(broken, 'Move.toml'), FILES['Move.toml'].replace('demo', 'broken'));
    await writeFile(
      join(broken, 'sources/broken.move'),
      'module broken::broken;\n#[test]\nfun wrong(): u64 { true }\n',
    );
    const { code, stderr } = await test('broken/');
    expect(code).toBe(1);
    expect(stderr).toContain('sources/broken.move:3');
    expect(stderr).toContain('error: the package does not compile');
  }, 250_000);

  it('runs a package of the contracts by its name', async () => {
    const { code, text, stderr } = await test('wal');
    expect(code, stderr).toBe(0);
    expect(text).toMatch(/^wal: [1-9]\d* tests, ok/m);
  }, 250_000);
});
