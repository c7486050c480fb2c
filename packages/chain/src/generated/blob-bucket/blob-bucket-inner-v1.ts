// Written by scripts/generate-bindings.mjs from the compiled contracts. Do not edit.
import { bcs, datatype } from '../../move/layout.js';
import * as walrusStoragePoolModule from '../walrus/storage-pool.js';

/**
 * State of a bucket, kept in a dynamic field of `BlobBucket`.
 *
 * Layout of `blob_bucket::blob_bucket_inner_v1::BlobBucketInnerV1`.
 */
export const BlobBucketInnerV1 = /* @__PURE__ */ datatype(
  'blob_bucket_inner_v1::BlobBucketInnerV1',
  () => bcs.struct('BlobBucketInnerV1', { storagePool: walrusStoragePoolModule.StoragePool }),
);
