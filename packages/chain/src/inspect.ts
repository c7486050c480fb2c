import type { BcsType } from '@mysten/bcs';
import { Transaction } from '@mysten/sui/transactions';
import { WalrusError } from '@walrus-ts/core';
import { failureOf } from './execute.js';
import type { CallOptions, Rpc } from './rpc.js';

/**
 * Asks the contracts without changing anything: simulates a transaction and reads what its last command returns.
 *
 * @param build - adds the commands, such as a call of a generated binding
 * @param layout - of the last command's first result
 * @throws CHAIN_ABORTED and those of every request
 */
export async function inspect<T, Input>(
  rpc: Rpc,
  build: (tx: Transaction) => void,
  layout: BcsType<T, Input>,
  options?: CallOptions,
): Promise<T> {
  const result = await rpc.read(async (signal) => {
    const transaction = new Transaction();
    transaction.setSender('0x0');
    build(transaction);
    return await rpc.sui.core.simulateTransaction({
      transaction,
      include: { commandResults: true },
      checksEnabled: false,
      signal,
    });
  }, options);
  if (result.$kind === 'FailedTransaction') {
    const { status } = result.FailedTransaction;
    if (!status.success) throw failureOf(status.error);
  }
  const value = result.commandResults?.at(-1)?.returnValues[0]?.bcs;
  if (!value) throw new WalrusError('CHAIN_RPC', 'the simulated call returned nothing');
  return layout.parse(value);
}
