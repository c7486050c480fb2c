/** The build step that makes `contracts/build`. */
import { normalizeAddress } from '@walrus-ts/core';
import { expect, it } from 'vitest';
import { buildAll } from '../src/build-all.js';
import type { BuildStep } from '../src/build-all.js';
import { loadCompiledPackage } from '../src/compiled-package.js';

it('compiles every package once and then finds it up to date', { timeout: 120_000 }, async () => {
  await buildAll();
  const steps: BuildStep[] = [];
  await buildAll({ onStep: (step) => steps.push(step) });
  expect(steps.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['std', 'sui', 'wal', 'walrus']),
  );
  expect(steps.filter(({ isCompiled }) => isCompiled)).toEqual([]);

  const walrus = await loadCompiledPackage('walrus');
  expect(walrus.address).toBe(normalizeAddress('0x0'));
  expect(Object.keys(walrus.placeholders)).toEqual(['wal']);
  expect(walrus.dependencies).toHaveLength(3);
});

it('leaves no compiled form of what does not exist', async () => {
  await expect(loadCompiledPackage('nothing')).rejects.toMatchObject({
    code: 'CONTRACTS_NOT_BUILT',
    hint: 'run npm run build',
  });
});
