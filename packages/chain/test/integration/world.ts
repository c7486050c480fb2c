import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import type { Transaction } from '@mysten/sui/transactions';
import {
  certifyBlob,
  createChainClient,
  epochSyncDone,
  initiateEpochChange,
  registerBlob,
  reserveSpace,
  votingEnd,
  type ChainClient,
  type ContractCertificate,
  type ContractRefs,
  type ExecutionResult,
} from '@walrus-ts/chain';
import { linkPackage, loadCompiledPackage } from '@walrus-ts/contracts';
import {
  encodeStorageConfirmation,
  encodedLength,
  fromBase64,
  loadBls,
  normalizeAddress,
  signersToBitmap,
  type Address,
  type Bls,
  type BlobId,
} from '@walrus-ts/core';
import { createEmulator } from '@walrus-ts/emulator';
import {
  deployContracts,
  loadNodeKeys,
  startFirstEpoch,
  type Deployment,
  type NodeKeys,
} from '@walrus-ts/localnet';
import { computeBlobId } from '@walrus-ts/redstuff';
import { vi } from 'vitest';

// A world is many transactions, and machines may be slow.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 240_000 });

export const N_SHARDS = 10;
export const EPOCH_MS = 3_600_000;
const FROST_PER_WAL = 1_000_000_000n;
export const wal = (amount: number): bigint => BigInt(amount) * FROST_PER_WAL;

/** One storage node as far as transactions know it. */
export interface WorldNode {
  readonly nodeId: Address;
  readonly capability: Address;
  readonly keys: NodeKeys;
  readonly signer: Ed25519Keypair;
}

