import type { Command } from 'commander';
import { withSession, type GlobalOptions, type Session } from '../session.js';

/** Fires on Ctrl-C; shared by all commands of the process. */
export interface CommandContext {
  readonly signal: AbortSignal;
}

/** Help of `--threads`. */
export const THREADS_HELP =
  'worker threads that encode and decode (default: processors of the machine)';

/** Adds one command to the program. */
export type CommandModule = (program: Command, context: CommandContext) => void;

/** Merges the options of a command with the global ones. */
export function allOptions<T extends object>(command: Command): T & GlobalOptions {
  return command.optsWithGlobals<T & GlobalOptions>();
}

/**
 * Makes the action of a command that needs a network.
 *
 * @param context - of the process
 * @param run - gets the session, the merged options and the positional arguments
 */
export function sessionAction<T extends object, Args extends unknown[]>(
  context: CommandContext,
  run: (session: Session, options: T & GlobalOptions, ...args: Args) => Promise<void>,
): (...args: [...Args, T, Command]) => Promise<void> {
  return async (...args) => {
    const command = args.at(-1) as Command;
    const positional = args.slice(0, -2) as unknown[] as Args;
    const options = allOptions<T>(command);
    await withSession(options, context.signal, (session) => run(session, options, ...positional));
  };
}
