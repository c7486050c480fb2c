import { readFile } from 'node:fs/promises';
import { errorMessage } from '@walrus-ts/core';
import { z } from 'zod';
import { LocalnetError } from './errors.js';
import { networkPaths, writeFileAtomically } from './files.js';

const NodeInfoSchema = z.object({
  name: z.string(),
  /** Object ID of the node's staking pool. */
  id: z.string(),
  url: z.string(),
  /** Process ID; null while the node is down. */
  pid: z.number().int().nullable(),
  shards: z.array(z.number().int()),
  dataDir: z.string(),
});

const NetworkInfoSchema = z.object({
  rpcUrl: z.string(),
  faucetUrl: z.string(),
  chainId: z.string(),
  walrusPackage: z.string(),
  walPackage: z.string(),
  systemObject: z.string(),
  stakingObject: z.string(),
  treasuryObject: z.string(),
  upgradeManagerObject: z.string(),
  exchangeObjects: z.array(z.string()),
  walType: z.string(),
  nShards: z.number().int(),
  /** Process that runs the network; null when it is stopped. */
  supervisorPid: z.number().int().nullable(),
  chainPid: z.number().int().nullable(),
  nodes: z.array(NodeInfoSchema),
});

/** One storage node of a local network. */
export type LocalNodeInfo = z.infer<typeof NodeInfoSchema>;
/** Contents of `network.json`. */
export type NetworkInfo = z.infer<typeof NetworkInfoSchema>;

/**
 * Reads `network.json` of a network's directory.
 *
 * @param dir - directory of the network
 * @throws LOCALNET_NO_NETWORK
 */
export async function readNetworkInfo(dir: string): Promise<NetworkInfo> {
  const path = networkPaths(dir).networkFile;
  try {
    return NetworkInfoSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new LocalnetError('LOCALNET_NO_NETWORK', `no local network in ${dir}`, {
      cause,
      hint: 'start one with: walrus up',
      data: { reason: errorMessage(cause) },
    });
  }
}

/** Writes `network.json`. */
export async function writeNetworkInfo(dir: string, info: NetworkInfo): Promise<void> {
  await writeFileAtomically(networkPaths(dir).networkFile, `${JSON.stringify(info, null, 2)}\n`);
}
