import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { compressedKeyOf } from '@walrus-ts/node-api/node';
import { networkPublicKey, syntheticHostName } from '../../src/index.js';
import { selfSignedIdentity } from '../../src/server/tls.js';

test('the synthetic name has the first four key bytes in hexadecimal without padding', () => {
  expect(syntheticHostName(Uint8Array.of(3, 0xab, 0x0c, 0, 9))).toBe('3abc0.network.walrus.alt');
});

test('the certificate holds the network key, both names, and signs itself', async () => {
  const secret = new Uint8Array(32).fill(5);
  const publicKey = networkPublicKey(secret);
  expect(publicKey).toHaveLength(33);
  for (const [host, alternative] of [
    ['node.example', 'DNS:node.example'],
    ['127.0.0.1', 'IP Address:127.0.0.1'],
    ['::1', 'IP Address:0:0:0:0:0:0:0:1'],
  ] as const) {
    const { cert } = await selfSignedIdentity(secret, host);
    const certificate = new X509Certificate(cert);
    expect(certificate.subject).toBe(`CN=${syntheticHostName(publicKey)}`);
    expect(certificate.subjectAltName).toBe(`DNS:${syntheticHostName(publicKey)}, ${alternative}`);
    expect(compressedKeyOf(certificate.publicKey)).toEqual(publicKey);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
  }
});
