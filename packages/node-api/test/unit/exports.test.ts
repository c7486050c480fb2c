import { expect, test } from 'vitest';
import * as api from '../../src/index.js';
import * as node from '../../src/node/index.js';
import * as server from '../../src/server/index.js';

test('the public names change only on purpose', () => {
  expect(Object.keys(api).sort()).toEqual([
    'API_REASONS',
    'API_STATUSES',
    'GLOBAL_DOMAIN',
    'INTERNAL_ERROR_MESSAGE',
    'NODE_DOMAIN',
    'NodeApiError',
    'ROUTES',
    'apiError',
    'blobStatusToJson',
    'createFetchTransport',
    'createNodeClient',
    'createNodeClientOver',
    'decodeError',
    'decodeSuccess',
    'encodeError',
    'encodeSuccess',
    'errorCode',
    'hasReason',
    'isRetryable',
    'maxResponseBytes',
    'maxSliverBytes',
    'readLimited',
    'recoverySymbolsBytes',
  ]);
  expect(Object.keys(node).sort()).toEqual([
    'compressedKeyOf',
    'createNodeClient',
    'createUndiciTransport',
  ]);
  expect(Object.keys(server).sort()).toEqual([
    'ANSWER_CHUNK_BYTES',
    'createNodeApiServer',
    'registerNodeApi',
    'streamedAnswerBytes',
  ]);
});
