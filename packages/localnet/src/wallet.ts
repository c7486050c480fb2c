import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { decodeSuiPrivateKey } from '@mysten/sui/cryptography';
import { concatBytes, fromBase64, toBase64 } from '@walrus-ts/core';
import { stringify } from 'yaml';
import { LocalnetError } from './errors.js';
import { readFileIfExists, writeFileAtomically, type NetworkPaths } from './files.js';

/** Flag byte of Ed25519 keys in a Sui keystore. */
const ED25519_FLAG = 0;

function keystoreEntry(wallet: Ed25519Keypair): string {
  const { secretKey } = decodeSuiPrivateKey(wallet.getSecretKey());
  return toBase64(concatBytes(Uint8Array.of(ED25519_FLAG), secretKey));
}

function parseKeystore(path: string, text: string): Ed25519Keypair[] {
  try {
    const entries: unknown = JSON.parse(text);
    if (!Array.isArray(entries) || entries.length === 0) throw new TypeError('no list');
    return entries.map((entry: unknown) =>
      Ed25519Keypair.fromSecretKey(fromBase64(String(entry)).slice(1)),
    );
  } catch {
    // The parser's message may quote the file, so it is not passed on.
    throw new LocalnetError('LOCALNET_NO_NETWORK', `${path} is no readable keystore`, {
      hint: 'put the file back, or start anew with --clean',
    });
  }
}

/**
 * Loads the user's wallet of a local network, making it at first use, in the files that Sui tools use.
 *
 * @param paths - of the network
 * @param rpcUrl - written into the wallet file as its only environment
 * @param count - keys that it has at least; missing ones are added
 * @returns its keys; the first is that of the active address
 * @throws LOCALNET_NO_NETWORK when the keystore is there but unreadable: what it holds is never replaced
 */
export async function loadUserWallet(
  paths: NetworkPaths,
  rpcUrl: string,
  count = 1,
): Promise<[Ed25519Keypair, ...Ed25519Keypair[]]> {
  const text = await readFileIfExists(paths.keystoreFile);
  const known = text === undefined ? [] : parseKeystore(paths.keystoreFile, text);
  const missing = Math.max(0, count - known.length);
  const [first = new Ed25519Keypair(), ...others] = [
    ...known,
    ...Array.from({ length: missing }, () => new Ed25519Keypair()),
  ];
  if (missing > 0 || known.length === 0) {
    const entries = [first, ...others].map(keystoreEntry);
    await writeFileAtomically(paths.keystoreFile, `${JSON.stringify(entries, null, 2)}\n`, 0o600);
  }
  const file = {
    keystore: { File: paths.keystoreFile },
    envs: [{ alias: 'local', rpc: rpcUrl, ws: null, basic_auth: null }],
    active_env: 'local',
    active_address: first.toSuiAddress(),
  };
  await writeFileAtomically(paths.walletFile, stringify(file), 0o600);
  return [first, ...others];
}