/** The contracts with a committee, on an emulator in this process, over loopback. */
export interface World {
  readonly chain: ChainClient;
  readonly refs: ContractRefs & { readonly originalPackageId: Address };
  readonly deployment: Deployment;
  readonly deployer: Ed25519Keypair;
  readonly user: Ed25519Keypair;
  readonly owner: Address;
  readonly nodes: readonly WorldNode[];
  readonly bls: Bls;
  run(build: (tx: Transaction) => void, signer?: Ed25519Keypair): Promise<ExecutionResult>;
  /** Publishes a package of the repo. @returns the result and the package ID */
  publish(
    name: string,
    ids: Readonly<Record<string, Address>>,
  ): Promise<{ readonly packageId: Address; readonly result: ExecutionResult }>;
  /** A blob ID with what registering it needs. */
  newBlob(isDeletable?: boolean): {
    readonly blobId: BlobId;
    readonly rootHash: Uint8Array;
    readonly size: number;
    readonly encodedSize: number;
    readonly isDeletable: boolean;
  };
  /** A certificate of the present committee. */
  certificate(blobId: BlobId, deletableObject?: Address): Promise<ContractCertificate>;
  /** Registers and certifies a blob of the user. @returns its object */
  storeBlob(options?: {
    readonly isDeletable?: boolean;
    readonly epochs?: number;
  }): Promise<Address>;
  /** Ends the epoch, begins the next, and has all nodes report that they hold their shards. */
  nextEpoch(): Promise<void>;
  /** Stops the emulator, and starts it again on the same port and data. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** The first object created whose type ends so. */
export function created(result: ExecutionResult, suffix: string): Address {
  const object = result.created.find(({ type }) => type.endsWith(suffix));
  if (object === undefined) throw new Error(`${result.digest} created no ${suffix}`);
  return object.objectId;
}

async function framework(name: string) {
  const { modules } = await loadCompiledPackage(name);
  return { name, modules: modules.map((m) => ({ name: m.name, bytes: fromBase64(m.bytes) })) };
}

/**
 * @param nNodes - members of the committee
 * @param historyCheckpoints - checkpoints that the emulator keeps
 */
export async function startWorld(nNodes = 4, historyCheckpoints = 1_000_000): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), 'walrus-chain-'));
  const deployer = new Ed25519Keypair();
  const user = new Ed25519Keypair();
  const owner = normalizeAddress(user.toSuiAddress());
  const settings = {
    dataDir: join(dir, 'chain'),
    frameworkPackages: [await framework('std'), await framework('sui')],
    faucetSecretKey: deployer.getSecretKey(),
    history: { checkpoints: historyCheckpoints },
  };
  let emulator = await createEmulator(settings);
  const rpcPort = Number(new URL(emulator.rpcUrl).port);
  const parameters = {
    rpcUrl: emulator.rpcUrl,
    deployer,
    nShards: N_SHARDS,
    epochDurationMs: EPOCH_MS,
    maxEpochsAhead: 53,
  };
  const deployment = await deployContracts(parameters);
  const candidates = await Promise.all(
    Array.from({ length: nNodes }, async (_, i) => ({
      name: `node-${i}`,
      networkAddress: `127.0.0.1:${1000 + i}`,
      keys: await loadNodeKeys(join(dir, `node-${i}`)),
    })),
  );
  const nodeIds = await startFirstEpoch(parameters, deployment, candidates, owner);
  const chain = createChainClient({ rpcUrl: emulator.rpcUrl, ...deployment });
  const refs = await chain.refs();
  const bls = await loadBls();
  const nodes = await Promise.all(
    candidates.map(async ({ keys }, i): Promise<WorldNode> => {
      const [found] = await chain.nodeCapabilities(normalizeAddress(keys.wallet.toSuiAddress()));
      const nodeId = nodeIds[i];
      if (found === undefined || found.nodeId !== nodeId) throw new Error(`node ${i} has no right`);
      return { nodeId, capability: found.capability, keys, signer: keys.wallet };
    }),
  );

  const run: World['run'] = (build, signer = user) => chain.execute({ signer, build });
  let blobs = 0;
  const newBlob: World['newBlob'] = (isDeletable = true) => {
    const size = 1000;
    const rootHash = new Uint8Array(32).fill(++blobs);
    return {
      blobId: computeBlobId({ rootHash, unencodedLength: size }),
      rootHash,
      size,
      encodedSize: encodedLength(N_SHARDS, size),
      isDeletable,
    };
  };
  const certificate: World['certificate'] = async (blobId, objectId) => {
    const { epoch, members } = await chain.committee();
    const message = encodeStorageConfirmation({
      epoch,
      blobId,
      persistence: objectId === undefined ? { kind: 'permanent' } : { kind: 'deletable', objectId },
    });
    const secrets = members.map(({ nodeId }) => {
      const node = nodes.find((one) => one.nodeId === nodeId);
      if (node === undefined) throw new Error(`${nodeId} is not a node of this world`);
      return node.keys.protocolSecret;
    });
    return {
      message,
      signature: bls.aggregateSignatures(secrets.map((secret) => bls.sign(secret, message))),
      signersBitmap: signersToBitmap([...secrets.keys()], members.length),
    };
  };

  const reportShards = async () => {
    const { epoch, epochState } = await chain.staking();
    if (epochState.kind !== 'sync') return;
    for (const { capability, signer } of nodes) {
      await run((tx) => epochSyncDone(tx, refs, capability, epoch), signer);
    }
  };

  return {
    chain,
    refs,
    deployment,
    deployer,
    user,
    owner,
    nodes,
    bls,
    run,
    newBlob,
    certificate,
    async publish(name, ids) {
      const linked = linkPackage(
        await loadCompiledPackage(name),
        Object.fromEntries(
          Object.entries(ids).map(([key, id]) => [key, { originalId: id, storageId: id }]),
        ),
      );
      const result = await run((tx) => {
        const capability = tx.publish({
          modules: linked.modules.map(({ bytes }) => [...bytes]),
          dependencies: [...linked.dependencies],
        });
        tx.transferObjects([capability], deployer.toSuiAddress());
      }, deployer);
      const { transaction } = await transactionOf(chain, result.digest);
      const found = transaction.effects.changedObjects.find(
        ({ outputState }) => outputState === 'PackageWrite',
      );
      if (found === undefined) throw new Error(`${name} was not published`);
      return { packageId: normalizeAddress(found.objectId), result };
    },
    async storeBlob({ isDeletable = true, epochs = 5 } = {}) {
      const blob = newBlob(isDeletable);
      const { storagePrice, writePrice } = await chain.system();
      const result = await run((tx) => {
        const { encodedSize } = blob;
        const storage = reserveSpace(tx, refs, { encodedSize, epochs, storagePrice });
        tx.transferObjects([registerBlob(tx, refs, storage, blob, writePrice)], owner);
      });
      const object = created(result, '::blob::Blob');
      const signed = await certificate(blob.blobId, isDeletable ? object : undefined);
      await run((tx) => certifyBlob(tx, refs, object, signed));
      return object;
    },
    async nextEpoch() {
      await reportShards();
      await chain.sui.forkingService.advanceClock({ durationMs: BigInt(EPOCH_MS) });
      await run((tx) => {
        votingEnd(tx, refs);
        initiateEpochChange(tx, refs, deployment.treasuryObject);
      }, deployer);
      await reportShards();
    },
    async restart() {
      await emulator.stop();
      emulator = await createEmulator({ ...settings, rpcPort });
    },
    async close() {
      await emulator.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function transactionOf(chain: ChainClient, digest: string) {
  const result = await chain.sui.core.getTransaction({ digest, include: { effects: true } });
  const transaction = result.Transaction ?? result.FailedTransaction;
  return { transaction };
}
