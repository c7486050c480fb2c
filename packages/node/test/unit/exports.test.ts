import { expect, test } from 'vitest';
import * as node from '../../src/index.js';

test('the public names change only on purpose', () => {
  expect(Object.keys(node).sort()).toEqual([
    'NODE_ERRORS',
    'NodeConfigSchema',
    'NodeError',
    'createNodeTransactions',
    'createStorageNode',
    'loadNodeConfig',
    'networkPublicKey',
    'parseNodeConfig',
    'readNodeKey',
    'readWalletKey',
    'syntheticHostName',
  ]);
});
