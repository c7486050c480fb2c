/** How much of the past a chain keeps. The newest version of every object is always kept. */

import { LedgerError } from './errors.js';

/** How much of the past is kept; may change from one start to the next. */
export interface HistorySettings {
  /**
   * Newest checkpoints that stay readable with their transactions, effects and events. At least 1;
   * default 1 000 000. What is older is dropped as new checkpoints come.
   */
  readonly checkpoints?: number;
  /**
   * Newest checkpoints whose objects stay readable at the versions they had then. At least 1; default
   * 10 000.
   */
  readonly objectCheckpoints?: number;
}

/** Settings with their defaults filled in. */
export type History = Required<HistorySettings>;

const DEFAULTS: History = { checkpoints: 1_000_000, objectCheckpoints: 10_000 };

/**
 * Fills in defaults.
 *
 * @throws {LEDGER_INVALID_ARGUMENT} a number is not whole or below 1
 */
export function completeHistory(settings: HistorySettings = {}): History {
  const history = { ...DEFAULTS, ...settings };
  for (const [name, value] of Object.entries(history)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new LedgerError(
        'LEDGER_INVALID_ARGUMENT',
        `history.${name} is ${value}, not a whole number of at least 1`,
        { [name]: value },
      );
    }
  }
  return history;
}

/** First checkpoint inside a window of `length` checkpoints that ends at `newest`. */
export function firstOf(newest: bigint, length: number): bigint {
  const first = newest - BigInt(length) + 1n;
  return first > 0n ? first : 0n;
}
