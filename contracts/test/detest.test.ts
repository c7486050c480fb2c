/** The transform that makes ordinary code of test code. */
import { describe, expect, it } from 'vitest';
import { compileTests } from '../src/compile-tests.js';
import { detestFiles, findConstants, findModuleAliases, findTests } from '../src/detest.js';
import { blankOut, findAttributes } from '../src/move-source.js';

const SOURCE = `// #[test] in a comment
#[test_only]
module a::b_tests;
use a::b as c;
use a::{d as e, f};
const EPlain: u64 = 7;
#[error]
const EClever: vector<u8> = b"#[test] in a string ] ";
/* block /* nested #[test] */ #[test] */
#[allow(unused), test_only]
public fun helper(x: u64): u64 { x }
#[test, expected_failure(
    abort_code = EPlain
)]
fun first() {}
#[test]
#[expected_failure]
fun second<T>() {}
#[test_only]
use a::g;
`;

describe('the scanner', () => {
  it('keeps offsets and lines', () => {
    const code = blankOut(SOURCE);
    expect(code).toHaveLength(SOURCE.length);
    expect(code.split('\n')).toHaveLength(SOURCE.split('\n').length);
    expect(code).not.toContain('comment');
    expect(code).not.toContain('string');
  });

  it('finds attributes outside of comments and strings', () => {
    expect(findAttributes(blankOut(SOURCE)).map(({ items }) => items)).toEqual([
      ['test_only'],
      ['error'],
      ['allow(unused)', 'test_only'],
      ['test', 'expected_failure(\n    abort_code = EPlain\n)'],
      ['test'],
      ['expected_failure'],
      ['test_only'],
    ]);
  });
});

describe('the transform', () => {
  it('removes test attributes, keeps others and the number of lines', () => {
    const files = detestFiles({ 'tests/sub/b.move': SOURCE, 'Move.toml': '[package]' });
    expect(Object.keys(files)).toEqual(['sources/__tests/sub/b.move', 'Move.toml']);
    const text = files['sources/__tests/sub/b.move'] ?? '';
    expect(text.split('\n')).toHaveLength(SOURCE.split('\n').length);
    expect(findAttributes(blankOut(text)).map(({ items }) => items)).toEqual([
      ['error'],
      ['allow(unused)'],
    ]);
    expect(text).toContain('b"#[test] in a string ] "');
  });

  it('lists tests, constants and aliases', () => {
    expect(findTests({ 'tests/b.move': SOURCE })).toEqual([
      {
        module: 'b_tests',
        name: 'first',
        path: 'tests/b.move',
        expectedFailure: 'expected_failure(\n    abort_code = EPlain\n)',
      },
      {
        module: 'b_tests',
        name: 'second',
        path: 'tests/b.move',
        expectedFailure: 'expected_failure',
      },
    ]);
    expect(findConstants({ 'x.move': SOURCE })).toMatchObject([
      { module: 'b_tests', name: 'EPlain', value: '7', isErrorConstant: false },
      { module: 'b_tests', name: 'EClever', isErrorConstant: true },
    ]);
    expect([...findModuleAliases(SOURCE)]).toEqual([
      ['c', 'b'],
      ['e', 'd'],
    ]);
  });

  it('refuses tests with parameters', () => {
    const source = 'module a::b;\n#[random_test]\nfun f(x: u64) {}\n';
    expect(() => findTests({ 'x.move': source })).toThrow('has parameters');
  });
});

describe('compiled tests', () => {
  it('carry modules, tests and expected failures', { timeout: 60_000 }, async () => {
    const { packages, tests } = await compileTests('std');
    expect(packages.map(({ name, address }) => [name, BigInt(address)])).toEqual([['std', 1n]]);
    expect(packages[0]?.modules.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['unit_test', 'option_tests']),
    );
    const expected = new Map(tests.map((test) => [test.name, test.expectedFailure]));
    expect(expected.get('options_become_vectors')).toBeUndefined();
    expect(expected.get('present_value_cannot_be_filled')).toEqual({
      kind: 'abort',
      abortCode: '262144',
      module: 'option',
    });
    expect(expected.get('denominator_is_not_zero')).toEqual({
      kind: 'abort',
      errorConstant: 'EDenominator',
      module: 'uq64_64',
    });
    expect(expected.get('a_power_that_does_not_fit_is_an_error')).toEqual({
      kind: 'arithmetic',
      module: 'u64',
    });
    expect(expected.get('nothing_is_borrowed_beyond_the_end')).toEqual({
      kind: 'vector',
      minorStatus: '1',
      module: 'vector_tests',
    });
    expect(expected.get('no_more_is_taken_than_there_is')).toEqual({ kind: 'any' });
  });
});
