import type { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import {
  createChainClient,
  createExecutor,
  createRpc,
  initiateEpochChange,
  registerCandidate,
  stakeWithPool,
  votingEnd,
  type ExecutionResult,
  type Executor,
} from '@walrus-ts/chain';
import { linkPackage, loadCompiledPackage, type LinkedPackage } from '@walrus-ts/contracts';
import { encodeProofOfPossession, loadBls, normalizeAddress, type Address } from '@walrus-ts/core';
import { LocalnetError } from './errors.js';
import type { NodeKeys } from './keys.js';

/** Everything that deployment leaves on chain. */
export interface Deployment {
  readonly walPackage: Address;
  readonly walrusPackage: Address;
  readonly walType: string;
  readonly systemObject: Address;
  readonly stakingObject: Address;
  readonly treasuryObject: Address;
  readonly upgradeManagerObject: Address;
  readonly slashingManagerObject: Address;
}

/** A node to register. */
export interface CandidateNode {
  readonly name: string;
  /** `host:port`. */
  readonly networkAddress: string;
  readonly keys: NodeKeys;
}

/** What to deploy. */
export interface DeployParameters {
  readonly rpcUrl: string;
  /** Owner of SUI; gets all WAL. */
  readonly deployer: Ed25519Keypair;
  readonly nShards: number;
  readonly epochDurationMs: number;
  readonly maxEpochsAhead: number;
  readonly signal?: AbortSignal | undefined;
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

function created(result: ExecutionResult, suffix: string): Address {
  const object = result.created.find(({ type }) => type === suffix || type.endsWith(suffix));
  if (object === undefined) {
    throw new LocalnetError(
      'LOCALNET_DEPLOY_FAILED',
      `transaction ${result.digest} created no ${suffix}`,
    );
  }
  return object.objectId;
}

async function publish(
  executor: Executor,
  deployer: Ed25519Keypair,
  linked: LinkedPackage,
  signal: AbortSignal | undefined,
): Promise<ExecutionResult> {
  return executor.execute(
    {
      signer: deployer,
      build: (tx) => {
        const capability = tx.publish({
          modules: linked.modules.map(({ bytes }) => [...bytes]),
          dependencies: [...linked.dependencies],
        });
        tx.transferObjects([capability], deployer.toSuiAddress());
      },
    },
    { signal },
  );
}

/**
 * Publishes and initialises the contracts.
 *
 * @throws LOCALNET_DEPLOY_FAILED, errors of the chain
 * @see spec contracts.md §13.1, steps 1 to 3
 */
export async function deployContracts(parameters: DeployParameters): Promise<Deployment> {
  const { deployer, signal } = parameters;
  const none = normalizeAddress('0x0');
  const executor = createExecutor(createRpc(parameters.rpcUrl), () => Promise.resolve(none));

  const walResult = await publish(
    executor,
    deployer,
    linkPackage(await loadCompiledPackage('wal')),
    signal,
  );
  const treasury = walResult.created.find(({ type }) => type.endsWith('::wal::ProtectedTreasury'));
  const walPackage = normalizeAddress(treasury?.type.split('::')[0] ?? '');
  const treasuryObject = created(walResult, '::wal::ProtectedTreasury');

  const walrusResult = await publish(
    executor,
    deployer,
    linkPackage(await loadCompiledPackage('walrus'), {
      wal: { originalId: walPackage, storageId: walPackage },
    }),
    signal,
  );
  const initCapability = walrusResult.created.find(({ type }) => type.endsWith('::init::InitCap'));
  const walrusPackage = normalizeAddress(initCapability?.type.split('::')[0] ?? '');

  const initResult = await executor.execute(
    {
      signer: deployer,
      build: (tx) => {
        const emergencyCapability = tx.moveCall({
          target: `${walrusPackage}::init::initialize_walrus`,
          arguments: [
            tx.object(created(walrusResult, '::init::InitCap')),
            tx.object(created(walrusResult, '::package::UpgradeCap')),
            tx.pure.u64(0),
            tx.pure.u64(parameters.epochDurationMs),
            tx.pure.u16(parameters.nShards),
            tx.pure.u32(parameters.maxEpochsAhead),
            tx.object.clock(),
          ],
        });
        tx.transferObjects([emergencyCapability], deployer.toSuiAddress());
      },
    },
    { signal },
  );
  return {
    walPackage,
    walrusPackage,
    walType: `${walPackage}::wal::WAL`,
    treasuryObject,
    systemObject: created(initResult, '::system::System'),
    stakingObject: created(initResult, '::staking::Staking'),
    upgradeManagerObject: created(initResult, '::upgrade::UpgradeManager'),
    slashingManagerObject: created(initResult, '::slashing::SlashingManager'),
  };
}

/**
 * Funds nodes and user, registers the nodes, stakes equally on each, and starts the first epoch.
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
  const chain = createChainClient({ rpcUrl, systemObject, stakingObject });
  const refs = await chain.refs({ signal });
  const bls = await loadBls();

  const wal = await walCoins(chain.rpcUrl, deployer.toSuiAddress(), deployment.walType);
  await chain.execute(
    {
      signer: deployer,
      build: (tx) => {
        const amounts = [...nodes.map(() => NODE_GAS), USER_SUI];
        const coins = tx.splitCoins(tx.gas, amounts);
        nodes.forEach((node, i) => {
          const coin = coins[i];
          if (coin) tx.transferObjects([coin], node.keys.wallet.toSuiAddress());
        });
        const userSui = coins[nodes.length];
        const [userWal] = tx.splitCoins(tx.object(wal), [USER_WAL]);
        if (userSui && userWal) tx.transferObjects([userSui, userWal], user);
      },
    },
    { signal },
  );

  const nodeIds = await Promise.all(
    nodes.map(async (node) => {
      const { keys } = node;
      const address = normalizeAddress(keys.wallet.toSuiAddress());
      const publicKey = bls.publicKey(keys.protocolSecret);
      await chain.execute(
        {
          signer: keys.wallet,
          build: (tx) => {
            const capability = registerCandidate(tx, refs, {
              name: node.name,
              networkAddress: node.networkAddress,
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
        },
        { signal },
      );
      const [capability] = await chain.nodeCapabilities(address, { signal });
      if (capability === undefined) {
        throw new LocalnetError('LOCALNET_DEPLOY_FAILED', `${node.name} got no capability`);
      }
      return capability.nodeId;
    }),
  );

  await chain.execute(
    {
      signer: deployer,
      build: (tx) => {
        for (const nodeId of nodeIds) {
          const stake = stakeWithPool(tx, refs, nodeId, NODE_STAKE);
          tx.transferObjects([stake], deployer.toSuiAddress());
        }
      },
    },
    { signal },
  );
  await chain.execute(
    {
      signer: deployer,
      build: (tx) => {
        votingEnd(tx, refs);
        initiateEpochChange(tx, refs, deployment.treasuryObject);
      },
    },
    { signal },
  );
  return nodeIds;
}

async function walCoins(rpcUrl: string, owner: string, coinType: string): Promise<string> {
  const { sui } = createRpc(rpcUrl);
  const { objects } = await sui.core.listCoins({ owner, coinType });
  const [coin] = objects;
  if (coin === undefined) {
    throw new LocalnetError('LOCALNET_DEPLOY_FAILED', 'the deployer got no WAL');
  }
  return coin.objectId;
}
