import type { KeyObject } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import type { Socket } from 'node:net';
import { concatBytes, equalBytes, fromBase64Url } from '@walrus-ts/core';
import { NodeApiError } from '../errors.js';

/**
 * Returns a P-256 public key in its compressed form, as registered on chain.
 *
 * @param key - public key of a certificate
 * @returns 33 bytes, or `undefined` for a key of another kind
 */
export function compressedKeyOf(key: KeyObject): Uint8Array | undefined {
  if (key.asymmetricKeyType !== 'ec') return undefined;
  const jwk = key.export({ format: 'jwk' });
  if (jwk.crv !== 'P-256' || jwk.x === undefined || jwk.y === undefined) return undefined;
  const x = fromBase64Url(jwk.x);
  const y = fromBase64Url(jwk.y);
  const isOdd = ((y[y.length - 1] ?? 0) & 1) === 1;
  return concatBytes(Uint8Array.of(isOdd ? 3 : 2), x);
}

/**
 * Checks that the peer of a new TLS connection holds the pinned key, before any request is sent.
 *
 * The handshake has proven that the peer owns the private key of its certificate, so equality of the public
 * key is all that is needed: who signed the certificate and until when it is valid does not matter.
 *
 * @param socket - connected socket
 * @param pinnedKey - compressed P-256 key, 33 bytes
 * @throws NODE_API_KEY_MISMATCH
 * @see spec node-api.md §1.2
 */
export function checkPinnedKey(socket: Socket, pinnedKey: Uint8Array): void {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  const key = certificate === undefined ? undefined : compressedKeyOf(certificate.publicKey);
  if (key === undefined || !equalBytes(key, pinnedKey)) {
    throw new NodeApiError(
      'NODE_API_KEY_MISMATCH',
      'the TLS key of the node is not the one registered on chain',
      { hint: 'the node may be misconfigured, or something sits between you and it' },
    );
  }
}
