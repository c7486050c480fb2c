import { decodeSuiPrivateKey, type Signer } from '@mysten/sui/cryptography';
import { Ed25519Keypair } from '@mysten/sui/keypairs/ed25519';
import { Secp256k1Keypair } from '@mysten/sui/keypairs/secp256k1';
import { Secp256r1Keypair } from '@mysten/sui/keypairs/secp256r1';
import { fromBase64 } from '@walrus-ts/core';

export { Ed25519Keypair, decodeSuiPrivateKey };

/** Key makers by the flag byte of the keystore. */
const KEY_TYPES = [Ed25519Keypair, Secp256k1Keypair, Secp256r1Keypair] as const;

/** Makes a signer of an entry of a Sui keystore; `undefined` if it is none. */
export function parseKeystoreEntry(entry: string): Signer | undefined {
  try {
    const bytes = fromBase64(entry);
    return KEY_TYPES[bytes[0] ?? KEY_TYPES.length]?.fromSecretKey(bytes.slice(1));
  } catch {
    return undefined;
  }
}

/**
 * Makes a signer of a `suiprivkey…` text.
 *
 * @throws if it is none; the message may hold the key and must not be shown
 */
export function parsePrivateKey(text: string): Signer {
  const { scheme, secretKey } = decodeSuiPrivateKey(text);
  switch (scheme) {
    case 'ED25519':
      return Ed25519Keypair.fromSecretKey(secretKey);
    case 'Secp256k1':
      return Secp256k1Keypair.fromSecretKey(secretKey);
    case 'Secp256r1':
      return Secp256r1Keypair.fromSecretKey(secretKey);
    default:
      throw new TypeError(`keys of scheme ${scheme} cannot sign`);
  }
}
