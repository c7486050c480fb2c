import { CommanderError, type Command } from 'commander';
import { protectBlobIds } from './arguments.js';
import { EXIT, UsageError, describeError } from './errors.js';
import { createProgram } from './program.js';
import { isVerbose, type GlobalOptions } from './session.js';

function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) throwInsteadOfExit(child);
}

/**
 * Runs the command line and returns its exit code.
 *
 * @param args - without node and script
 */
async function main(args: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  let interrupts = 0;
  const onSignal = (): void => {
    // The first one ends the work in order, the second one at once.
    if (++interrupts > 1) process.exit(EXIT.interrupted);
    interrupt.abort(new DOMException('interrupted', 'AbortError'));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);

  const program = createProgram({ signal: interrupt.signal });
  throwInsteadOfExit(program);
  try {
    await program.parseAsync(protectBlobIds(args), { from: 'user' });
    return 0;
  } catch (error) {
    // Help and version are no errors; the rest of commander's were printed already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
    if (interrupt.signal.aborted) {
      process.stderr.write('interrupted\n');
      return EXIT.interrupted;
    }
    process.stderr.write(describeError(error, isVerbose(program.opts<GlobalOptions>())));
    return error instanceof UsageError ? EXIT.usage : EXIT.failure;
  }
}

// A reader that closes the pipe early, such as head, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : EXIT.failure);
});

const code = await main(process.argv.slice(2));
// Who reads our output may have stopped doing so, and does not need the rest.
if (code === EXIT.interrupted) process.exit(code);
// Idle connections and timers of libraries must not keep the process; what was written is flushed first.
process.stdout.write('', () => process.exit(code));
