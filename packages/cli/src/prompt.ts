import { createInterface } from 'node:readline/promises';
import { UsageError } from './errors.js';

/** What a command that asks before it acts needs. */
export interface ConsentOptions {
  /** `--yes`. */
  readonly yes?: boolean | undefined;
  /** With JSON nobody is asked. */
  readonly isJson: boolean;
  readonly signal: AbortSignal;
}

/**
 * Asks the user; anything that starts with `y` is a yes.
 *
 * @param question - without question mark for the answers
 * @returns whether to go on
 * @throws CLI_USAGE when nobody can be asked
 * @see spec cli.md §18
 */
export async function confirm(question: string, options: ConsentOptions): Promise<boolean> {
  if (options.yes === true || options.isJson) return true;
  if (!process.stdin.isTTY) {
    throw new UsageError('this needs a confirmation', 'use --yes when there is no terminal');
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: options.signal });
    return answer.trim().toLowerCase().startsWith('y');
  } finally {
    terminal.close();
  }
}
