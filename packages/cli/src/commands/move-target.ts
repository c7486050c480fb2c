import type { Signer } from '@mysten/sui/cryptography';
import { isWalrusError, normalizeAddress, type Address } from '@walrus-ts/core';
import { loadClientConfig } from '../config.js';
import { CliError } from '../errors.js';
import { createOutput, type Output } from '../output.js';
import { parseGasBudget, withSession, type GlobalOptions, type Session } from '../session.js';
import { loadWallet } from '../wallet.js';
import type { CommandContext } from './command.js';

/** IDs of a published package, as linking takes them. */
interface PublishedPackage {
  readonly originalId: Address;
  readonly storageId: Address;
}

/** Where packages are published and called. */
export interface MoveTarget {
  readonly rpcUrl: string;
  readonly signer: Signer;
  readonly output: Output;
  readonly gasBudget: bigint | undefined;
  readonly signal: AbortSignal;
  /** IDs of the packages that the network has, by the names of their folders. */
  packages(): Promise<Readonly<Record<string, PublishedPackage>>>;
}

/** IDs of the packages that a network has, by the names of their folders. */
export async function networkPackages(session: Session): Promise<Record<string, PublishedPackage>> {
  const { walType, packageId, originalPackageId } = await session.chain.refs({
    signal: session.signal,
  });
  const wal = normalizeAddress(walType.split('::')[0] ?? '');
  return {
    wal: { originalId: wal, storageId: wal },
    walrus: { originalId: originalPackageId, storageId: packageId },
  };
}

async function hasConfig(options: GlobalOptions): Promise<boolean> {
  try {
    await loadClientConfig(options);
    return true;
  } catch (error) {
    if (options.config === undefined && isWalrusError(error, 'CLI_NO_CONFIG')) return false;
    throw error;
  }
}

/**
 * Does something on the configured network; without any configuration, on the chain of the wallet, which then need not have
 * the contracts of Walrus.
 */
export async function withMoveTarget(
  options: GlobalOptions,
  context: CommandContext,
  use: (target: MoveTarget) => Promise<void>,
): Promise<void> {
  const { signal } = context;
  if (await hasConfig(options)) {
    await withSession(options, signal, async (session) =>
      use({
        rpcUrl: session.chain.rpcUrl,
        signer: await session.signer(),
        output: session.output,
        gasBudget: session.gasBudget,
        signal,
        packages: () => networkPackages(session),
      }),
    );
    return;
  }
  const wallet = await loadWallet(options.wallet, undefined);
  const rpcUrl = options.rpcUrl ?? wallet.rpcUrl;
  if (rpcUrl === undefined) {
    throw new CliError('CLI_NO_RPC_URL', 'the wallet names no RPC URL', {
      hint: 'name the chain with --rpc-url, or a network with --config',
    });
  }
  await use({
    rpcUrl,
    signer: wallet.signer,
    output: createOutput(options.json === true),
    gasBudget: parseGasBudget(options.gasBudget),
    signal,
    packages: () => Promise.resolve({}),
  });
}
