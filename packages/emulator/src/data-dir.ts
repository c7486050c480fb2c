/** The emulator's data directory: lock, faucet key, saving and restoring. */

import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { WalrusError, errorMessage } from '@walrus-ts/core';
import { access, copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CHAIN_FILE } from './ledger/index.js';
import type { Ledger } from './ledger/index.js';

const LOCK_FILE = 'emulator.lock';
const KEY_FILE = 'faucet.key';
const OWNER_ONLY = 0o600;

/** Who holds a lock. The start time tells a process from a later one with the same id. */
interface LockHolder {
  readonly pid: number;
  readonly startTime: string | undefined;
}

/** Start time of a process in clock ticks since boot; undefined where the system does not tell. */
async function startTimeOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in parentheses and may hold spaces; field 22 is the start time.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

async function isRunning(holder: LockHolder): Promise<boolean> {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  const startTime = await startTimeOf(holder.pid);
  return startTime === undefined || holder.startTime === undefined
    ? true
    : startTime === holder.startTime;
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const value = JSON.parse(text) as Record<string, unknown> | null;
    const pid = value?.['pid'];
    const startTime = value?.['startTime'];
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
    return { pid, startTime: typeof startTime === 'string' ? startTime : undefined };
  } catch {
    return undefined;
  }
}

/**
 * Makes the data directory if needed and takes it for this process.
 *
 * A lock left by a process that is gone is taken over.
 *
 * @param dataDir - path of the directory
 * @returns a function that gives the directory back
 * @throws {EMULATOR_DIR_LOCKED} another emulator uses it
 * @throws {EMULATOR_DIR_UNUSABLE} it cannot be made or written
 */
export async function lockDataDir(dataDir: string): Promise<() => Promise<void>> {
  const path = join(dataDir, LOCK_FILE);
  const own = JSON.stringify({ pid: process.pid, startTime: await startTimeOf(process.pid) });
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    for (let attempts = 0; attempts < 3; attempts++) {
      try {
        await writeFile(path, own, { flag: 'wx', mode: OWNER_ONLY });
        return () => rm(path, { force: true });
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      }
      const holder = parseHolder(await readFile(path, 'utf8').catch(() => ''));
      if (holder !== undefined && (await isRunning(holder))) {
        throw new WalrusError(
          'EMULATOR_DIR_LOCKED',
          `${dataDir} is in use by the emulator process ${holder.pid}`,
          { data: { dataDir, pid: holder.pid }, hint: 'stop it, or use another directory' },
        );
      }
      await rm(path, { force: true });
    }
    throw new WalrusError('EMULATOR_DIR_LOCKED', `${dataDir} is being opened by others`, {
      data: { dataDir },
    });
  } catch (error) {
    if (error instanceof WalrusError) throw error;
    throw new WalrusError(
      'EMULATOR_DIR_UNUSABLE',
      `data directory ${dataDir} cannot be used: ${errorMessage(error)}`,
      { data: { dataDir }, cause: error },
    );
  }
}

/**
 * Reads a secret key.
 *
 * @param text - `suiprivkey…` text of an Ed25519 key
 * @returns the key pair
 * @throws {EMULATOR_INVALID_KEY} not such a key; the message does not repeat it
 */
export function parseFaucetKey(text: string): Ed25519Keypair {
  try {
    return Ed25519Keypair.fromSecretKey(text.trim());
  } catch {
    throw new WalrusError('EMULATOR_INVALID_KEY', 'the faucet key is not a suiprivkey Ed25519 key');
  }
}

/**
 * Loads the faucet's key from the data directory, or makes one there on first use (mode 600).
 *
 * @param dataDir - locked data directory
 * @returns the key pair
 * @throws {EMULATOR_INVALID_KEY} the stored key is damaged
 */
export async function loadFaucetKey(dataDir: string): Promise<Ed25519Keypair> {
  const path = join(dataDir, KEY_FILE);
  const stored = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (stored !== undefined) return parseFaucetKey(stored);
  const keypair = Ed25519Keypair.generate();
  // Written aside and renamed: a crash never leaves half a key.
  await writeFile(`${path}.new`, `${keypair.getSecretKey()}\n`, { mode: OWNER_ONLY });
  await rename(`${path}.new`, path);
  return keypair;
}

const LEDGER_DIR = 'ledger';

/** Directory of the chain inside a data directory. */
export function ledgerDir(dataDir: string): string {
  return join(dataDir, LEDGER_DIR);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Copies a file aside and renames it: a crash leaves all of it or nothing. */
async function copyWhole(from: string, to: string): Promise<void> {
  await copyFile(from, `${to}.new`);
  await rename(`${to}.new`, to);
}

/** Copies the faucet's key, if it is kept in the directory. */
async function copyKey(from: string, to: string): Promise<void> {
  if (await exists(join(from, KEY_FILE))) await copyWhole(join(from, KEY_FILE), join(to, KEY_FILE));
}

/**
 * Fills a data directory that has no chain yet with the chain and the faucet key of another one.
 *
 * @param dataDir - locked data directory; left alone if it has a chain
 * @param from - data directory that no emulator uses, or one that was saved
 * @throws {EMULATOR_DIR_LOCKED} an emulator uses `from`
 * @throws {EMULATOR_DIR_UNUSABLE} `from` holds no chain, or cannot be copied
 */
export async function restoreDataDir(dataDir: string, from: string): Promise<void> {
  if (await exists(join(ledgerDir(dataDir), CHAIN_FILE))) return;
  if (!(await exists(join(ledgerDir(from), CHAIN_FILE)))) {
    throw new WalrusError('EMULATOR_DIR_UNUSABLE', `there is no chain in ${from}`, {
      data: { from },
      hint: 'restoreFrom names a data directory of an emulator',
    });
  }
  const release = await lockDataDir(from);
  try {
    await mkdir(ledgerDir(dataDir), { recursive: true });
    await copyKey(from, dataDir);
    await copyWhole(join(ledgerDir(from), CHAIN_FILE), join(ledgerDir(dataDir), CHAIN_FILE));
  } catch (error) {
    throw new WalrusError(
      'EMULATOR_DIR_UNUSABLE',
      `the chain in ${from} cannot be copied: ${errorMessage(error)}`,
      { data: { from, dataDir }, cause: error },
    );
  } finally {
    await release();
  }
}

/**
 * Saves a running chain as a data directory of its own.
 *
 * @param ledger - the chain
 * @param dataDir - its data directory, for the faucet's key
 * @param to - directory to make; must hold no chain
 * @throws {EMULATOR_DIR_UNUSABLE} there is a chain already, or it cannot be written
 */
export async function saveDataDir(
  ledger: Pick<Ledger, 'save'>,
  dataDir: string,
  to: string,
): Promise<void> {
  if (await exists(join(ledgerDir(to), CHAIN_FILE))) {
    throw new WalrusError('EMULATOR_DIR_UNUSABLE', `there is a chain in ${to} already`, {
      data: { to },
      hint: 'choose another directory, or remove it',
    });
  }
  try {
    await mkdir(to, { recursive: true, mode: 0o700 });
    await copyKey(dataDir, to);
    await ledger.save(ledgerDir(to));
  } catch (error) {
    throw new WalrusError(
      'EMULATOR_DIR_UNUSABLE',
      `the chain cannot be saved to ${to}: ${errorMessage(error)}`,
      { data: { to }, cause: error },
    );
  }
}
