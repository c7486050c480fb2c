/** A local Sui-compatible chain: Move VM, object ledger, gRPC-web API, faucet. */

export { createEmulator } from './emulator.js';
export type { Emulator, EmulatorInit, FaucetOptions, FrameworkPackage } from './emulator.js';
export { readConfig } from './config.js';
export { createFaucet } from './faucet/faucet.js';
export type { Faucet, FaucetCoin, FaucetInit } from './faucet/faucet.js';
export { createFaucetServer } from './faucet/server.js';
export type { FaucetServerInit } from './faucet/server.js';
export { createApiServer } from './rpc/api-server.js';
export type { ApiServerInit } from './rpc/api-server.js';
