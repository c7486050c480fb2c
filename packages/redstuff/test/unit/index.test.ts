import { expect, it } from 'vitest';
import * as api from '../../src/index.js';

it('exports exactly the public names', () => {
  expect(Object.keys(api).sort()).toEqual([
    'MerkleTree',
    'NODE_BYTES',
    'RedstuffError',
    'blobSource',
    'bytesSource',
    'computeBlobId',
    'createBrowserTempStore',
    'createCodec',
    'decodeGeneralRecoverySymbol',
    'decodeGeneralRecoverySymbols',
    'decodeInconsistencyProof',
    'decodeRecoverySymbol',
    'encodeGeneralRecoverySymbol',
    'encodeGeneralRecoverySymbols',
    'encodeInconsistencyProof',
    'encodeRecoverySymbol',
    'innerHash',
    'isRedstuffError',
    'leafHash',
    'memoryStore',
    'proofLength',
    'sliversInMemory',
    'streamSource',
    'verifyMerkleProof',
  ]);
});
