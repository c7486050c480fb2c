import { readFile } from 'node:fs/promises';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { decodeSuiPrivateKey } from '@mysten/sui/cryptography';
import { concatBytes, fromBase64, toBase64 } from '@walrus-ts/core';
import { stringify } from 'yaml';
import { writeFileAtomically, type NetworkPaths } from './files.js';

/** Flag byte of Ed25519 keys in a Sui keystore. */
const ED25519_FLAG = 0;

/**
 * Loads the user's wallet of a local network, making it at first use, in the files that Sui tools use.
 *
 * @param paths - of the network
 * @param rpcUrl - written into the wallet file as its only environment
 */
export async function loadUserWallet(paths: NetworkPaths, rpcUrl: string): Promise<Ed25519Keypair> {
  let wallet: Ed25519Keypair;
  try {
    const [entry]: unknown[] = JSON.parse(await readFile(paths.keystoreFile, 'utf8'));
    wallet = Ed25519Keypair.fromSecretKey(fromBase64(String(entry)).slice(1));
  } catch {
    wallet = new Ed25519Keypair();
    const { secretKey } = decodeSuiPrivateKey(wallet.getSecretKey());
    const entry = toBase64(concatBytes(Uint8Array.of(ED25519_FLAG), secretKey));
    await writeFileAtomically(paths.keystoreFile, `${JSON.stringify([entry], null, 2)}\n`, 0o600);
  }
  const file = {
    keystore: { File: paths.keystoreFile },
    envs: [{ alias: 'local', rpc: rpcUrl, ws: null, basic_auth: null }],
    active_env: 'local',
    active_address: wallet.toSuiAddress(),
  };
  await writeFileAtomically(paths.walletFile, stringify(file), 0o600);
  return wallet;
}
