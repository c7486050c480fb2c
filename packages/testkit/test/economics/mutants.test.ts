/** The random runs notice wrong contracts; all of them: `npm run test:economy -- --mutants`. */

import { MUTANTS, runMutants } from '@walrus-ts/testkit/economics';
import { expect, it } from 'vitest';

const COMPILE_AND_RUN_MS = 600_000;

it('notices a wrong burn and a wrong rounding', { timeout: COMPILE_AND_RUN_MS }, async () => {
  const mutants = MUTANTS.filter(({ name }) => /burns|rounds/.test(name));
  expect(mutants).toHaveLength(2);
  const noticed = new Map<string, string | undefined>();
  await runMutants(mutants, { seeds: [7, 3], epochs: 15 }, ({ name }, what) =>
    noticed.set(name, what),
  );
  const [burn, rounding] = noticed.values();
  expect(burn).toMatch(/supply: \d+ on chain, \d+ in the model/);
  expect(rounding).toMatch(/\d+ on chain, \d+ in the model|payout of \d+, the model says \d+/);
});
