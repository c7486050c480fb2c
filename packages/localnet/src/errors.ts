import { WalrusError, type WalrusErrorOptions } from '@walrus-ts/core';

/**
 * Ways in which a local network fails.
 *
 * - `LOCALNET_ALREADY_RUNNING`: another process runs the network of this directory.
 * - `LOCALNET_SETTINGS_CHANGED`: the directory holds a network with other numbers of nodes or shards.
 * - `LOCALNET_INVALID_SETTINGS`: impossible numbers of nodes or shards.
 * - `LOCALNET_NO_NETWORK`: the directory holds no network, or an unreadable file.
 * - `LOCALNET_PORT_TAKEN`: a port that the network was made with is in use.
 * - `LOCALNET_PROCESS_FAILED`: a process did not start, or died while starting.
 * - `LOCALNET_DEPLOY_FAILED`: the contracts could not be deployed.
 * - `LOCALNET_WRONG_CHAIN`: a deployment was begun on another chain than the one at the RPC URL.
 * - `LOCALNET_NO_FUNDS`: an address that has to pay has too few coins.
 * - `LOCALNET_NOT_PUBLISHED`: a Move package was not published on this chain from its folder.
 * - `LOCALNET_INVALID_CALL`: there is no such Move function, or the arguments do not fit.
 */
export type LocalnetErrorCode =
  | 'LOCALNET_ALREADY_RUNNING'
  | 'LOCALNET_SETTINGS_CHANGED'
  | 'LOCALNET_INVALID_SETTINGS'
  | 'LOCALNET_NO_NETWORK'
  | 'LOCALNET_PORT_TAKEN'
  | 'LOCALNET_PROCESS_FAILED'
  | 'LOCALNET_DEPLOY_FAILED'
  | 'LOCALNET_WRONG_CHAIN'
  | 'LOCALNET_NO_FUNDS'
  | 'LOCALNET_NOT_PUBLISHED'
  | 'LOCALNET_INVALID_CALL';

/** An error of the local network; compare its `code`. */
export class LocalnetError extends WalrusError {
  /**
   * @param code - see {@link LocalnetErrorCode}
   * @param message - one line
   * @param options - data, cause, hint
   */
  constructor(code: LocalnetErrorCode, message: string, options: WalrusErrorOptions = {}) {
    super(code, message, options);
    this.name = 'LocalnetError';
  }
}
