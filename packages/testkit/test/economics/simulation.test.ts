/** A small part of `npm run test:economy`: random runs of the real contracts beside the model. */

import { simulate } from '@walrus-ts/testkit/economics';
import { expect, it } from 'vitest';

const EPOCHS = 20;
const SIMULATION_MS = 300_000;

it.each([3, 7, 10])(
  'agrees with the contracts about every FROST and shard in run %i',
  { timeout: SIMULATION_MS },
  async (seed) => {
    const report = await simulate({ seed, epochs: EPOCHS });
    expect(report.epochs).toBeGreaterThan(EPOCHS);
    // A run in which nothing happens would agree as well.
    expect(report.distributed).toBeGreaterThan(0n);
    expect(report.burned).toBeGreaterThan(0n);
    expect(report.payouts).toBeGreaterThan(5);
    expect(report.accepted).toBeGreaterThan(100);
    expect(report.refused).toBeGreaterThan(0);
  },
);

it('repeats a run exactly', { timeout: SIMULATION_MS }, async () => {
  const facts = async (): Promise<unknown> => {
    const { milliseconds, ...rest } = await simulate({ seed: 5, epochs: 3 });
    expect(milliseconds).toBeGreaterThan(0);
    return rest;
  };
  expect(await facts()).toEqual(await facts());
});
