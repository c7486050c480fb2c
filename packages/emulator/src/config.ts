/** The configuration file of the emulator process. */

import { WalrusError, errorMessage, fromBase64 } from '@walrus-ts/core';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import type { EmulatorInit, FaucetOptions, FrameworkPackage } from './emulator.js';
import type { HistorySettings } from './ledger/index.js';

type Json = Readonly<Record<string, unknown>>;

function invalid(message: string, cause?: unknown): WalrusError {
  return new WalrusError('EMULATOR_INVALID_CONFIG', message, cause === undefined ? {} : { cause });
}

function asObject(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(`${what} must be an object`);
  }
  return value as Json;
}

function text(source: Json, name: string): string | undefined {
  const value = source[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '') throw invalid(`${name} must be a text`);
  return value;
}

function wholeNumber(source: Json, name: string, max: number): number | undefined {
  const value = source[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max) {
    throw invalid(`${name} must be a whole number from 0 to ${max}`);
  }
  return value;
}

function positive(source: Json, name: string, max: number): number | undefined {
  const value = wholeNumber(source, name, max);
  if (value === 0) throw invalid(`${name} must not be 0`);
  return value;
}

/** Amounts are decimal texts, or numbers where they are exact. */
function amount(source: Json, name: string): bigint | undefined {
  const value = source[name];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  if (typeof value === 'string' && /^\d{1,19}$/.test(value)) return BigInt(value);
  throw invalid(`${name} must be an amount in base units`);
}

/** Drops unset fields, which the emulator's optional settings do not admit. */
function withoutUnset<T extends object>(values: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw invalid(`cannot read ${path}: ${errorMessage(error)}`, error);
  }
}

async function readPackage(path: string): Promise<FrameworkPackage> {
  const source = asObject(await readJson(path), path);
  const name = text(source, 'name');
  const modules = source['modules'];
  if (name === undefined || !Array.isArray(modules)) {
    throw invalid(`${path} is not a compiled package`);
  }
  return {
    name,
    modules: modules.map((entry: unknown) => {
      const module = asObject(entry, `module in ${path}`);
      const moduleName = text(module, 'name');
      const bytes = text(module, 'bytes');
      if (moduleName === undefined || bytes === undefined) {
        throw invalid(`${path} has a module without name or bytes`);
      }
      try {
        return { name: moduleName, bytes: fromBase64(bytes) };
      } catch (error) {
        throw invalid(`${path}: module ${moduleName} is not base64`, error);
      }
    }),
  };
}

const MAX_PORT = 65_535;
const MAX_INTERVAL_MS = 280_000;
const MAX_RATE = 1_000_000;
/** Far enough: the year 9999, ms since 1970. */
const MAX_TIME_MS = 253_402_300_799_999;

/**
 * Reads a configuration file.
 *
 * JSON with the fields of `EmulatorInit`; `frameworkPackages` are paths of compiled packages
 * (`{ name, modules: [{ name, bytes: base64 }] }`), relative to the file; amounts of `faucet` are
 * decimal texts in base units.
 *
 * @param path - path of the file
 * @returns settings for `createEmulator`
 * @throws {EMULATOR_INVALID_CONFIG} unreadable, not JSON, or a field is wrong
 */
export async function readConfig(path: string): Promise<EmulatorInit> {
  const source = asObject(await readJson(path), path);
  const base = dirname(resolve(path));
  const dataDir = text(source, 'dataDir');
  if (dataDir === undefined) throw invalid('dataDir is missing');
  const paths = source['frameworkPackages'];
  if (!Array.isArray(paths) || !paths.every((entry) => typeof entry === 'string')) {
    throw invalid('frameworkPackages must be a list of paths');
  }
  const faucet = source['faucet'] === undefined ? {} : asObject(source['faucet'], 'faucet');
  const history = source['history'] === undefined ? {} : asObject(source['history'], 'history');
  const heartbeatIntervalMs = positive(source, 'heartbeatIntervalMs', MAX_INTERVAL_MS);
  const restoreFrom = text(source, 'restoreFrom');
  return withoutUnset<EmulatorInit>({
    dataDir: resolve(base, dataDir),
    restoreFrom: restoreFrom === undefined ? undefined : resolve(base, restoreFrom),
    rpcHost: text(source, 'rpcHost'),
    rpcPort: wholeNumber(source, 'rpcPort', MAX_PORT),
    faucetHost: text(source, 'faucetHost'),
    faucetPort: wholeNumber(source, 'faucetPort', MAX_PORT),
    frameworkPackages: await Promise.all(paths.map((entry) => readPackage(resolve(base, entry)))),
    faucetSecretKey: text(source, 'faucetSecretKey'),
    faucet: withoutUnset<FaucetOptions>({
      suiAmount: amount(faucet, 'suiAmount'),
      walAmount: amount(faucet, 'walAmount'),
      walType: text(faucet, 'walType'),
      requestsPerMinute: wholeNumber(faucet, 'requestsPerMinute', MAX_RATE),
    }),
    history: withoutUnset<HistorySettings>({
      checkpoints: positive(history, 'checkpoints', Number.MAX_SAFE_INTEGER),
      objectCheckpoints: positive(history, 'objectCheckpoints', Number.MAX_SAFE_INTEGER),
    }),
    genesisTimeMs: wholeNumber(source, 'genesisTimeMs', MAX_TIME_MS),
    heartbeatIntervalMs,
    onInternalError: undefined,
  });
}
