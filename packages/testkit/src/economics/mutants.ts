/**
 * Deliberately wrong contracts. A random run that agrees with one of them would be worth nothing, so each must
 * be noticed.
 */

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compilePackage, contractsRoot, createMoveBuilder } from '@walrus-ts/contracts';
import { simulate, SimulationFailure } from './simulation.js';

/** One small error in the source of the `walrus` package. */
export interface Mutant {
  readonly name: string;
  /** Inside `contracts/walrus/sources`. */
  readonly file: string;
  /** Text that occurs once. */
  readonly original: string;
  readonly wrong: string;
}

/** Errors of one line, in every part of the economy. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'burns 4 % instead of 3',
    file: 'system/storage_accounting.move',
    original: 'const BURN_PERCENT: u128 = 3;',
    wrong: 'const BURN_PERCENT: u128 = 4;',
  },
  {
    name: 'rounds the worth of shares up',
    file: 'staking/exchange_rate.move',
    original: '(((amount as u128) * *wal_amount) / *share_amount) as u64',
    wrong: '(((amount as u128) * *wal_amount + *share_amount - 1) / *share_amount) as u64',
  },
  {
    name: 'forgets to take a cancelled stake out of the pool',
    file: 'staking/staking_pool.move',
    original:
      'if (staked_wal.can_withdraw_early(in_next_committee, wctx)) {\n        pool.pending_stake.reduce(activation_epoch, value);',
    wrong: 'if (staked_wal.can_withdraw_early(in_next_committee, wctx)) {',
  },
  {
    name: 'applies a new commission rate to the rewards before it',
    file: 'staking/staking_pool.move',
    original: 'pool.pending_commission_rate.latest_value_at(epoch)',
    wrong: 'pool.pending_commission_rate.latest_value_at(epoch + 1)',
  },
  {
    name: 'lets a serving stake leave an epoch early',
    file: 'staking/staking_pool.move',
    original: 'if (in_next_committee) epoch + 2 else epoch + 1',
    wrong: 'if (in_next_committee) epoch + 1 else epoch + 1',
  },
  {
    name: 'does not hold new commission back',
    file: 'staking/staking_pool.move',
    original: 'pool.add_commission(rewards.split(commission as u64), true);',
    wrong: 'pool.add_commission(rewards.split(commission as u64), false);',
  },
  {
    name: 'decides ties for the node that came last',
    file: 'staking/staking_inner.move',
    original: 'let priorities = vector::tabulate!(count, |i| count - i)',
    wrong: 'let priorities = vector::tabulate!(count, |i| i)',
  },
  {
    name: 'allows a node three times the equal share',
    file: 'staking/staking_inner.move',
    original: '(min_nodes * n_shards).div_ceil(denominator * n_nodes)',
    wrong: '(3 * min_nodes * n_shards).div_ceil(2 * denominator * n_nodes)',
  },
  {
    name: 'takes the price of more than a third of the shards',
    file: 'staking/staking_inner.move',
    original: 'if (!is_quorum_for_n_shards(support, n_shards as u64)) return vote',
    wrong: 'if (3 * support < (n_shards as u64)) return vote',
  },
  {
    name: 'ignores deny lists in the split of rewards',
    file: 'system/system_state_inner.move',
    original: '.destroy_or!(0).min(used_capacity)',
    wrong: '.destroy_or!(0).min(0)',
  },
];

/** How long a run looks for the error. */
export interface MutantSettings {
  readonly seeds: readonly number[];
  readonly epochs: number;
}

/**
 * Compiles wrong contracts and runs them until the model notices.
 *
 * @param report - called for each: what gave it away, or undefined if nothing did
 */
export async function runMutants(
  mutants: readonly Mutant[],
  { seeds, epochs }: MutantSettings,
  report: (mutant: Mutant, noticed: string | undefined) => void,
): Promise<void> {
  const builder = createMoveBuilder();
  const folder = await mkdtemp(join(tmpdir(), 'walrus-mutants-'));
  try {
    for (const name of ['framework', 'wal', 'walrus']) {
      await cp(join(contractsRoot(), name), join(folder, name), { recursive: true });
    }
    for (const mutant of mutants) {
      const path = join(folder, 'walrus', 'sources', mutant.file);
      const source = await readFile(path, 'utf8');
      if (source.split(mutant.original).length !== 2) {
        throw new Error(`${mutant.file} does not contain once: ${mutant.original}`);
      }
      await writeFile(
        path,
        source.replace(mutant.original, () => mutant.wrong),
      );
      try {
        const walrus = await compilePackage(join(folder, 'walrus'), { builder });
        let noticed: string | undefined;
        for (const seed of seeds) {
          try {
            await simulate({ seed, epochs, packages: { walrus } });
          } catch (error) {
            if (!(error instanceof SimulationFailure)) throw error;
            noticed = error.message;
            break;
          }
        }
        report(mutant, noticed);
      } finally {
        await writeFile(path, source);
      }
    }
  } finally {
    builder.close();
    await rm(folder, { recursive: true, force: true });
  }
}
