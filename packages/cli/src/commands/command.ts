import type { ContractRefs, ExecutionResult } from '@walrus-ts/chain';
import { normalizeAddress, type Address } from '@walrus-ts/core';
import type { Transaction } from '@mysten/sui/transactions';
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

/**
 * Executes one transaction of the wallet.
 *
 * @param build - adds the commands; gets what the contracts are and the wallet's address
 */
export async function transact(
  session: Session,
  build: (tx: Transaction, refs: ContractRefs, sender: Address) => void,
): Promise<ExecutionResult> {
  const { chain, gasBudget, signal } = session;
  const [signer, refs] = await Promise.all([session.signer(), chain.refs({ signal })]);
  const sender = normalizeAddress(signer.toSuiAddress());
  return chain.execute({ signer, gasBudget, build: (tx) => build(tx, refs, sender) }, { signal });
}

/** Address of the wallet. */
export async function walletAddress(session: Session): Promise<Address> {
  return normalizeAddress((await session.signer()).toSuiAddress());
}

/**
 * Returns the object of a type that a transaction created.
 *
 * @param suffix - end of its Move type, e.g. `::shared_blob::SharedBlob`
 */
export function createdObject(result: ExecutionResult, suffix: string): Address {
  const object = result.created.find(({ type }) => type.endsWith(suffix));
  if (object === undefined) throw new Error(`transaction ${result.digest} made no ${suffix}`);
  return object.objectId;
}
