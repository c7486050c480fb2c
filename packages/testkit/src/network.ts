import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requestSuiFromFaucetV2 } from '@mysten/sui/faucet';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { createChainClient, type ChainClient } from '@walrus-ts/chain';
import { fromBase64 } from '@walrus-ts/core';
import {
  networkPaths,
  startLocalNetwork,
  type LocalNetwork,
  type SettingsRequest,
} from '@walrus-ts/localnet';

/** A local network in a temporary directory. */
export interface TestNetwork {
  readonly dir: string;
  /** The network as it runs at present. */
  readonly local: LocalNetwork;
  /** The wallet that the network funded. */
  readonly signer: Ed25519Keypair;
  /** Makes a wallet and has the faucet fund it with SUI and WAL. */
  newWallet(): Promise<Ed25519Keypair>;
  /** A new client of its contracts. */
  chain(): ChainClient;
  /** Stops all processes in order and starts them again on the same directory. */
  restart(): Promise<void>;
  /** Stops everything and removes the directory. */
  close(): Promise<void>;
}

/**
 * Starts a local network on free ports in a fresh temporary directory.
 *
 * @param request - numbers of nodes and shards
 */
export async function startTestNetwork(
  request: Pick<SettingsRequest, 'nNodes' | 'nShards' | 'epochDurationMs'>,
): Promise<TestNetwork> {
  const dir = await mkdtemp(join(tmpdir(), 'walrus-e2e-'));
  let local: LocalNetwork;
  try {
    local = await startLocalNetwork({ dir, ports: 'any', ...request });
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
  return {
    dir,
    get local() {
      return local;
    },
    signer: await readWallet(dir),
    chain: () => createChainClient(local.info),
    async newWallet() {
      const wallet = new Ed25519Keypair();
      const recipient = wallet.toSuiAddress();
      await requestSuiFromFaucetV2({ host: local.info.faucetUrl, recipient });
      return wallet;
    },
    async restart() {
      await local.stop();
      local = await startLocalNetwork({ dir });
    },
    async close() {
      await local.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/**
 * Reads the funded wallet of a local network.
 *
 * @param dir - directory of the network
 */
export async function readWallet(dir: string): Promise<Ed25519Keypair> {
  const text = await readFile(networkPaths(dir).keystoreFile, 'utf8');
  const [entry]: unknown[] = JSON.parse(text);
  // The first byte names the kind of key.
  return Ed25519Keypair.fromSecretKey(fromBase64(String(entry)).slice(1));
}

/**
 * Returns bytes that look random and are the same for the same arguments.
 *
 * @param seed - any text
 * @param length - in bytes
 */
export function testBytes(seed: string, length: number): Uint8Array {
  if (length === 0) return new Uint8Array();
  return Uint8Array.from(createHash('shake256', { outputLength: length }).update(seed).digest());
}
