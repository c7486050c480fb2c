import {
  blobIdFromBytes,
  normalizeAddress,
  type BlobMetadata,
  type SliverData,
} from '@walrus-ts/core';
import type { GeneralRecoverySymbol } from '@walrus-ts/redstuff';
import type { NodeApiService } from '../../src/server/index.js';
import { apiError, type HealthInfo } from '../../src/index.js';

export const nShards = 7;
export const blobId = blobIdFromBytes(Uint8Array.from({ length: 32 }, (_, i) => i * 7));
export const objectId = normalizeAddress('0xabc');

export const metadata: BlobMetadata = {
  encodingType: 'RS2',
  unencodedLength: 12345,
  hashes: Array.from({ length: nShards }, (_, i) => ({
    primaryHash: new Uint8Array(32).fill(i),
    secondaryHash: new Uint8Array(32).fill(100 + i),
  })),
};

export const sliver: SliverData = {
  data: Uint8Array.from({ length: 40 }, (_, i) => i),
  symbolSize: 8,
  index: 3,
};

export const health: HealthInfo = {
  uptime: { secs: 3, nanos: 5 },
  epoch: 9,
  publicKey: 'AAAA',
  nodeStatus: 'Active',
  eventProgress: { persisted: 4, pending: 0, highestFinishedEventIndex: 3 },
  shardSummary: {
    owned: 1,
    ownedShardStatus: { unknown: 0, ready: 1, inTransfer: 0, inRecovery: 0 },
    readOnly: 0,
  },
  shardDetail: { owned: [{ shard: 2, status: 'ready' }], other: [] },
  latestCheckpointSequenceNumber: 77,
};

export const recoverySymbol: GeneralRecoverySymbol = {
  sourceAxis: 'secondary',
  sourceIndex: 2,
  targetIndex: 300,
  data: Uint8Array.of(1, 2),
  proof: [new Uint8Array(32).fill(1), null],
};

/** A service that answers everything with the values above; tests replace single functions. */
export function makeService(overrides: Partial<NodeApiService> = {}): NodeApiService {
  const signed = {
    serializedMessage: Uint8Array.of(1, 2, 3),
    signature: new Uint8Array(96).fill(5),
  };
  return {
    getMetadata: async () => ({ blobId, metadata }),
    putMetadata: async () => 'stored',
    metadataStatus: async () => 'stored',
    getSliver: async () => sliver,
    putSliver: async () => 'stored',
    sliverStatus: async () => 'nonexistent',
    permanentConfirmation: async () => signed,
    deletableConfirmation: async () => signed,
    recoverySymbols: async () => [recoverySymbol],
    blobStatus: async () => ({ kind: 'nonexistent' }),
    health: async () => health,
    ...overrides,
  };
}

export const notRegistered = (): never => {
  throw apiError('FAILED_PRECONDITION', 'NOT_REGISTERED');
};
