import { errorMessage, isWalrusError } from '@walrus-ts/core';
import { CliError } from '../errors.js';
import type { Output } from '../output.js';

/**
 * Runs something that compiles Move. What the compiler says has many lines, so it is printed as it is.
 *
 * @throws CLI_MOVE_NOT_COMPILED in place of the compiler's own error
 */
export async function showingCompilerOutput<T>(output: Output, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!isWalrusError(error, 'CONTRACTS_COMPILE_FAILED')) throw error;
    output.note(errorMessage(error));
    throw new CliError('CLI_MOVE_NOT_COMPILED', 'the package does not compile', {
      hint: 'see the messages of the compiler above',
    });
  }
}
