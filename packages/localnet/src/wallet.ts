import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { decodeSuiPrivateKey } from '@mysten/sui/cryptography';
import { concatBytes, fromBase64, toBase64 } from '@walrus-ts/core';
import { stringify } from 'yaml';
import { LocalnetError } from './errors.js';
import { readFileIfExists, writeFileAtomically, type NetworkPaths } from './files.js';

/** Flag byte of Ed25519 keys in a Sui keystore. */
const ED25519_FLAG = 0;

async function makeWallet(paths: NetworkPaths): Promise<Ed25519Keypair> {
  const wallet = new Ed25519Keypair();
  const { secretKey } = decodeSuiPrivateKey(wallet.getSecretKey());
  const entry = toBase64(concatBytes(Uint8Array.of(ED25519_FLAG), secretKey));
  await writeFileAtomically(paths.keystoreFile, `${JSON.stringify([entry], null, 2)}\n`, 0o600);
  return wallet;
}

function parseWallet(path: string, text: string): Ed25519Keypair {
  try {
    const [entry]: unknown[] = JSON.parse(text);
    return Ed25519Keypair.fromSecretKey(fromBase64(String(entry)).slice(1));
  } catch {
    // The parser's message may quote the file, so it is not passed on.
    throw new LocalnetError('LOCALNET_NO_NETWORK', `${path} is no readable keystore`, {
      hint: 'put the file back, or start anew with: walrus up --clean',
    });
  }
}

/**
 * Loads the user's wallet of a local network, making it at first use, in the files that Sui tools use.
 *
 * @param paths - of the network
 * @param rpcUrl - written into the wallet file as its only environment
 * @throws LOCALNET_NO_NETWORK when the keystore is there but unreadable: what it holds is never replaced
 */
export async function loadUserWallet(paths: NetworkPaths, rpcUrl: string): Promise<Ed25519Keypair> {
  const known = await readFileIfExists(paths.keystoreFile);
  const wallet =
    known === undefined ? await makeWallet(paths) : parseWallet(paths.keystoreFile, known);
  const file = {
    keystore: { File: paths.keystoreFile },
    envs: [{ alias: 'local', rpc: rpcUrl, ws: null, basic_auth: null }],
    active_env: 'local',
    active_address: wallet.toSuiAddress(),
  };
  await writeFileAtomically(paths.walletFile, stringify(file), 0o600);
  return wallet;
}
