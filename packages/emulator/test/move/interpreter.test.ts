import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { R } from '../../src/move/code/ops.js';

describe('interpreter', () => {
  it('handles exactly the internal opcodes, under their numbers', () => {
    const path = new URL('../../src/move/interpreter.ts', import.meta.url);
    const cases = [...readFileSync(path, 'utf8').matchAll(/case (\d+):(?: \{)?\s+\/\/ (\w+)/g)];
    const found = Object.fromEntries(cases.map(([, number, name]) => [name, Number(number)]));
    expect(found).toEqual(R);
    expect(Object.values(R).sort((a, b) => a - b)).toEqual(Object.values(R).map((_, i) => i));
  });
});
