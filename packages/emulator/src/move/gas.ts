/**
 * The computation meter: three counters with tiers (spec 10.1) plus native costs (10.4).
 *
 * The formulas are Sui's; the sum is an estimate of the same order, because abstract sizes of
 * copied values are taken from run-time forms and translation and cache charges are left out.
 */
import type { GasMeter } from './api.js';
import { MoveVmError } from './errors.js';

/** Internal units in one gas unit. */
export const INTERNAL_PER_UNIT = 1000;
/** Largest computation of a transaction, in gas units. */
export const MAX_COMPUTATION_UNITS = 5_000_000;

type Tiers = readonly (readonly [start: number, multiplier: number])[];

const INSTRUCTION_TIERS: Tiers = [
  [0, 1],
  [20_000, 2],
  [50_000, 10],
  [100_000, 50],
  [200_000, 100],
  [10_000_000, 1000],
];
const SIZE_TIERS: Tiers = [
  [0, 1],
  [100_000, 2],
  [500_000, 5],
  [1_000_000, 100],
  [100_000_000, 1000],
];
/** Stack height from which a push costs double; the operand stack ends long before the next tier. */
export const HIGH_STACK = 1000;
/** Native calls after which their cost counts as instructions too. */
const FREE_NATIVE_CALLS = 700;

/** Rounds gas units up to a billing step: the leading half of the digits is kept. @see 10.1 */
export function roundComputationUnits(units: number): number {
  if (units <= 1000) return 1000;
  const digits = Math.floor(Math.log10(units)) + 1;
  const step = 10 ** Math.floor((digits - 1) / 2);
  return Math.ceil(units / step) * step;
}

/** The meter with the fields that the interpreter keeps in its loop. */
export class InterpreterMeter implements GasMeter {
  usedInternal = 0;
  readonly limitInternal: number;
  /** Instructions executed and abstract bytes pushed so far. */
  instructions = 0;
  bytesPushed = 0;
  instructionMultiplier = 1;
  nextInstructionTier = 20_000;
  sizeMultiplier = 1;
  nextSizeTier = 100_000;
  private nativeCalls = 0;
  private readonly instructionLimit: number;

  /** `instructionLimit` ends endless loops of unmetered runs. */
  constructor(maxUnits: number | undefined, instructionLimit = Infinity) {
    this.limitInternal = maxUnits === undefined ? Infinity : maxUnits * INTERNAL_PER_UNIT;
    this.instructionLimit = instructionLimit;
  }

  charge(internalUnits: number): void {
    this.usedInternal += internalUnits;
    if (this.usedInternal > this.limitInternal) throw outOfGas();
  }

  /** A native's own cost. */
  chargeNative(cost: number): void {
    this.nativeCalls++;
    if (this.nativeCalls > FREE_NATIVE_CALLS) {
      this.instructions += cost;
      this.updateTiers();
      this.charge(cost * this.instructionMultiplier);
    } else {
      this.charge(cost);
    }
  }

  /** Recomputes multipliers after the counters passed a tier. */
  updateTiers(): void {
    if (this.instructions >= this.instructionLimit) throw outOfGas();
    [this.instructionMultiplier, this.nextInstructionTier] = tierOf(
      INSTRUCTION_TIERS,
      this.instructions,
    );
    this.nextInstructionTier = Math.min(this.nextInstructionTier, this.instructionLimit);
    [this.sizeMultiplier, this.nextSizeTier] = tierOf(SIZE_TIERS, this.bytesPushed);
  }

  computationUnits(): number {
    return roundComputationUnits(Math.ceil(this.usedInternal / INTERNAL_PER_UNIT));
  }
}

function tierOf(tiers: Tiers, counter: number): [multiplier: number, next: number] {
  let multiplier = 1;
  for (const [start, m] of tiers) {
    if (counter < start) return [multiplier, start];
    multiplier = m;
  }
  return [multiplier, Infinity];
}

/** The error of an exhausted meter. */
export function outOfGas(): MoveVmError {
  return new MoveVmError('OUT_OF_GAS', 'the computation budget is used up');
}

/**
 * A meter for one transaction.
 *
 * @param options.maxUnits - gas units (budget / gas price, at most 5 000 000); left out = unmetered
 */
export function createGasMeter(options: { readonly maxUnits?: number } = {}): GasMeter {
  return new InterpreterMeter(options.maxUnits);
}

/** Narrows an API meter to the class behind it. */
export function asInterpreterMeter(meter: GasMeter): InterpreterMeter {
  if (!(meter instanceof InterpreterMeter)) throw new TypeError('not a meter of this VM');
  return meter;
}
