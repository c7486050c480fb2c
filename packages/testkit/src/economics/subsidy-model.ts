/** Subsidies of the current contract, from economics.md section 8. */

import type { AccountingModel } from './accounting-model.js';
import { require } from './aborts.js';
import type { Committee } from './apportionment.js';

const BASIS_POINTS = 10_000n;

/** The pot and what it has matched. */
export class SubsidyModel {
  /** FROST left. */
  pot = 0n;
  rate: number;
  base: bigint;
  perShard: bigint;
  /** Last epoch whose nodes got the fixed part. */
  private paidEpoch = 0;
  /** FROST of each slot that need no match any more, by epoch. */
  private readonly matched = new Map<number, bigint>();
  private readonly epochsAhead: number;

  constructor(
    init: { readonly rate: number; readonly base: bigint; readonly perShard: bigint },
    epochsAhead: number,
  ) {
    ({ rate: this.rate, base: this.base, perShard: this.perShard } = init);
    this.epochsAhead = epochsAhead;
  }

  /**
   * Pays all that is due: adds the usage part to the slots and returns the fixed part by node.
   *
   * @param previous - committee of the previous epoch
   * @throws Refusal if the pot is short; nothing has changed then
   */
  due(epoch: number, previous: Committee, accounting: AccountingModel): Map<string, bigint> {
    const fixed = new Map<string, bigint>();
    if (epoch > 0 && this.paidEpoch < epoch - 1) {
      for (const [nodeId, shards] of previous) {
        fixed.set(nodeId, this.base + this.perShard * BigInt(shards.length));
      }
    }
    const usage = accounting.slots.map(
      ({ rewards }, i) =>
        ((rewards - (this.matched.get(epoch + i) ?? 0n)) * BigInt(this.rate)) / BASIS_POINTS,
    );
    const total = [...fixed.values(), ...usage].reduce((sum, amount) => sum + amount, 0n);
    require(total <= this.pot, 'walrus_subsidies_inner', 1);
    this.pot -= total;
    if (epoch > 0 && this.paidEpoch < epoch - 1) this.paidEpoch = epoch - 1;
    for (let i = 0; i < this.epochsAhead; i++) {
      const slot = accounting.slot(i);
      slot.rewards += usage[i] ?? 0n;
      this.matched.set(epoch + i, slot.rewards);
    }
    return fixed;
  }
}
