import type { Signer } from '@mysten/sui/cryptography';
import { epochSyncDone, type ChainClient } from '@walrus-ts/chain';
import { isWalrusError, normalizeAddress, type Address } from '@walrus-ts/core';
import type { NodeTransactions } from '../chain-view.js';
import { NodeError } from '../errors.js';

/** Abort codes of `staking_inner::epoch_sync_done` (spec contracts.md §7.2). */
const WRONG_EPOCH = '1';
const DUPLICATE = '2';
const NOT_IN_COMMITTEE = '4';

/**
 * Makes the node's transactions over the real chain.
 *
 * @param chain - client
 * @param signer - wallet that owns the node's capability and pays gas
 * @param nodeId - staking pool of the node
 */
export function createNodeTransactions(
  chain: Pick<ChainClient, 'execute' | 'nodeCapabilities' | 'refs'>,
  signer: Signer,
  nodeId: Address,
): NodeTransactions {
  let known: Address | undefined;

  async function capability(signal: AbortSignal | undefined): Promise<Address> {
    if (known !== undefined) return known;
    const owner = normalizeAddress(signer.toSuiAddress());
    const capabilities = await chain.nodeCapabilities(owner, { signal });
    const own = capabilities.find((candidate) => candidate.nodeId === nodeId);
    if (own === undefined) {
      throw new NodeError(
        'NODE_CONFIG_INVALID',
        `wallet ${owner} has no capability of node ${nodeId}`,
        {
          hint: 'walletKeyPath must name the wallet that registered the node',
        },
      );
    }
    known = own.capability;
    return known;
  }

  return {
    async epochSyncDone(epoch, { signal } = {}) {
      const [cap, refs] = await Promise.all([capability(signal), chain.refs({ signal })]);
      try {
        await chain.execute(
          { signer, build: (tx) => epochSyncDone(tx, refs, cap, epoch) },
          { signal },
        );
        return 'done';
      } catch (error) {
        if (isWalrusError(error, 'CHAIN_ABORTED') && error.data['module'] === 'staking_inner') {
          const code = error.data['abortCode'];
          if (code === DUPLICATE) return 'done';
          if (code === WRONG_EPOCH || code === NOT_IN_COMMITTEE) return 'superseded';
        }
        throw error;
      }
    },
  };
}
