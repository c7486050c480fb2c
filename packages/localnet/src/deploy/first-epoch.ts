/** From initialised contracts to the first epoch: funds, candidates, stake. */
import { coinWithBalance } from '@mysten/sui/transactions';
import {
  createChainClient,
  initiateEpochChange,
  registerCandidate,
  stakeWithPool,
  votingEnd,
  walCoin,
} from '@walrus-ts/chain';
import { encodeProofOfPossession, loadBls, normalizeAddress, type Address } from '@walrus-ts/core';
import { LocalnetError } from '../errors.js';
import type { NodeKeys } from '../keys.js';
import { openDeployment, type DeployParameters, type Deployment } from './contracts.js';

/** A node to register. */
export interface CandidateNode {
  readonly name: string;
  /** `host:port`. */
  readonly networkAddress: string;
  readonly keys: NodeKeys;
}

const FROST_PER_WAL = 1_000_000_000n;
const MIST_PER_SUI = 1_000_000_000n;
/** Votes of all nodes, as the official deployment tool sets them. */
const STORAGE_PRICE = 100_000n;
const WRITE_PRICE = 20_000n;
/** Bytes that one local node offers: 1 TB. */
const NODE_CAPACITY = 1_000_000_000_000n;
const NODE_STAKE = 1_000_000n * FROST_PER_WAL;
const NODE_GAS = 1_000n * MIST_PER_SUI;
const USER_SUI = 1_000n * MIST_PER_SUI;
const USER_WAL = 1_000_000n * FROST_PER_WAL;

/**
 * Funds nodes and user, registers the nodes, stakes equally on each, and starts the first epoch. Steps of the same journal as
 * those of the deployment.
 *
 * @param nodes - in order
 * @param user - address that gets SUI and WAL
 * @returns node IDs, in the order of `nodes`
 * @throws errors of the chain
 * @see spec contracts.md §13.1, steps 6 and 7
 */
export async function startFirstEpoch(
  parameters: DeployParameters,
  deployment: Deployment,
  nodes: readonly CandidateNode[],
  user: string,
): Promise<Address[]> {
  const { rpcUrl, deployer, signal } = parameters;
  const { systemObject, stakingObject } = deployment;
  const { step } = await openDeployment(parameters);
  const chain = createChainClient({ rpcUrl, systemObject, stakingObject });
  const refs = await chain.refs({ signal });
  const bls = await loadBls();

  await step('fund nodes and user', {
    build: (tx) => {
      for (const { keys } of nodes) {
        const gas = tx.add(coinWithBalance({ balance: NODE_GAS }));
        tx.transferObjects([gas], keys.wallet.toSuiAddress());
      }
      const userSui = tx.add(coinWithBalance({ balance: USER_SUI }));
      tx.transferObjects([userSui, walCoin(tx, refs, USER_WAL)], user);
    },
  });

  const nodeIds = await Promise.all(
    nodes.map(async ({ name, networkAddress, keys }) => {
      const address = normalizeAddress(keys.wallet.toSuiAddress());
      const publicKey = bls.publicKey(keys.protocolSecret);
      await step(`register ${name}`, {
        signer: keys.wallet,
        build: (tx) => {
          const capability = registerCandidate(tx, refs, {
            name,
            networkAddress,
            description: 'storage node of a local network',
            publicKey,
            networkPublicKey: keys.networkPublicKey,
            proofOfPossession: bls.sign(
              keys.protocolSecret,
              encodeProofOfPossession({ epoch: 0, address, publicKey }),
            ),
            commissionRate: 0,
            storagePrice: STORAGE_PRICE,
            writePrice: WRITE_PRICE,
            nodeCapacity: NODE_CAPACITY,
          });
          tx.transferObjects([capability], address);
        },
      });
      const [capability] = await chain.nodeCapabilities(address, { signal });
      if (capability === undefined) {
        throw new LocalnetError('LOCALNET_DEPLOY_FAILED', `${name} got no capability`);
      }
      return capability.nodeId;
    }),
  );

  await step('stake', {
    build: (tx) => {
      for (const nodeId of nodeIds) {
        const stake = stakeWithPool(tx, refs, nodeId, NODE_STAKE);
        tx.transferObjects([stake], deployer.toSuiAddress());
      }
    },
  });
  await step('start the first epoch', {
    build: (tx) => {
      votingEnd(tx, refs);
      initiateEpochChange(tx, refs, deployment.treasuryObject);
    },
  });
  return nodeIds;
}
