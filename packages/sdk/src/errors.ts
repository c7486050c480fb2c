import { WalrusError, type WalrusErrorOptions } from '@walrus-ts/core';

/**
 * Every way in which the client itself gives up; errors of codec, chain and nodes keep their own codes.
 *
 * - `SDK_BLOB_NOT_FOUND`: nodes of quorum weight do not have the blob.
 * - `SDK_BLOB_BLOCKED`: nodes of quorum weight refuse to serve the blob.
 * - `SDK_BLOB_INVALID`: the blob was marked invalid on chain.
 * - `SDK_BLOB_TOO_LARGE`: the blob is larger than the caller wanted.
 * - `SDK_NO_METADATA`: no node gave metadata that belongs to the blob ID.
 * - `SDK_NOT_ENOUGH_SLIVERS`: fewer valid slivers than needed could be fetched.
 * - `SDK_NOT_ENOUGH_CONFIRMATIONS`: nodes of too little shard weight stored the blob.
 * - `SDK_NO_VALID_STATUS`: no status answer could be trusted.
 * - `SDK_INVALID_EPOCHS`: a number of epochs that the network does not sell.
 * - `SDK_NOT_DELETABLE`: the blob is permanent.
 * - `SDK_EPOCH_CHANGED`: the committee changed while the operation ran; try again.
 * - `SDK_NO_COMMITTEE`: the network has no committee yet.
 */
export type SdkErrorCode =
  | 'SDK_BLOB_NOT_FOUND'
  | 'SDK_BLOB_BLOCKED'
  | 'SDK_BLOB_INVALID'
  | 'SDK_BLOB_TOO_LARGE'
  | 'SDK_NO_METADATA'
  | 'SDK_NOT_ENOUGH_SLIVERS'
  | 'SDK_NOT_ENOUGH_CONFIRMATIONS'
  | 'SDK_NO_VALID_STATUS'
  | 'SDK_INVALID_EPOCHS'
  | 'SDK_NOT_DELETABLE'
  | 'SDK_EPOCH_CHANGED'
  | 'SDK_NO_COMMITTEE';

/** An error of the client library; compare its `code`. */
export class SdkError extends WalrusError {
  /**
   * @param code - see {@link SdkErrorCode}
   * @param message - what happened, one line
   * @param options - data, cause, retryable, hint
   */
  constructor(code: SdkErrorCode, message: string, options: WalrusErrorOptions = {}) {
    super(code, message, options);
    this.name = 'SdkError';
  }
}
