import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Signer } from '@mysten/sui/cryptography';
import { normalizeAddress } from '@walrus-ts/core';
import { parse } from 'yaml';
import { z } from 'zod';
import { CliError } from './errors.js';

const WalletSchema = z.looseObject({
  keystore: z.looseObject({ File: z.string() }),
  envs: z.array(z.looseObject({ alias: z.string(), rpc: z.string() })).optional(),
  active_env: z.string().nullish(),
  active_address: z.string().nullish(),
});

/** A Sui wallet: the key of its active address, and the RPC URL of its active environment. */
export interface Wallet {
  readonly path: string;
  readonly signer: Signer;
  readonly rpcUrl: string | undefined;
}

/**
 * Finds and reads a wallet: the given path, that of the configuration, `./sui_config.yaml`, or the one of the Sui
 * command line. A file that holds nothing but a `suiprivkey…`, as storage nodes have it, is a wallet too.
 *
 * @param flag - `--wallet`
 * @param configured - `wallet_config`
 * @throws CLI_NO_WALLET, CLI_INVALID_WALLET; messages never hold a key
 */
export async function loadWallet(
  flag: string | undefined,
  configured: string | undefined,
): Promise<Wallet> {
  const candidates =
    flag !== undefined
      ? [resolve(flag)]
      : configured !== undefined
        ? [configured]
        : [resolve('sui_config.yaml'), join(homedir(), '.sui', 'sui_config', 'client.yaml')];
  const path = candidates.find((candidate) => existsSync(candidate));
  if (path === undefined) {
    throw new CliError('CLI_NO_WALLET', `no wallet found at ${candidates.join(' or ')}`, {
      hint: 'name a Sui wallet file with --wallet',
    });
  }
  // Keys are slow to load, and reading needs none.
  const { parseKeystoreEntry, parsePrivateKey } = await import('./keys.js');
  try {
    const text = await readFile(path, 'utf8');
    // The key file of a storage node holds nothing but its key.
    if (text.startsWith('suiprivkey')) {
      return { path, signer: parsePrivateKey(text.trim()), rpcUrl: undefined };
    }
    const wallet = WalletSchema.parse(parse(text));
    const keystore = resolve(dirname(path), wallet.keystore.File);
    const entries = z.array(z.string()).parse(JSON.parse(await readFile(keystore, 'utf8')));
    const signers = entries.map(parseKeystoreEntry).filter((signer) => signer !== undefined);
    const active = wallet.active_address ? normalizeAddress(wallet.active_address) : undefined;
    const signer = active
      ? signers.find((candidate) => candidate.toSuiAddress() === active)
      : signers[0];
    if (signer === undefined) {
      throw new CliError('CLI_INVALID_WALLET', `the keystore of ${path} has no key of its address`);
    }
    const environment = wallet.envs?.find(({ alias }) => alias === wallet.active_env);
    return { path, signer, rpcUrl: environment?.rpc };
  } catch (error) {
    if (error instanceof CliError) throw error;
    // Parser messages may quote the file, so they are not repeated.
    throw new CliError('CLI_INVALID_WALLET', `${path} is no usable Sui wallet`, {
      hint: 'it needs keystore.File with a readable keystore, envs and active_address, or is a file with a suiprivkey',
    });
  }
}
