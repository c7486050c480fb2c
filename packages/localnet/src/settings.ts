import { createServer } from 'node:net';
import { MAX_SHARDS, MIN_SHARDS } from '@walrus-ts/core';
import { z } from 'zod';
import { LocalnetError } from './errors.js';
import { networkPaths, readFileIfExists, writeFileAtomically } from './files.js';

/** Storage nodes of a network made without saying how many. */
export const DEFAULT_NODES = 12;
/** Shards of a network made without saying how many. */
export const DEFAULT_SHARDS = 100;
/** Where Sui users expect a chain and its faucet. */
export const USUAL_RPC_PORT = 9000;
export const USUAL_FAUCET_PORT = 9123;
/** An epoch lasts a day unless said otherwise, ms. */
export const DEFAULT_EPOCH_DURATION_MS = 24 * 60 * 60 * 1000;

const port = z.number().int().min(1).max(65535);

const SettingsSchema = z.object({
  nNodes: z.number().int(),
  nShards: z.number().int(),
  epochDurationMs: z.number().int().positive(),
  rpcPort: port,
  faucetPort: port,
  /** One per node, in order. */
  nodePorts: z.array(port),
});

/** What a network is made with; fixed for its life, because the chain holds the nodes' addresses. */
export type NetworkSettings = z.infer<typeof SettingsSchema>;

/** What a user may ask for. */
export interface SettingsRequest {
  readonly nNodes?: number | undefined;
  readonly nShards?: number | undefined;
  readonly epochDurationMs?: number | undefined;
  /** `usual`: the ports that Sui and Walrus users know, if free. `any`: any free ports. @default 'usual' */
  readonly ports?: 'usual' | 'any' | undefined;
}

function check(nNodes: number, nShards: number): void {
  const fail = (text: string, hint: string): never => {
    throw new LocalnetError('LOCALNET_INVALID_SETTINGS', text, { hint });
  };
  if (!Number.isInteger(nShards) || nShards < MIN_SHARDS || nShards > MAX_SHARDS) {
    fail(
      `the number of shards must be ${MIN_SHARDS} to ${MAX_SHARDS}, not ${nShards}`,
      `try --shards ${DEFAULT_SHARDS}`,
    );
  }
  // No pool may hold half of the shards or more than its cap, and each member needs one.
  if (!Number.isInteger(nNodes) || nNodes < 1 || nNodes > Math.min(nShards, 100)) {
    fail(
      `the number of nodes must be 1 to ${Math.min(nShards, 100)}, not ${nNodes}`,
      `try --nodes ${DEFAULT_NODES}`,
    );
  }
}

/** Tells whether a port of this machine's loopback address is free. */
export function isPortFree(portNumber: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port: portNumber, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => resolve(true));
    });
  });
}

// Below the range from which systems take ports for outgoing connections.
const ANY_PORTS = { from: 15_000, to: 32_000 };

/**
 * Chooses a free port of this machine and adds it to those taken.
 *
 * @param preferred - taken if it is free
 * @throws LOCALNET_PORT_TAKEN when none was found
 */
export async function choosePort(
  preferred: number | undefined,
  taken: Set<number>,
): Promise<number> {
  const candidates = function* (): Generator<number> {
    if (preferred !== undefined) yield preferred;
    for (let i = 0; i < 500; i++) {
      yield ANY_PORTS.from + Math.floor(Math.random() * (ANY_PORTS.to - ANY_PORTS.from));
    }
  };
  for (const candidate of candidates()) {
    if (taken.has(candidate)) continue;
    if (await isPortFree(candidate)) {
      taken.add(candidate);
      return candidate;
    }
  }
  throw new LocalnetError('LOCALNET_PORT_TAKEN', 'no free port was found on this machine');
}

function parseSettings(path: string, text: string): NetworkSettings {
  try {
    return SettingsSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LocalnetError('LOCALNET_NO_NETWORK', `${path} holds no settings of a network`, {
      cause,
      hint: 'put the file back, or start anew with: walrus up --clean',
    });
  }
}

/**
 * Reads the settings of the network in a directory, or chooses and writes those of a new one.
 *
 * @param dir - directory of the network, must exist
 * @param request - what the user asked for
 * @throws LOCALNET_INVALID_SETTINGS, LOCALNET_SETTINGS_CHANGED, LOCALNET_NO_NETWORK, LOCALNET_PORT_TAKEN
 */
export async function loadSettings(
  dir: string,
  request: SettingsRequest,
): Promise<NetworkSettings> {
  const path = networkPaths(dir).settingsFile;
  const text = await readFileIfExists(path);
  const existing = text === undefined ? undefined : parseSettings(path, text);
  if (existing) {
    for (const [name, wanted, actual] of [
      ['nodes', request.nNodes, existing.nNodes],
      ['shards', request.nShards, existing.nShards],
      ['epoch duration (ms)', request.epochDurationMs, existing.epochDurationMs],
    ] as const) {
      if (wanted === undefined || wanted === actual) continue;
      throw new LocalnetError(
        'LOCALNET_SETTINGS_CHANGED',
        `the network in ${dir} was made with ${name} ${actual}, not ${wanted}`,
        { hint: 'leave the option out, use another --dir, or start anew with --clean' },
      );
    }
    return existing;
  }
  const nNodes = request.nNodes ?? DEFAULT_NODES;
  const nShards = request.nShards ?? DEFAULT_SHARDS;
  check(nNodes, nShards);
  const usual = (value: number): number | undefined =>
    request.ports === 'any' ? undefined : value;
  const taken = new Set<number>();
  const settings: NetworkSettings = {
    nNodes,
    nShards,
    epochDurationMs: request.epochDurationMs ?? DEFAULT_EPOCH_DURATION_MS,
    rpcPort: await choosePort(usual(USUAL_RPC_PORT), taken),
    faucetPort: await choosePort(usual(USUAL_FAUCET_PORT), taken),
    nodePorts: [],
  };
  for (let i = 0; i < nNodes; i++) {
    settings.nodePorts.push(await choosePort(usual(9185 + i), taken));
  }
  await writeFileAtomically(path, `${JSON.stringify(settings, null, 2)}\n`);
  return settings;
}
