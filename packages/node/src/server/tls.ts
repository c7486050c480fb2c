import {
  X509Certificate as NodeCertificate,
  createECDH,
  createPrivateKey,
  webcrypto,
} from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { equalBytes, toBase64Url } from '@walrus-ts/core';
import { compressedKeyOf } from '@walrus-ts/node-api/node';
import { networkPublicKey } from '../config/keys.js';
import { NodeError } from '../errors.js';
import { loadX509 } from './x509.js';

/** Key and certificate of a TLS server, PEM. */
export interface TlsIdentity {
  readonly key: string;
  readonly cert: string;
}

const DAY_MS = 86_400_000;

/**
 * Returns the name under which clients expect a self-signed certificate: the first four bytes of the network key,
 * each in hexadecimal **without** leading zero.
 *
 * @param publicKey - compressed P-256 key, 33 bytes
 * @see spec node-api.md §1.1
 */
export function syntheticHostName(publicKey: Uint8Array): string {
  const digits = Array.from(publicKey.subarray(0, 4), (byte) => byte.toString(16)).join('');
  return `${digits}.network.walrus.alt`;
}

/**
 * Makes a self-signed certificate for the node's network key.
 *
 * @param networkKey - 32 bytes
 * @param publicHost - DNS name or IP address under which the node is reached
 */
export async function selfSignedIdentity(
  networkKey: Uint8Array,
  publicHost: string,
): Promise<TlsIdentity> {
  const { SubjectAlternativeNameExtension, X509CertificateGenerator } = await loadX509();
  const jwk = toJwk(networkKey);
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const { d: _, ...publicJwk } = jwk;
  const keys = {
    privateKey: await webcrypto.subtle.importKey('jwk', jwk, algorithm, true, ['sign']),
    publicKey: await webcrypto.subtle.importKey('jwk', publicJwk, algorithm, true, ['verify']),
  };
  const name = syntheticHostName(networkPublicKey(networkKey));
  const now = Date.now();
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      name: `CN=${name}`,
      keys,
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
      // Clients compare keys, not dates; the span only keeps other tools quiet.
      notBefore: new Date(now - DAY_MS),
      notAfter: new Date(now + 3650 * DAY_MS),
      extensions: [
        new SubjectAlternativeNameExtension([
          { type: 'dns', value: name },
          { type: isIP(publicHost) === 0 ? 'dns' : 'ip', value: publicHost },
        ]),
      ],
    },
    webcrypto,
  );
  return { key: toPem(networkKey), cert: certificate.toString('pem') };
}

/**
 * Reads a certificate chain for the node's network key.
 *
 * @param networkKey - 32 bytes
 * @param path - PEM file
 * @throws NODE_CONFIG_INVALID if the file is unreadable or made for another key
 */
export async function certifiedIdentity(
  networkKey: Uint8Array,
  path: string,
): Promise<TlsIdentity> {
  let cert: string;
  let leaf: NodeCertificate;
  try {
    cert = await readFile(path, 'utf8');
    leaf = new NodeCertificate(cert);
  } catch (cause) {
    throw new NodeError('NODE_CONFIG_INVALID', `cannot read the certificate ${path}`, { cause });
  }
  const key = compressedKeyOf(leaf.publicKey);
  if (key === undefined || !equalBytes(key, networkPublicKey(networkKey))) {
    throw new NodeError(
      'NODE_CONFIG_INVALID',
      `the certificate ${path} is not for the network key`,
      {
        hint: 'clients pin the network key: the certificate must be issued for it',
      },
    );
  }
  return { key: toPem(networkKey), cert };
}

function toJwk(networkKey: Uint8Array): {
  kty: 'EC';
  crv: 'P-256';
  d: string;
  x: string;
  y: string;
} {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(networkKey);
  const point = new Uint8Array(ecdh.getPublicKey(null, 'uncompressed'));
  return {
    kty: 'EC',
    crv: 'P-256',
    d: toBase64Url(networkKey),
    x: toBase64Url(point.subarray(1, 33)),
    y: toBase64Url(point.subarray(33, 65)),
  };
}

function toPem(networkKey: Uint8Array): string {
  const key = createPrivateKey({ key: toJwk(networkKey), format: 'jwk' });
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
