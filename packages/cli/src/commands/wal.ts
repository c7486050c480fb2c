import { exchangeForWal } from '@walrus-ts/chain';
import { normalizeAddress } from '@walrus-ts/core';
import { CliError } from '../errors.js';
import { formatCoin, parseAmount } from '../format.js';
import type { Session } from '../session.js';
import { sessionAction, transact, type CommandModule } from './command.js';

interface GetWalFlags {
  readonly exchangeId?: string;
  readonly amount: string;
}

/** Picks one of the configured exchanges by chance, so that none of them runs dry first. */
function chooseExchange(session: Session, flag: string | undefined): string {
  const { exchangeObjects, path } = session.config;
  const chosen = flag ?? exchangeObjects[Math.floor(Math.random() * exchangeObjects.length)];
  if (chosen === undefined) {
    throw new CliError('CLI_NO_EXCHANGE', `${path} names no exchange of SUI for WAL`, {
      hint: 'name one with --exchange-id; on Mainnet WAL is bought on a market, and a local network has a faucet',
    });
  }
  return normalizeAddress(chosen);
}

/** `walrus get-wal` (spec cli.md §7). */
export const getWalCommand: CommandModule = (program, context) => {
  program
    .command('get-wal')
    .description('exchange SUI for WAL, on test networks')
    .option('--exchange-id <id>', 'exchange object (default: one of the configuration)')
    .option('--amount <mist>', 'SUI to exchange', '500000000')
    .addHelpText('after', '\nExample:\n  $ walrus get-wal --amount 1000000000')
    .action(
      sessionAction(context, async (session, flags: GetWalFlags) => {
        const amount = parseAmount('--amount', flags.amount);
        const exchangeObject = normalizeAddress(chooseExchange(session, flags.exchangeId));
        const { packageId } = await session.chain.exchange(exchangeObject, {
          signal: session.signal,
        });
        await transact(session, (tx, refs, sender) => {
          const { walType } = refs;
          const exchange = { packageId, exchangeObject, walType };
          tx.transferObjects([exchangeForWal(tx, exchange, amount)], sender);
        });
        session.output.json({ amountSui: amount });
        session.output.text(`Exchanged ${formatCoin(amount, 'SUI')} for WAL`);
      }),
    );
};
