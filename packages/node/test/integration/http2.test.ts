import { connect, constants } from 'node:http2';
import { expect, test } from 'vitest';
import { NodeConfigSchema, createStorageNode, networkPublicKey } from '../../src/index.js';
import { NETWORK_KEY, startTestNode } from '../support/test-node.mjs';

test('the TLS port speaks HTTP/2 too, and stops although a session is open', async () => {
  const node = await startTestNode(
    { createStorageNode, NodeConfigSchema },
    { overrides: { tls: { disable: false } }, pinnedKey: networkPublicKey(NETWORK_KEY) },
  );
  const session = connect(node.node.url, { rejectUnauthorized: false });
  session.on('error', () => undefined);
  const exchange = (method: string, path: string, body?: Uint8Array) =>
    new Promise<{ status: number; headers: Record<string, unknown>; text: string }>(
      (resolve, reject) => {
        const stream = session.request({
          [constants.HTTP2_HEADER_METHOD]: method,
          [constants.HTTP2_HEADER_PATH]: path,
        });
        let text = '';
        let headers: Record<string, unknown> = {};
        stream.on('response', (received) => (headers = { ...received }));
        stream.on('data', (chunk) => (text += String(chunk)));
        stream.on('end', () => resolve({ status: Number(headers[':status']), headers, text }));
        stream.on('error', reject);
        stream.end(body);
      },
    );
  const health = await exchange('GET', '/v1/health');
  expect(health.status).toBe(200);
  expect(health.headers['access-control-allow-origin']).toBe('*');
  expect(JSON.parse(health.text)).toMatchObject({ success: { code: 200, data: { epoch: 1 } } });
  const blobId = 'A'.repeat(43);
  const put = await exchange('PUT', `/v1/blobs/${blobId}/slivers/0/primary`, new Uint8Array(100));
  expect(put).toMatchObject({ status: 400, text: expect.stringContaining('INVALID_SLIVER') });
  const large = await exchange('PUT', `/v1/blobs/${blobId}/metadata`, new Uint8Array(2_200_000));
  expect(large).toMatchObject({ status: 413, text: 'length limit exceeded' });

  const before = performance.now();
  await node.stop();
  expect(performance.now() - before).toBeLessThan(8000);
  session.destroy();
});
