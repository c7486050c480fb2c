import { WalrusError, errorMessage, isWalrusError, type WalrusErrorOptions } from '@walrus-ts/core';

/** Exit codes of the command: 0 success, 1 failure, 2 wrong usage, 130 interrupted. */
export const EXIT = { failure: 1, usage: 2, interrupted: 130 } as const;

/** A mistake of the user that is no fault of the command line's syntax. */
export class CliError extends WalrusError {
  /**
   * @param code - `CLI_…`
   * @param message - one line, with the value
   * @param options - hint and cause
   */
  constructor(code: `CLI_${string}`, message: string, options: WalrusErrorOptions = {}) {
    super(code, message, options);
    this.name = 'CliError';
  }
}

/** A command line that cannot be meant; ends with exit code 2. */
export class UsageError extends CliError {
  /** @param message - what is wrong @param hint - what would be right */
  constructor(message: string, hint = 'run the command with --help for its options and examples') {
    super('CLI_USAGE', message, { hint });
    this.name = 'UsageError';
  }
}

/**
 * Writes an error as the user sees it: one line, and one for the hint.
 *
 * @param error - anything caught
 * @param isVerbose - adds the chain of causes, for debugging
 */
export function describeError(error: unknown, isVerbose: boolean): string {
  const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ').trim();
  const lines = [`error: ${oneLine(errorMessage(error))}`];
  const hint = isWalrusError(error) ? error.hint : undefined;
  if (hint !== undefined) lines.push(`hint: ${oneLine(hint)}`);
  else if (!isVerbose) lines.push('hint: run the command again with --verbose to see the causes');
  if (isVerbose) {
    if (isWalrusError(error)) lines.push(`code: ${error.code}`);
    let cause = error instanceof Error ? error.cause : undefined;
    for (let depth = 0; cause !== undefined && depth < 6; depth++) {
      lines.push(`caused by: ${oneLine(errorMessage(cause))}`);
      cause = cause instanceof Error ? cause.cause : undefined;
    }
  }
  return `${lines.join('\n')}\n`;
}
