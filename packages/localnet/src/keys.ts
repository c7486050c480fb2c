import { createECDH } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { decodeNodeKey, encodeNodeKey, loadBls } from '@walrus-ts/core';
import { readFileIfExists, writeFileAtomically } from './files.js';

/** The keys of one storage node and the files that hold them. */
export interface NodeKeys {
  /** BLS secret, 32 bytes. */
  readonly protocolSecret: Uint8Array;
  /** P-256 public key, 33 bytes. */
  readonly networkPublicKey: Uint8Array;
  readonly wallet: Ed25519Keypair;
  readonly protocolKeyPath: string;
  readonly networkKeyPath: string;
  readonly walletKeyPath: string;
}

const OWNER_ONLY = 0o600;

async function loadOrMake(path: string, make: () => string): Promise<string> {
  const known = await readFileIfExists(path);
  if (known !== undefined) return known;
  const text = make();
  await writeFileAtomically(path, `${text}\n`, OWNER_ONLY);
  return text;
}

function generateP256Secret(): Uint8Array {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  // Leading zero bytes are left out by the library.
  const secret = new Uint8Array(32);
  const key = ecdh.getPrivateKey();
  secret.set(key, secret.length - key.length);
  return secret;
}

function publicP256(secret: Uint8Array): Uint8Array {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(secret);
  return new Uint8Array(ecdh.getPublicKey(null, 'compressed'));
}

/**
 * Loads the keys of a node from its directory, making them at first use.
 *
 * @param dir - the node's directory; made if missing
 */
export async function loadNodeKeys(dir: string): Promise<NodeKeys> {
  await mkdir(dir, { recursive: true });
  const bls = await loadBls();
  const protocolKeyPath = join(dir, 'protocol.key');
  const networkKeyPath = join(dir, 'network.key');
  const walletKeyPath = join(dir, 'wallet.key');
  const protocol = await loadOrMake(protocolKeyPath, () =>
    encodeNodeKey('protocol', bls.generateSecretKey()),
  );
  const network = await loadOrMake(networkKeyPath, () =>
    encodeNodeKey('network', generateP256Secret()),
  );
  const walletText = await loadOrMake(walletKeyPath, () => new Ed25519Keypair().getSecretKey());
  return {
    protocolSecret: decodeNodeKey('protocol', protocol),
    networkPublicKey: publicP256(decodeNodeKey('network', network)),
    wallet: Ed25519Keypair.fromSecretKey(walletText.trim()),
    protocolKeyPath,
    networkKeyPath,
    walletKeyPath,
  };
}
