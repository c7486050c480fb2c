/** A real emulator in a temporary directory, and official clients for it. */

import { GrpcWebFetchTransport, SuiGrpcClient } from '@mysten/sui/grpc';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { Transaction } from '@mysten/sui/transactions';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';

import { createEmulator } from '../../src/index.js';
import type { Emulator, EmulatorInit, FrameworkPackage } from '../../src/index.js';

const BUILD_DIR = fileURLToPath(new URL('../../../../contracts/build/', import.meta.url));

interface CompiledPackage {
  name: string;
  modules: { name: string; bytes: string }[];
  dependencies: string[];
}

/** Path of a compiled package. */
export function compiledPath(name: string): string {
  return join(BUILD_DIR, `${name}.json`);
}

/** Reads a compiled package of the contracts workspace. */
export async function readCompiled(name: string): Promise<CompiledPackage> {
  return JSON.parse(await readFile(compiledPath(name), 'utf8')) as CompiledPackage;
}

async function framework(name: string): Promise<FrameworkPackage> {
  const { modules } = await readCompiled(name);
  return {
    name,
    modules: modules.map((module) => ({
      name: module.name,
      bytes: Buffer.from(module.bytes, 'base64'),
    })),
  };
}

/** A temporary directory with an emulator that can be stopped and started again. */
export class Harness {
  readonly dataDir: string;
  emulator: Emulator;
  readonly #init: Partial<EmulatorInit>;

  private constructor(dataDir: string, emulator: Emulator, init: Partial<EmulatorInit>) {
    this.dataDir = dataDir;
    this.emulator = emulator;
    this.#init = init;
  }

  static async start(init: Partial<EmulatorInit> = {}): Promise<Harness> {
    const dataDir = await mkdtemp(join(tmpdir(), 'walrus-emulator-'));
    try {
      return new Harness(dataDir, await Harness.#open(dataDir, init), init);
    } catch (error) {
      await rm(dataDir, { recursive: true, force: true });
      throw error;
    }
  }

  static async #open(dataDir: string, init: Partial<EmulatorInit>): Promise<Emulator> {
    return createEmulator({
      dataDir,
      frameworkPackages: [await framework('std'), await framework('sui')],
      onInternalError: (error) => process.stderr.write(`${inspect(error)}\n`),
      ...init,
    });
  }

  async restart(): Promise<void> {
    await this.emulator.stop();
    this.emulator = await Harness.#open(this.dataDir, this.#init);
  }

  async close(): Promise<void> {
    await this.emulator.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  client(format: 'text' | 'binary' = 'text'): SuiGrpcClient {
    const transport = new GrpcWebFetchTransport({ baseUrl: this.emulator.rpcUrl, format });
    return new SuiGrpcClient({ network: 'localnet', transport });
  }

  /** The key that owns the genesis supply. */
  async faucetKey(): Promise<Ed25519Keypair> {
    const text = await readFile(join(this.dataDir, 'faucet.key'), 'utf8');
    return Ed25519Keypair.fromSecretKey(text.trim());
  }

  /** Publishes the WAL token with the faucet's key. */
  async publishWal(): Promise<{ packageId: string; walType: string; treasury: string }> {
    const signer = await this.faucetKey();
    const client = this.client();
    const { modules, dependencies } = await readCompiled('wal');
    const transaction = new Transaction();
    const cap = transaction.publish({
      modules: modules.map((module) => module.bytes),
      dependencies,
    });
    transaction.transferObjects([cap], signer.toSuiAddress());
    const result = await client.core.signAndExecuteTransaction({
      transaction,
      signer,
      include: { effects: true, objectTypes: true },
    });
    if (result.$kind !== 'Transaction') {
      throw new Error(`publishing failed: ${JSON.stringify(result.FailedTransaction.status)}`);
    }
    const { effects, objectTypes } = result.Transaction;
    const packageId = effects?.changedObjects.find(
      (change) => change.outputState === 'PackageWrite',
    )?.objectId;
    const treasury = Object.entries(objectTypes ?? {}).find(([, type]) =>
      type.endsWith('::wal::ProtectedTreasury'),
    )?.[0];
    if (packageId === undefined || treasury === undefined) throw new Error('nothing published');
    return { packageId, walType: `${packageId}::wal::WAL`, treasury };
  }
}

/** Executes and insists on success. */
export async function execute(
  client: SuiGrpcClient,
  signer: Ed25519Keypair,
  transaction: Transaction,
) {
  const result = await client.core.signAndExecuteTransaction({
    transaction,
    signer,
    include: { effects: true, events: true, balanceChanges: true, objectTypes: true },
  });
  if (result.$kind !== 'Transaction') {
    throw new Error(`transaction failed: ${JSON.stringify(result.FailedTransaction.status)}`);
  }
  return result.Transaction;
}
