import { stringify } from 'yaml';
import { writeFileAtomically } from './files.js';

/** What a client configuration says besides the objects of the network. */
export interface ClientConfigFacts {
  readonly rpcUrl: string;
  readonly nShards: number;
  readonly maxEpochsAhead: number;
  /** Absolute path. */
  readonly walletFile: string | undefined;
  /** How storage nodes are reached; clients take `https` if absent. */
  readonly nodeUrlScheme?: 'http' | 'https';
}

/** The objects that a client configuration names. */
export interface ClientConfigObjects {
  readonly systemObject: string;
  readonly stakingObject: string;
  readonly treasuryObject: string;
  readonly upgradeManagerObject: string;
  readonly slashingManagerObject: string;
  readonly exchangeObjects: readonly string[];
  readonly walrusSubsidiesObject?: string | undefined;
  readonly creditsObject?: string | undefined;
}

/**
 * Writes a client configuration in the format of the official client.
 *
 * @see spec cli.md §13.2
 */
export async function writeClientConfig(
  path: string,
  objects: ClientConfigObjects,
  facts: ClientConfigFacts,
): Promise<void> {
  const { walrusSubsidiesObject, creditsObject } = objects;
  const config = {
    system_object: objects.systemObject,
    staking_object: objects.stakingObject,
    treasury_object: objects.treasuryObject,
    // Ours: who counts votes.
    upgrade_manager_object: objects.upgradeManagerObject,
    slashing_manager_object: objects.slashingManagerObject,
    exchange_objects: objects.exchangeObjects,
    ...(walrusSubsidiesObject === undefined
      ? {}
      : { walrus_subsidies_object: walrusSubsidiesObject }),
    ...(creditsObject === undefined ? {} : { credits_object: creditsObject }),
    n_shards: facts.nShards,
    max_epochs_ahead: facts.maxEpochsAhead,
    ...(facts.walletFile === undefined ? {} : { wallet_config: facts.walletFile }),
    rpc_urls: [facts.rpcUrl],
    // Ours: nodes of a local network speak plain HTTP.
    ...(facts.nodeUrlScheme === undefined ? {} : { node_url_scheme: facts.nodeUrlScheme }),
  };
  await writeFileAtomically(path, stringify(config));
}
