/** Aborts that the model foresees, by module and code of contracts.md. */

/** The model's rules refuse an operation. */
export class Refusal extends Error {
  readonly module: string;
  readonly code: bigint;

  /**
   * @param module - module of the contracts that aborts
   * @param code - its abort code
   */
  constructor(module: string, code: number) {
    super(`${module} aborts with ${code}`);
    this.name = 'Refusal';
    this.module = module;
    this.code = BigInt(code);
  }
}

/** Refuses unless a condition holds. */
export function require(condition: boolean, module: string, code: number): asserts condition {
  if (!condition) throw new Refusal(module, code);
}
