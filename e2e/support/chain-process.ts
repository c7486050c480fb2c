/** An emulator as a process of its own, that can be killed and goes on at the same address. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';

const MAIN = fileURLToPath(new URL('../../packages/emulator/dist/main.js', import.meta.url));
const BUILD = fileURLToPath(new URL('../../contracts/build/', import.meta.url));
/** Longest start, ms, on a machine that is busy. */
const START_LIMIT_MS = 60_000;

/** A chain that survives its process. */
export interface ChainProcess {
  readonly rpcUrl: string;
  /** Counts the processes so far. */
  readonly life: number;
  /** Resolves while a process serves; waits for the next one otherwise. */
  ready(): Promise<void>;
  /** Ends the process with `kill -9` and starts the next one. */
  killAndRestart(): Promise<void>;
  stop(): Promise<void>;
}

interface Life {
  readonly child: ChildProcess;
  readonly rpcUrl: string;
}

async function start(configPath: string): Promise<Life> {
  const child = spawn(process.execPath, [MAIN, '--config', configPath], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  const lines = createInterface({ input: child.stdout });
  try {
    const [line] = (await Promise.race([
      once(lines, 'line', { signal: limit }),
      once(child, 'exit').then(() => {
        throw new Error(`the emulator ended: ${errors}`);
      }),
    ])) as [string];
    const { rpcUrl } = JSON.parse(line) as { rpcUrl: string };
    return { child, rpcUrl };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/**
 * Starts an emulator in a directory, with a faucet key that owns the genesis supply.
 *
 * @param dir - for configuration and state
 */
export async function startChainProcess(dir: string, bank: Ed25519Keypair): Promise<ChainProcess> {
  const configPath = join(dir, 'emulator.json');
  const configure = (rpcPort: number): Promise<void> =>
    writeFile(
      configPath,
      JSON.stringify({
        dataDir: join(dir, 'chain'),
        frameworkPackages: [join(BUILD, 'std.json'), join(BUILD, 'sui.json')],
        faucetSecretKey: bank.getSecretKey(),
        rpcPort,
      }),
    );
  await configure(0);
  let current = await start(configPath);
  const { rpcUrl } = current;
  // Clients keep the address, as those of a real endpoint do.
  await configure(Number(new URL(rpcUrl).port));
  let life = 1;
  let serving: Promise<void> = Promise.resolve();
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    const { child } = current;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  return {
    rpcUrl,
    get life() {
      return life;
    },
    ready: () => serving,
    killAndRestart() {
      serving = (async () => {
        await end('SIGKILL');
        current = await start(configPath);
        life++;
      })();
      return serving;
    },
    async stop() {
      await serving.catch(() => {});
      await end('SIGTERM');
    },
  };
}
