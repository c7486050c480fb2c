import { errorMessage } from '@walrus-ts/core';
import { z } from 'zod';
import { LocalnetError } from './errors.js';
import { networkPaths, readFileIfExists, writeFileAtomically } from './files.js';

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
  slashingManagerObject: z.string(),
  emergencyUpgradeCap: z.string().optional(),
  exchangePackage: z.string().optional(),
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
 * @returns `undefined` if there is none
 * @throws LOCALNET_NO_NETWORK when it is there but unreadable
 */
export async function findNetworkInfo(dir: string): Promise<NetworkInfo | undefined> {
  const path = networkPaths(dir).networkFile;
  const text = await readFileIfExists(path);
  if (text === undefined) return undefined;
  try {
    return NetworkInfoSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LocalnetError('LOCALNET_NO_NETWORK', `${path} does not describe a network`, {
      cause,
      hint: 'put the file back, or start anew with: walrus up --clean',
      data: { reason: errorMessage(cause) },
    });
  }
}

/**
 * Reads `network.json` of a directory that must have one.
 *
 * @param dir - directory of the network
 * @throws LOCALNET_NO_NETWORK
 */
export async function readNetworkInfo(dir: string): Promise<NetworkInfo> {
  const info = await findNetworkInfo(dir);
  if (info !== undefined) return info;
  throw new LocalnetError('LOCALNET_NO_NETWORK', `no local network in ${dir}`, {
    hint: 'start one with: walrus up',
  });
}

/** Writes `network.json`. */
export async function writeNetworkInfo(dir: string, info: NetworkInfo): Promise<void> {
  await writeFileAtomically(networkPaths(dir).networkFile, `${JSON.stringify(info, null, 2)}\n`);
}
