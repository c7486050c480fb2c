import type { BlobObject } from '@walrus-ts/chain';
import type { ResourceOperation, StoreResult } from '@walrus-ts/sdk';

/** Writes a blob object as JSON (spec client.md §6). */
export function blobObjectJson(blob: BlobObject): Record<string, unknown> {
  return {
    id: blob.id,
    registeredEpoch: blob.registeredEpoch,
    blobId: blob.blobId,
    size: blob.size,
    encodingType: 'RS2',
    certifiedEpoch: blob.certifiedEpoch ?? null,
    storage: {
      id: blob.storage.id,
      startEpoch: blob.storage.startEpoch,
      endEpoch: blob.storage.endEpoch,
      storageSize: blob.storage.storageSize,
    },
    deletable: blob.isDeletable,
  };
}

function operationJson(operation: ResourceOperation): Record<string, unknown> {
  const { kind, encodedLength } = operation;
  switch (kind) {
    case 'registerFromScratch':
      return { [kind]: { encodedLength, epochsAhead: operation.epochsAhead } };
    case 'reuseStorage':
    case 'reuseRegistration':
      return { [kind]: { encodedLength } };
    case 'reuseAndExtend':
    case 'reuseAndExtendNonCertified':
      return { [kind]: { encodedLength, epochsExtended: operation.epochsExtended } };
  }
}

/** Writes the result of a store as JSON: an object with exactly one key (spec client.md §6). */
export function storeResultJson(result: StoreResult): Record<string, unknown> {
  switch (result.kind) {
    case 'newlyCreated':
      return {
        newlyCreated: {
          blobObject: blobObjectJson(result.blobObject),
          resourceOperation: operationJson(result.operation),
          cost: result.cost,
        },
      };
    case 'alreadyCertified':
      return {
        alreadyCertified: {
          blobId: result.blobId,
          ...(result.event ? { event: result.event } : { object: result.object }),
          endEpoch: result.endEpoch,
        },
      };
    case 'markedInvalid':
      return { markedInvalid: { blobId: result.blobId, event: result.event } };
  }
}
