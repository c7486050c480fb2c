import { existsSync } from 'node:fs';
import { appendFile, mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { createChainClient } from '@walrus-ts/chain';
import { errorMessage, normalizeAddress, type Address } from '@walrus-ts/core';
import { stringify } from 'yaml';
import { CHAIN, entryOf, startChainProcess } from './chain-process.js';
import { writeClientConfig } from './client-config.js';
import { deployContracts } from './deploy/contracts.js';
import { startFirstEpoch } from './deploy/first-epoch.js';
import { fileJournalStore } from './deploy/journal.js';
import { LocalnetError } from './errors.js';
import { networkPaths, readFileIfExists, writeFileAtomically, type NetworkPaths } from './files.js';
import { loadNodeKeys, type NodeKeys } from './keys.js';
import { lockDirectory } from './lock.js';
import { stopOrphans } from './orphans.js';
import {
  findNetworkInfo,
  readNetworkInfo,
  writeNetworkInfo,
  type NetworkInfo,
} from './network-file.js';
import { startProcess, type RunningProcess } from './processes.js';
import {
  isPortFree,
  loadSettings,
  type NetworkSettings,
  type SettingsRequest,
} from './settings.js';
import { loadUserWallet } from './wallet.js';

/** What happens while a network starts, runs and stops; for whoever shows it. */
export type LocalNetworkEvent =
  | {
      readonly type: 'step';
      readonly step: 'chain' | 'deploy' | 'register' | 'nodes' | 'sync' | 'stop';
    }
  | {
      readonly type: 'nodeReady';
      readonly name: string;
      readonly ready: number;
      readonly total: number;
    }
  | { readonly type: 'processDied'; readonly name: string; readonly reason: string }
  | { readonly type: 'processRestarted'; readonly name: string };

/** What network to run. */
export interface LocalNetworkInit extends SettingsRequest {
  /** Directory of the network; made if missing. */
  readonly dir: string;
  /** Starts processes again that die by themselves. @default false */
  readonly restart?: boolean | undefined;
  /** Log level of the nodes. @default 'info' */
  readonly logLevel?: string | undefined;
  readonly onEvent?: ((event: LocalNetworkEvent) => void) | undefined;
  /** Cancels starting. */
  readonly signal?: AbortSignal | undefined;
}

/** A running local network. */
export interface LocalNetwork {
  readonly dir: string;
  readonly settings: NetworkSettings;
  /** As last written to `network.json`. */
  readonly info: NetworkInfo;
  /** Kills processes at once, as a crash would; `chain` or node names. They stay down until started. */
  kill(...names: string[]): Promise<void>;
  /** Starts processes that are down. */
  start(...names: string[]): Promise<void>;
  /** Stops everything in order; the directory can be started again. */
  stop(): Promise<void>;
}

const MAX_EPOCHS_AHEAD = 53;
/** FROST in the exchange of a new network: ten million WAL. */
const EXCHANGE_WAL = 10_000_000n * 1_000_000_000n;
const NODE_START_MS = 60_000;
const SYNC_TIMEOUT_MS = 60_000;
const RESTART_DELAY_MS = 1000;
/** Nodes started at the same time. */
const START_WINDOW = 4;

interface NodeDescription {
  readonly name: string;
  readonly port: number;
  readonly keys: NodeKeys;
}

/**
 * Starts the network of a directory: a chain with the contracts deployed, and storage nodes, each its own process.
 *
 * A directory that holds a network is resumed, also one in which the first start was interrupted.
 *
 * @throws see `LocalnetErrorCode`, and errors of the chain
 */
export async function startLocalNetwork(init: LocalNetworkInit): Promise<LocalNetwork> {
  const dir = resolve(init.dir);
  const paths = networkPaths(dir);
  await mkdir(paths.logDir, { recursive: true });
  const unlock = await lockDirectory(paths.lockFile, dir);
  const supervisor = new Supervisor(init, paths, unlock);
  try {
    await supervisor.bringUp();
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
  return supervisor;
}

/**
 * Removes a network's directory contents.
 *
 * @throws LOCALNET_ALREADY_RUNNING
 */
export async function cleanLocalNetwork(dir: string): Promise<void> {
  const paths = networkPaths(resolve(dir));
  await mkdir(paths.dir, { recursive: true });
  const unlock = await lockDirectory(paths.lockFile, paths.dir);
  // Only what this package makes: the directory may hold files of the user.
  for (const path of [
    paths.networkFile,
    paths.settingsFile,
    paths.clientConfig,
    paths.deploymentFile,
    paths.chainDir,
    paths.chainConfig,
    paths.logDir,
    paths.walletFile,
    paths.keystoreFile,
    join(paths.dir, 'nodes'),
    join(paths.dir, 'deployer.key'),
  ]) {
    await rm(path, { recursive: true, force: true });
  }
  await unlock();
}

class Supervisor implements LocalNetwork {
  readonly dir: string;
  settings!: NetworkSettings;
  info!: NetworkInfo;
  readonly #init: LocalNetworkInit;
  readonly #paths: NetworkPaths;
  readonly #unlock: () => Promise<void>;
  readonly #running = new Map<string, RunningProcess>();
  readonly #down = new Set<string>();
  #nodes: NodeDescription[] = [];
  #isStopping = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(init: LocalNetworkInit, paths: NetworkPaths, unlock: () => Promise<void>) {
    this.dir = paths.dir;
    this.#init = init;
    this.#paths = paths;
    this.#unlock = unlock;
    process.on('exit', this.#abandonAll);
  }

  // The children are no members of this process group: whatever ends this process must end them too.
  readonly #abandonAll = (): void => {
    for (const child of this.#running.values()) child.abandon();
  };

  async bringUp(): Promise<void> {
    const { signal } = this.#init;
    this.settings = await loadSettings(this.dir, this.#init);
    this.#nodes = await Promise.all(
      this.settings.nodePorts.map(async (port, i) => {
        const name = `node-${i}`;
        return { name, port, keys: await loadNodeKeys(this.#paths.nodeDir(name)) };
      }),
    );
    const known = await findNetworkInfo(this.dir);
    await stopOrphans(known, this.#paths);
    // Without a journal nothing was deployed yet: what the chain holds is of no use.
    if (known === undefined && !existsSync(this.#paths.deploymentFile)) {
      await rm(this.#paths.chainDir, { recursive: true, force: true });
    }
    await this.#checkPorts();

    this.#emit({ type: 'step', step: 'chain' });
    const deployer = await this.#deployerKey();
    const { rpcUrl, faucetUrl, chainId } = await this.#startChain(deployer);
    const [user] = await loadUserWallet(this.#paths, rpcUrl);
    if (known === undefined) {
      this.info = await this.#deploy(rpcUrl, faucetUrl, chainId, deployer, user);
    } else {
      this.info = { ...known, rpcUrl, faucetUrl, chainId };
    }
    await this.#writeConfigs();

    this.#emit({ type: 'step', step: 'nodes' });
    let ready = 0;
    for (let i = 0; i < this.#nodes.length; i += START_WINDOW) {
      await Promise.all(
        this.#nodes.slice(i, i + START_WINDOW).map(async ({ name }) => {
          await this.#startNode(name);
          ready++;
          this.#emit({ type: 'nodeReady', name, ready, total: this.#nodes.length });
        }),
      );
    }
    this.#emit({ type: 'step', step: 'sync' });
    await this.#waitForEpoch(signal);
    await this.#writeInfo();
  }

  async kill(...names: string[]): Promise<void> {
    for (const name of names) this.#down.add(name);
    await Promise.all(names.map((name) => this.#process(name).kill()));
    await this.#writeInfo();
  }

  async start(...names: string[]): Promise<void> {
    await Promise.all(
      names.map(async (name) => {
        if (this.#running.has(name)) return;
        this.#down.delete(name);
        if (name === CHAIN) await this.#startChain(await this.#deployerKey());
        else await this.#startNode(name);
      }),
    );
    await this.#writeInfo();
  }

  async stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#emit({ type: 'step', step: 'stop' });
    // Nodes first: they talk to the chain until their end.
    const chain = this.#running.get(CHAIN);
    await Promise.all(
      [...this.#running].filter(([name]) => name !== CHAIN).map(([, child]) => child.stop()),
    );
    await chain?.stop();
    this.#running.clear();
    await this.#writing;
    const info = await readNetworkInfo(this.dir).catch(() => undefined);
    if (info) {
      await writeNetworkInfo(this.dir, {
        ...info,
        supervisorPid: null,
        chainPid: null,
        nodes: info.nodes.map((node) => ({ ...node, pid: null })),
      });
    }
    process.off('exit', this.#abandonAll);
    await this.#unlock();
  }

  #emit(event: LocalNetworkEvent): void {
    this.#init.onEvent?.(event);
  }

  #process(name: string): RunningProcess {
    const child = this.#running.get(name);
    if (child === undefined) {
      throw new LocalnetError('LOCALNET_PROCESS_FAILED', `${name} is not running`);
    }
    return child;
  }

  async #checkPorts(): Promise<void> {
    const { rpcPort, faucetPort, nodePorts } = this.settings;
    for (const port of [rpcPort, faucetPort, ...nodePorts]) {
      if (await isPortFree(port)) continue;
      throw new LocalnetError('LOCALNET_PORT_TAKEN', `port ${port} is in use`, {
        hint: 'stop what uses it, or start a new network in another --dir',
        data: { port },
      });
    }
  }

  async #deployerKey(): Promise<Ed25519Keypair> {
    const path = join(this.dir, 'deployer.key');
    const known = await readFileIfExists(path);
    if (known === undefined) {
      const key = new Ed25519Keypair();
      await writeFileAtomically(path, `${key.getSecretKey()}\n`, 0o600);
      return key;
    }
    try {
      return Ed25519Keypair.fromSecretKey(known.trim());
    } catch {
      throw new LocalnetError('LOCALNET_NO_NETWORK', `${path} is no readable key`, {
        hint: 'put the file back, or start anew with: walrus up --clean',
      });
    }
  }

  async #startChain(
    deployer: Ed25519Keypair,
  ): Promise<{ rpcUrl: string; faucetUrl: string; chainId: string }> {
    const { rpcPort, faucetPort } = this.settings;
    const chain = await startChainProcess(
      this.#paths,
      { rpcPort, faucetPort, faucetSecretKey: deployer.getSecretKey() },
      this.#init.signal,
    );
    this.#watch(CHAIN, chain.process);
    return chain;
  }

  async #deploy(
    rpcUrl: string,
    faucetUrl: string,
    chainId: string,
    deployer: Ed25519Keypair,
    user: Ed25519Keypair,
  ): Promise<NetworkInfo> {
    const { nShards, epochDurationMs } = this.settings;
    const parameters = {
      rpcUrl,
      deployer,
      nShards,
      epochDurationMs,
      maxEpochsAhead: MAX_EPOCHS_AHEAD,
      exchange: { wal: EXCHANGE_WAL },
      journal: fileJournalStore(this.#paths.deploymentFile),
      signal: this.#init.signal,
    };
    this.#emit({ type: 'step', step: 'deploy' });
    const deployment = await deployContracts(parameters);
    this.#emit({ type: 'step', step: 'register' });
    const candidates = this.#nodes.map(({ name, port, keys }) => ({
      name,
      keys,
      networkAddress: `127.0.0.1:${port}`,
    }));
    const nodeIds = await startFirstEpoch(parameters, deployment, candidates, user.toSuiAddress());
    const { committee } = await createChainClient({ rpcUrl, ...deployment }).staking();
    const info: NetworkInfo = {
      rpcUrl,
      faucetUrl,
      chainId,
      ...deployment,
      exchangeObjects: [...deployment.exchangeObjects],
      nShards,
      supervisorPid: process.pid,
      chainPid: this.#running.get(CHAIN)?.pid ?? null,
      nodes: this.#nodes.map(({ name, port }, i) => {
        const id: Address = nodeIds[i] ?? normalizeAddress('0x0');
        return {
          name,
          id,
          url: `http://127.0.0.1:${port}`,
          pid: null,
          shards: [...(committee.get(id) ?? [])],
          dataDir: this.#paths.nodeDir(name),
        };
      }),
    };
    await writeNetworkInfo(this.dir, info);
    return info;
  }

  async #startNode(name: string): Promise<void> {
    const child = await startProcess(
      {
        name,
        script: entryOf('@walrus-ts/node/main'),
        args: ['--config', join(this.#paths.nodeDir(name), 'node.yaml')],
        logFile: join(this.#paths.logDir, `${name}.log`),
        startTimeoutMs: NODE_START_MS,
      },
      this.#init.signal,
    );
    this.#watch(name, child);
  }

  // Keeps the table of processes, and brings back what died by itself.
  #watch(name: string, child: RunningProcess): void {
    this.#running.set(name, child);
    void child.exited.then(async ({ code, signal }) => {
      if (this.#running.get(name) === child) this.#running.delete(name);
      if (this.#isStopping || this.#down.has(name)) return;
      const reason = signal ?? `exit code ${code}`;
      this.#emit({ type: 'processDied', name, reason });
      await this.#writeInfo();
      while (this.#init.restart === true && !this.#isStopping && !this.#running.has(name)) {
        await new Promise((done) => setTimeout(done, RESTART_DELAY_MS));
        if (this.#isStopping || this.#down.has(name)) return;
        try {
          await this.start(name);
          this.#emit({ type: 'processRestarted', name });
        } catch (error) {
          await appendFile(
            join(this.#paths.logDir, 'supervisor.log'),
            `${new Date().toISOString()} ${name}: ${errorMessage(error)}\n`,
          );
        }
      }
    });
  }

  async #waitForEpoch(signal: AbortSignal | undefined): Promise<void> {
    const { rpcUrl, systemObject, stakingObject } = this.info;
    const chain = createChainClient({ rpcUrl, systemObject, stakingObject });
    const deadline = Date.now() + SYNC_TIMEOUT_MS;
    for (;;) {
      const { epochState } = await chain.staking({ signal });
      if (epochState.kind !== 'sync') return;
      if (Date.now() > deadline) {
        throw new LocalnetError(
          'LOCALNET_PROCESS_FAILED',
          'the storage nodes did not report their shards in time',
          { hint: `see ${this.#paths.logDir}` },
        );
      }
      await new Promise((done) => setTimeout(done, 200));
      signal?.throwIfAborted();
    }
  }

  async #writeConfigs(): Promise<void> {
    const { info } = this;
    for (const { name, port } of this.#nodes) {
      const id = info.nodes.find((node) => node.name === name)?.id;
      const config = {
        name,
        dataDir: 'data',
        rpcUrl: info.rpcUrl,
        systemObject: info.systemObject,
        stakingObject: info.stakingObject,
        walrusPackage: info.walrusPackage,
        nodeId: id,
        protocolKeyPath: 'protocol.key',
        networkKeyPath: 'network.key',
        walletKeyPath: 'wallet.key',
        listen: { host: '127.0.0.1', port },
        publicHost: '127.0.0.1',
        tls: { disable: true },
        log: { level: this.#init.logLevel ?? 'info' },
      };
      await writeFileAtomically(join(this.#paths.nodeDir(name), 'node.yaml'), stringify(config));
    }
    await writeClientConfig(this.#paths.clientConfig, info, {
      rpcUrl: info.rpcUrl,
      nShards: info.nShards,
      maxEpochsAhead: MAX_EPOCHS_AHEAD,
      walletFile: this.#paths.walletFile,
      nodeUrlScheme: 'http',
    });
  }

  #writeInfo(): Promise<void> {
    if (this.info === undefined) return Promise.resolve();
    this.info = {
      ...this.info,
      supervisorPid: process.pid,
      chainPid: this.#running.get(CHAIN)?.pid ?? null,
      nodes: this.info.nodes.map((node) => ({
        ...node,
        pid: this.#running.get(node.name)?.pid ?? null,
      })),
    };
    const { info } = this;
    this.#writing = this.#writing.then(() => writeNetworkInfo(this.dir, info));
    return this.#writing;
  }
}
