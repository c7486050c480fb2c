import { expect, test } from 'vitest';
import { parseNodeConfig } from '../../src/index.js';

const MINIMAL = `
name: one
dataDir: data
rpcUrl: http://127.0.0.1:9000
systemObject: "0x1"
stakingObject: "0x2"
nodeId: "0xAB"
protocolKeyPath: keys/protocol.key
networkKeyPath: /etc/walrus/network.key
publicHost: node.example
`;

test('fills in defaults and resolves paths from the file', () => {
  const config = parseNodeConfig(MINIMAL, '/srv/walrus/node.yaml');
  expect(config).toMatchObject({
    dataDir: '/srv/walrus/data',
    protocolKeyPath: '/srv/walrus/keys/protocol.key',
    networkKeyPath: '/etc/walrus/network.key',
    nodeId: `0x${'ab'.padStart(64, '0')}`,
    listen: { host: '0.0.0.0', port: 9185 },
    tls: { disable: false },
    limits: { registrationWaitMs: 2000 },
  });
});

test('names file, line and key of a mistake', () => {
  const cases: [string, RegExp][] = [
    [MINIMAL.replace('name: one\n', ''), /node\.yaml: name: /],
    [MINIMAL.replace('0xAB', 'AB-'), /node\.yaml:7: nodeId: must be an object ID/],
    [MINIMAL.replace('http:', 'ftp:'), /node\.yaml:4: rpcUrl: /],
    [`${MINIMAL}listen:\n  prot: 3\n`, /node\.yaml:12: listen\.prot: unknown key/],
    [`${MINIMAL}listen:\n  port: 70000\n`, /node\.yaml:12: listen\.port: /],
    [`${MINIMAL}log: [`, /node\.yaml:1[12]: /],
    ['just text', /node\.yaml: /],
  ];
  for (const [text, message] of cases) {
    expect(() => parseNodeConfig(text, 'node.yaml'), text).toThrow(message);
    expect(() => parseNodeConfig(text, 'node.yaml'), text).toThrow(
      expect.objectContaining({ code: 'NODE_CONFIG_INVALID' }),
    );
  }
});
