import { WalrusError, type WalrusErrorOptions } from '@walrus-ts/core';

/** Codes of the errors that a storage node can end with or report, with what each means. */
export const NODE_ERRORS = {
  NODE_CONFIG_UNREADABLE: 'the configuration file cannot be read',
  NODE_CONFIG_INVALID: 'the configuration has a wrong, unknown or missing key',
  NODE_KEY_UNREADABLE: 'a key file cannot be read or is no such key',
  NODE_DATA_DIR_LOCKED: 'another process uses the data directory',
  NODE_DATA_DIR_FOREIGN:
    'the data directory belongs to another node or network, or to a newer version',
  NODE_STORAGE_DAMAGED: 'stored data is missing or has the wrong size',
  NODE_LISTEN_FAILED: 'the address cannot be listened on',
  NODE_STOPPED: 'the node is stopping',
} as const;

/** A code of {@link NODE_ERRORS}. */
export type NodeErrorCode = keyof typeof NODE_ERRORS;

/** An error of the storage node itself; what goes over the wire is a `NodeApiError` instead. */
export class NodeError extends WalrusError {
  /**
   * @param code - see {@link NODE_ERRORS}
   * @param message - one line
   * @param options - data, cause, hint
   */
  constructor(code: NodeErrorCode, message: string, options: WalrusErrorOptions = {}) {
    super(code, message, options);
    this.name = 'NodeError';
  }
}
