import { createECDH } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { decodeSuiPrivateKey, type Signer } from '@mysten/sui/cryptography';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { decodeNodeKey, type NodeKeyKind } from '@walrus-ts/core';
import { NodeError } from '../errors.js';

/**
 * Reads one of the node's own keys.
 *
 * @param kind - protocol (BLS) or network (P-256)
 * @param path - key file
 * @returns 32 bytes
 * @throws NODE_KEY_UNREADABLE; the message never holds the file's content
 */
export async function readNodeKey(kind: NodeKeyKind, path: string): Promise<Uint8Array> {
  const text = await readKeyFile(path);
  try {
    return decodeNodeKey(kind, text);
  } catch {
    throw new NodeError('NODE_KEY_UNREADABLE', `${path} is not a ${kind} key`, {
      hint: 'the file holds the base64 of a flag byte and 32 bytes',
    });
  }
}

/**
 * Reads the wallet of the node.
 *
 * @param path - file with a `suiprivkey…` text of an Ed25519 key
 * @throws NODE_KEY_UNREADABLE
 */
export async function readWalletKey(path: string): Promise<Signer> {
  const text = (await readKeyFile(path)).trim();
  try {
    const { scheme, secretKey } = decodeSuiPrivateKey(text);
    if (scheme !== 'ED25519') throw new TypeError('not an Ed25519 key');
    return Ed25519Keypair.fromSecretKey(secretKey);
  } catch {
    throw new NodeError('NODE_KEY_UNREADABLE', `${path} is not an Ed25519 wallet key`, {
      hint: 'the file holds a text that starts with suiprivkey',
    });
  }
}

/**
 * Computes the public key of a network key.
 *
 * @param secretKey - 32 bytes
 * @returns compressed P-256 point, 33 bytes
 */
export function networkPublicKey(secretKey: Uint8Array): Uint8Array {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(secretKey);
  return new Uint8Array(ecdh.getPublicKey(null, 'compressed'));
}

async function readKeyFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new NodeError('NODE_KEY_UNREADABLE', `cannot read the key file ${path}`, { cause });
  }
}
