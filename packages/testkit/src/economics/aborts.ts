/** Aborts that the model foresees, by module and code of contracts.md. */

/** The model's rules refuse an operation. */
export class Refusal extends Error {
  readonly module: string;
  /** Undefined where arithmetic fails and there is no code. */
  readonly code: bigint | undefined;

  /**
   * @param module - module of the contracts that aborts
   * @param code - its abort code; without one, a result does not fit its type
   */
  constructor(module: string, code?: number) {
    super(code === undefined ? `${module}: arithmetic error` : `${module} aborts with ${code}`);
    this.name = 'Refusal';
    this.module = module;
    this.code = code === undefined ? undefined : BigInt(code);
  }
}

/** Refuses unless a condition holds. */
export function require(condition: boolean, module: string, code: number): asserts condition {
  if (!condition) throw new Refusal(module, code);
}

/** Multiplies as a `u64`, and refuses where that overflows. */
export function product(a: bigint, b: bigint, module: string): bigint {
  const result = a * b;
  if (result > MAX_U64) throw new Refusal(module);
  return result;
}

/** Largest number of a `u64`. */
export const MAX_U64 = 2n ** 64n - 1n;
